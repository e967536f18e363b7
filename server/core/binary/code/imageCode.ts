/**
 * An image's executable sections, its functions analysed on demand, and what code can read from the rest of the image.
 * Holds the state of one scan; decides nothing about tags.
 */
import type { ParseIssue } from '../../../../src/shared/facts';
import type { ImportedFunction } from '../importDirectory';
import type { PeImage } from '../peImage';
import type { Architecture, CodeBytes } from './architecture';
import type { BranchEquality } from './branchEquality';
import { Clobbers } from './clobbers';
import type { DirectCalls } from './directCalls';
import { FLOW_CALL, FLOW_CALL_INDIRECT } from './flow';
import { FunctionCode } from './functionCode';
import type { FunctionBounds, FunctionMap } from './functionMap';
import type { CallPops } from './functionValues';
import { FunctionValues } from './functionValues';
import { isGuardCheck } from './guardCheck';
import type { ImageContext } from './imageContext';
import type { Indirection } from './indirection';
import type { Value } from './value';
import { constantValue, unknown } from './value';

/** A section past this is data in disguise; no driver has that much code. */
const MOST_CODE = 1 << 28;
/** Steps the search for values may take over a whole image: some seconds' worth, a hundred times what real drivers need. */
const MOST_STEPS = 40_000_000;

export interface CodeSections {
  readonly sections: readonly CodeBytes[];
  readonly issues: readonly ParseIssue[];
}

/** The executable sections, as the file holds them. Sections that show the same bytes again and again are left out. */
export function readCodeSections(image: PeImage): CodeSections {
  const sections: CodeBytes[] = [];
  const issues: ParseIssue[] = [];
  let total = 0;
  for (const section of image.sections) {
    if (!section.executable || section.rawSize === 0) continue;
    total += section.rawSize;
    if (section.rawSize > MOST_CODE || total > image.reader.length) {
      issues.push({ message: 'more code sections than the file has room for', offset: section.rawOffset });
      continue;
    }
    const bytes = image.reader.bytes.subarray(section.rawOffset, section.rawOffset + section.rawSize);
    sections.push({ rva: section.rva, size: section.rawSize, bytes });
  }
  return { sections, issues };
}

/** What an architecture adds to the common context. */
export interface MachineKnowledge {
  /** Where an indirect jump's table leads; undefined when there is a table that can't be read. */
  jumpTable(code: FunctionCode, index: number): readonly number[] | undefined;
  preservesRegisters(code: FunctionCode, index: number): boolean;
  branchEquality(code: FunctionCode, index: number): BranchEquality | undefined;
  readonly pops: CallPops;
}

export interface AnalysedFunction {
  readonly bounds: FunctionBounds;
  readonly code: FunctionCode;
  readonly flow: FunctionValues;
}

export class ImageCode implements ImageContext {
  readonly #functions = new Map<number, AnalysedFunction>();
  readonly #clobbers = new Clobbers((rva) => this.analyse(rva)?.code);
  readonly budget = { steps: MOST_STEPS };
  readonly #importBySlot: ReadonlyMap<number, ImportedFunction>;

  constructor(
    readonly image: PeImage,
    readonly architecture: Architecture,
    readonly calls: DirectCalls,
    readonly functions: FunctionMap,
    readonly imports: readonly ImportedFunction[],
    private readonly machine: MachineKnowledge,
    readonly indirection: Indirection,
  ) {
    this.#importBySlot = new Map(imports.map((imported) => [imported.slot, imported]));
  }

  get sections(): readonly CodeBytes[] {
    return this.calls.sections;
  }

  /** The function around an address, cut and ready for questions. */
  analyse(rva: number): AnalysedFunction | undefined {
    const bounds = this.functions.functionAt(rva);
    if (bounds === undefined) return undefined;
    const known = this.#functions.get(bounds.entry);
    if (known !== undefined) return known;
    const code = new FunctionCode(this.architecture, bounds.entry, bounds.ranges, (of, index) =>
      this.machine.jumpTable(of, index),
    );
    const flow = new FunctionValues(code, this.architecture, this, this.machine.pops);
    const analysed = { bounds, code, flow };
    this.#functions.set(bounds.entry, analysed);
    return analysed;
  }

  importAt(slot: number): ImportedFunction | undefined {
    return this.#importBySlot.get(slot);
  }

  load(rva: number, width: number): Value {
    const { tablePointer } = this.indirection;
    if (rva === tablePointer?.variable) return [{ kind: 'image', rva: tablePointer.table }];
    if (this.#importBySlot.has(rva)) return [{ kind: 'import', slot: rva }];
    const section = this.image.sectionAt(rva);
    if (section === undefined) return unknown('read from memory');
    if (section.writable) return width >= 4 ? [{ kind: 'global', rva }] : unknown('part of a global variable');
    const value = width >= 4 ? this.image.u32(rva) : undefined;
    return value === undefined ? unknown('read from memory') : constantValue(value);
  }

  loadAbsolute(address: number, width: number): Value {
    return this.image.is64Bit ? unknown('read from memory') : this.load(address - this.image.imageBase, width);
  }

  preservesRegisters(code: FunctionCode, index: number): boolean {
    const flow = code.flow(index);
    if (flow === FLOW_CALL_INDIRECT) {
      const check = this.indirection.guard?.check;
      return check !== undefined && isGuardCheck(this.architecture, code, index, check);
    }
    return flow === FLOW_CALL && this.machine.preservesRegisters(code, index);
  }

  keepsRegister(code: FunctionCode, index: number, register: number): boolean {
    return code.flow(index) === FLOW_CALL && this.#clobbers.keeps(code.target(index), register);
  }

  branchEquality(code: FunctionCode, index: number): BranchEquality | undefined {
    return this.machine.branchEquality(code, index);
  }
}
