/**
 * Our PDB reader against llvm-symbolizer for one image: function and line at every fourth byte of code. A difference is
 * explained only when the PDB's own records, as llvm-pdbutil prints them, show why.
 */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PdbSymbols } from '../../server/core/binary/pdb/pdbSymbols';
import { undecorate } from '../../server/core/binary/pdb/publicSymbols';
import type { PdbReference } from '../../server/core/binary/pdbReference';
import type { PeImage } from '../../server/core/binary/peImage';
import { baseName } from '../../src/shared/baseName';
import type { Symbolized } from './llvmPdb';
import { PdbDump, symbolize } from './llvmPdb';

const STEP = 4;
/** "Never step into" and "always step into", which the oracle prints as lines. */
const SPECIAL_LINES: ReadonlySet<number> = new Set([0xf00f00, 0xfeefee]);

export interface Score {
  /** Addresses at which either side has an answer. */
  total: number;
  same: number;
  /** Differences by cause; those without one are under `differs`. */
  readonly explained: Map<string, number>;
  readonly differs: Map<string, { count: number; example: string }>;
}

export interface PdbScores {
  readonly functions: Score;
  readonly lines: Score;
}

export function emptyScores(): PdbScores {
  const score = (): Score => ({ total: 0, same: 0, explained: new Map(), differs: new Map() });
  return { functions: score(), lines: score() };
}

export interface Tools {
  readonly symbolizer: string;
  /** Without it no difference can be explained but the special lines. */
  readonly pdbutil: string | undefined;
}

/** One answer of each side. */
interface Answer {
  readonly rva: number;
  readonly ours: Symbolized;
  readonly oracle: Symbolized;
}

export class PdbCheck {
  readonly #dump: () => PdbDump | undefined;

  constructor(
    private readonly image: PeImage,
    private readonly symbols: PdbSymbols,
    private readonly tools: Tools,
    private readonly files: { readonly image: string; readonly pdb: string; readonly reference: PdbReference },
  ) {
    let dump: PdbDump | undefined;
    const { pdbutil } = tools;
    this.#dump = () => (pdbutil === undefined ? undefined : (dump ??= new PdbDump(pdbutil, files.pdb)));
  }

  run(scores: PdbScores): void {
    const addresses = this.image.sections
      .filter(({ executable }) => executable)
      .flatMap(({ rva, virtualSize }) =>
        Array.from({ length: Math.ceil(virtualSize / STEP) }, (_, index) => rva + index * STEP),
      );
    for (const [index, oracle] of this.#ask(addresses).entries()) {
      const rva = addresses[index] ?? 0;
      const line = this.symbols.lineAt(rva);
      const name = this.symbols.functionAt(rva)?.name ?? '';
      const ours = { name, file: line?.file ?? '', line: line === undefined ? 0 : line.line + 1 };
      this.#function({ rva, ours, oracle }, scores.functions);
      this.#line({ rva, ours, oracle }, scores.lines);
    }
  }

  /** llvm-symbolizer looks for the PDB beside the image, under the name the image gives it. */
  #ask(addresses: readonly number[]): Symbolized[] {
    const folder = mkdtempSync(path.join(tmpdir(), 'poollens-pdb-'));
    try {
      const image = path.join(folder, path.basename(this.files.image));
      copyFileSync(this.files.image, image);
      copyFileSync(this.files.pdb, path.join(folder, baseName(this.files.reference.path)));
      return symbolize(this.tools.symbolizer, image, addresses);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  #function(answer: Answer, score: Score): void {
    const { ours, oracle, rva } = answer;
    if (ours.name === '' && oracle.name === '') return;
    score.total += 1;
    const machine = this.image.machineCode;
    if (ours.name === oracle.name || ours.name === undecorate(oracle.name, machine)) {
      score.same += 1;
      return;
    }
    const [section, offset] = this.#place(rva);
    const publics = this.#dump()?.publicsAt(section, offset) ?? [];
    const isPublic = publics.some((name) => name === ours.name || undecorate(name, machine) === ours.name);
    if (oracle.name === '' && isPublic) explain(score, 'the oracle leaves out a public symbol');
    else if (publics.includes(oracle.name) && isPublic) explain(score, 'two public symbols at one address');
    else differ(score, kindOf(ours.name, oracle.name), answer);
  }

  #line(answer: Answer, score: Score): void {
    const { ours, oracle, rva } = answer;
    if (ours.line === 0 && oracle.line === 0) return;
    score.total += 1;
    const samePath = ours.file.replaceAll('\\', '/') === oracle.file.replaceAll('\\', '/');
    if (ours.line === oracle.line && samePath) {
      score.same += 1;
      return;
    }
    const [section, offset] = this.#place(rva);
    const rows = this.#dump()?.linesAt(section, offset) ?? [];
    // The dump lists a table file by file, so which of the rows has code shows only within a file.
    const isEmptyRow = rows.length > 1 && rows.includes(String(ours.line)) && rows.includes(String(oracle.line));
    if (SPECIAL_LINES.has(oracle.line)) explain(score, "the oracle prints the mark for 'no line' as a line");
    else if (this.#dump()?.isContradicted(section, offset) === true)
      explain(score, 'line tables of the PDB contradict each other');
    else if (this.#dump()?.isBeforeRows(section, offset) === true)
      explain(score, 'the oracle takes a row for bytes in front of it');
    else if (isEmptyRow) explain(score, 'the oracle takes a row without code');
    else differ(score, kindOf(ours.line === 0 ? '' : 'line', oracle.line === 0 ? '' : 'line'), answer);
  }

  /** Section from 1, and the offset in it. */
  #place(rva: number): readonly [section: number, offset: number] {
    const index = this.image.sections.findIndex(
      (section) => rva >= section.rva && rva < section.rva + section.virtualSize,
    );
    return [index + 1, rva - (this.image.sections[index]?.rva ?? 0)];
  }
}

function kindOf(ours: string, oracle: string): string {
  if (oracle === '') return 'only ours';
  return ours === '' ? 'only the oracle' : 'another';
}

function explain(score: Score, cause: string): void {
  score.explained.set(cause, (score.explained.get(cause) ?? 0) + 1);
}

function differ(score: Score, kind: string, { rva, ours, oracle }: Answer): void {
  const text = ({ name, file, line }: Symbolized): string => `${name} ${file}:${String(line)}`;
  const known = score.differs.get(kind);
  const example = known?.example ?? `0x${rva.toString(16)}: ours ${text(ours)}; oracle ${text(oracle)}`;
  score.differs.set(kind, { count: (known?.count ?? 0) + 1, example });
}
