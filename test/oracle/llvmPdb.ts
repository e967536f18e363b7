/**
 * What LLVM's tools say of an image and its PDB: llvm-symbolizer's function and line of addresses, and the rows and public
 * symbols of the PDB as llvm-pdbutil prints them, which tell why the two may part.
 */
import { spawnSync } from 'node:child_process';

export interface Symbolized {
  readonly name: string;
  readonly file: string;
  /** From 1; 0 when there is none. */
  readonly line: number;
}

/** The first of the spellings that starts, such as `llvm-symbolizer-19`; undefined when none does. */
export function findTool(name: string): string | undefined {
  const spellings = ['-19', '', '-20', '-18', '-21'].map((version) => name + version);
  return spellings.find((spelling) => spawnSync(spelling, ['--version'], { stdio: 'ignore' }).status === 0);
}

function run(command: string, options: readonly string[], input?: string): string {
  const { stdout, status, error } = spawnSync(command, options, { encoding: 'utf8', maxBuffer: 2 ** 30, input });
  if (error !== undefined || status !== 0) throw new Error(`${command} ended with ${String(error ?? status)}`);
  return stdout;
}

interface Frame {
  readonly FunctionName: string;
  readonly FileName: string;
  readonly Line: number;
}

/** The outer function's answers, in the order of the addresses. */
export function symbolize(tool: string, image: string, addresses: readonly number[]): Symbolized[] {
  const options = ['--relative-address', '--no-demangle', '--functions=short', '--output-style=JSON', '--no-inlines'];
  const input = addresses.map((address) => `0x${address.toString(16)}\n`).join('');
  const lines = run(tool, [`--obj=${image}`, ...options], input)
    .trim()
    .split('\n');
  if (lines.length !== addresses.length) throw new Error(`${tool} answered ${String(lines.length)} times`);
  return lines.map((line) => {
    const { Symbol: frames } = JSON.parse(line) as { readonly Symbol?: readonly Frame[] };
    const { FunctionName = '', FileName = '', Line = 0 } = frames?.at(-1) ?? {};
    return { name: FunctionName === '??' ? '' : FunctionName, file: FileName, line: Line };
  });
}

type Row = readonly [line: string, at: number];

/** One line table: offsets in its section, end excluded. */
interface Table {
  readonly start: number;
  readonly end: number;
  readonly rows: Row[];
}

/** Rows of a PDB's line tables and its public functions, by section and offset. */
export class PdbDump {
  readonly #tables = new Map<number, Table[]>();
  readonly #publics = new Map<number, { at: number; name: string }[]>();

  constructor(tool: string, pdb: string) {
    this.#readLines(run(tool, ['dump', '-l', pdb]));
    this.#readPublics(run(tool, ['dump', '-publics', pdb]));
  }

  /** Whether the table that claims the address overlaps another: no two functions can have the same bytes. */
  isContradicted(section: number, offset: number): boolean {
    const tables = this.#tables.get(section) ?? [];
    const own = tables.filter(({ start, end }) => start <= offset && offset < end);
    return own.some((table) =>
      tables.some((other) => other !== table && other.start < table.end && table.start < other.end),
    );
  }

  /** Whether a table claims the address and all its rows stand behind it: padding that belongs to no line. */
  isBeforeRows(section: number, offset: number): boolean {
    const tables = (this.#tables.get(section) ?? []).filter(({ start, end }) => start <= offset && offset < end);
    return tables.length > 0 && tables.every(({ rows }) => rows.every(([, at]) => at > offset));
  }

  /** Lines of the rows that stand at the last row's address at or before `offset`: all but the last have no code. */
  linesAt(section: number, offset: number): readonly string[] {
    const table = (this.#tables.get(section) ?? []).find(({ start, end }) => start <= offset && offset < end);
    const before = (table?.rows ?? []).filter(([, at]) => at <= offset);
    const last = Math.max(...before.map(([, at]) => at));
    return before.filter(([, at]) => at === last).map(([line]) => line);
  }

  /** Names of the publics at the nearest address at or before `offset`. */
  publicsAt(section: number, offset: number): readonly string[] {
    const before = (this.#publics.get(section) ?? []).filter(({ at }) => at <= offset);
    const last = Math.max(...before.map(({ at }) => at));
    return before.filter(({ at }) => at === last).map(({ name }) => name);
  }

  #readLines(text: string): void {
    let rows: Row[] = [];
    for (const line of text.split('\n')) {
      const [, section, start, end] = /^ +([0-9A-F]{4}):([0-9A-F]{8})-([0-9A-F]{8}), line\/addr/.exec(line) ?? [];
      if (section !== undefined && start !== undefined && end !== undefined) {
        rows = this.#table(Number.parseInt(section, 16), Number.parseInt(start, 16), Number.parseInt(end, 16)).rows;
      } else if (/^ +(\d+|NSI|ASI) +[0-9A-F]{8}/.test(line)) {
        const found = line.matchAll(/(\d+|NSI|ASI) +([0-9A-F]{8})/g);
        for (const [, number = '', at = ''] of found) rows.push([number, Number.parseInt(at, 16)]);
      }
    }
  }

  /** A table of several files is printed once for each. */
  #table(section: number, start: number, end: number): Table {
    const tables = this.#tables.get(section) ?? [];
    this.#tables.set(section, tables);
    const known = tables.find((table) => table.start === start && table.end === end);
    if (known !== undefined) return known;
    const table: Table = { start, end, rows: [] };
    tables.push(table);
    return table;
  }

  #readPublics(text: string): void {
    for (const [, name = '', section = '', at = ''] of text.matchAll(
      /S_PUB32 \[size = \d+\] `([^`]*)`\s+flags = [^,]*, addr = (\d+):(\d+)/g,
    )) {
      const known = this.#publics.get(Number(section)) ?? [];
      known.push({ at: Number(at), name });
      this.#publics.set(Number(section), known);
    }
  }
}
