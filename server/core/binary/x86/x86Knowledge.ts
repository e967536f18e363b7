/**
 * Habits of x86 and x64 compilers that values alone don't show: jump tables, stack probes, arguments a callee removes.
 */
import type { Architecture } from '../code/architecture';
import type { BranchEquality } from '../code/branchEquality';
import type { FunctionCode } from '../code/functionCode';
import type { CallPops } from '../code/functionValues';
import type { MachineKnowledge } from '../code/imageCode';
import type { MemoryOperand } from '../code/statement';
import type { PeImage } from '../peImage';
import { branchEquality } from './branchEquality';
import { LengthDecoder } from './lengthDecoder';
import { RAX, RBP, RSP } from './registers';

/** Instructions between a table's load and its jump. */
const TABLE_DISTANCE = 12;
const MOST_CASES = 4096;

/** A load of an entry into a register, by an instruction. */
interface EntryLoad {
  readonly index: number;
  readonly target: number;
  readonly entry: MemoryOperand;
  /** What entries are added to: the table's own address, or less than nothing where they are addresses; if it is known. */
  readonly base: number | undefined;
}

function tableOf({ entry, base }: EntryLoad): number | undefined {
  if (entry.inImage) return entry.displacement;
  return base === undefined ? undefined : base + entry.displacement;
}

function isTableEntry({ index, scale, width }: MemoryOperand): boolean {
  return index >= 0 && scale === 4 && width === 4;
}

export class X86Knowledge implements MachineKnowledge {
  readonly #decoder: LengthDecoder;
  readonly #loads = new WeakMap<FunctionCode, readonly EntryLoad[]>();
  readonly #tables = new WeakMap<FunctionCode, { readonly targets: readonly number[] | undefined }>();

  constructor(
    private readonly image: PeImage,
    private readonly architecture: Architecture,
    readonly pops: CallPops,
  ) {
    this.#decoder = new LengthDecoder(architecture.pointerSize === 8);
  }

  jumpTable(code: FunctionCode, index: number): readonly number[] | undefined {
    const range = code.rangeAt(code.address(index));
    if (range === undefined) return [];
    const operand = this.architecture.callOperand(range.code, code.address(index) - range.code.rva);
    if (operand?.kind === 'memory') {
      // Through a pointer in memory: a tail call, unless it is indexed, or a target worked out long before.
      if (operand.index < 0) return operand.base === RSP || operand.base === RBP ? this.#farTables(code) : [];
      return operand.inImage && this.architecture.pointerSize === 4
        ? this.#readTable(code, operand.displacement, -this.image.imageBase)
        : undefined;
    }
    if (operand?.kind !== 'register') return [];
    const load = this.#tableLoad(code, index);
    if (load === undefined) return this.#farTables(code);
    if (load.inImage) return this.#readTable(code, load.displacement, -this.image.imageBase);
    const base = this.#addressIn(code, index, load.base);
    return base === undefined ? undefined : this.#readTable(code, base + load.displacement, base);
  }

  /**
   * Where a jump may lead whose table was read out of sight (in front of a loop, then kept): to all tables of the function.
   * None when it has none: then the jump is a tail call.
   */
  #farTables(code: FunctionCode): readonly number[] | undefined {
    const known = this.#tables.get(code);
    if (known !== undefined) return known.targets;
    const targets = this.#findTables(code);
    this.#tables.set(code, { targets });
    return targets;
  }

  #findTables(code: FunctionCode): readonly number[] | undefined {
    const targets = new Set<number>();
    for (const { index, target, entry, base } of this.#entryLoads(code)) {
      const at = tableOf({ index, target, entry, base });
      const table = at === undefined || base === undefined ? undefined : this.#readTable(code, at, base);
      for (const found of table ?? []) targets.add(found);
      if (table === undefined && this.#isMadeAddress(code, index, target, entry.base)) return undefined;
    }
    return [...targets];
  }

  /** Loads in the function that may be of tables' entries, with what the entries are relative to. */
  #entryLoads(code: FunctionCode): readonly EntryLoad[] {
    const known = this.#loads.get(code);
    if (known !== undefined) return known;
    const found: EntryLoad[] = [];
    for (let index = 0; index < code.count; index += 1) {
      for (const { operation, target, left } of code.statements(index)) {
        const isEntry = operation === 'copy' && left?.kind === 'memory' && isTableEntry(left);
        if (!isEntry || target.kind !== 'register') continue;
        const base = left.inImage ? -this.image.imageBase : this.#addressIn(code, index, left.base);
        found.push({ index, target: target.register, entry: left, base });
      }
    }
    this.#loads.set(code, found);
    return found;
  }

  /** Whether the loaded entry is soon added to the table's address: a table that can't be read. */
  #isMadeAddress(code: FunctionCode, index: number, entry: number, base: number): boolean {
    for (let after = index + 1; after < Math.min(code.count, index + TABLE_DISTANCE); after += 1) {
      for (const { operation, target, right } of code.statements(after)) {
        if (operation !== 'add' || target.kind !== 'register' || right?.kind !== 'register') continue;
        const sides = [target.register, right.register];
        if (base >= 0 && sides.includes(entry) && sides.includes(base)) return true;
      }
    }
    return false;
  }

  /** The nearest load of a scaled 4-byte entry before the jump. */
  #tableLoad(code: FunctionCode, index: number): MemoryOperand | undefined {
    for (let before = index - 1; before >= Math.max(0, index - TABLE_DISTANCE); before -= 1) {
      for (const { operation, target, left } of code.statements(before)) {
        if (operation !== 'copy' || target.kind !== 'register' || left?.kind !== 'memory') continue;
        if (isTableEntry(left)) return left;
      }
    }
    return undefined;
  }

  /** Image address last put into the register, in the order of addresses. */
  #addressIn(code: FunctionCode, index: number, register: number): number | undefined {
    for (let before = index - 1; before >= 0; before -= 1) {
      for (const { operation, target, left } of code.statements(before)) {
        if (target.kind !== 'register' || target.register !== register) continue;
        if (operation === 'address' && left?.kind === 'memory' && left.inImage) return left.displacement;
      }
    }
    return undefined;
  }

  /** Entries that lead to instructions of the function, up to the first that does not, or the next table. */
  #readTable(code: FunctionCode, table: number, base: number): readonly number[] | undefined {
    const targets: number[] = [];
    const others = new Set(this.#entryLoads(code).map((load) => tableOf(load)));
    for (let entry = 0; entry < MOST_CASES; entry += 1) {
      if (entry > 0 && others.has(table + entry * 4)) break;
      const value = this.image.u32(table + entry * 4);
      if (value === undefined) break;
      const target = base < 0 ? (value >>> 0) + base : base + (value | 0);
      if (code.indexAt(target) === undefined) break;
      targets.push(target);
    }
    return targets.length === 0 ? undefined : targets;
  }

  branchEquality(code: FunctionCode, index: number): BranchEquality | undefined {
    return branchEquality(this.#decoder, code, index, this.image.imageBase);
  }

  /** __chkstk and its kin: called with a size in eax that is then taken from the stack pointer. */
  preservesRegisters(code: FunctionCode, index: number): boolean {
    for (const { operation, target, right } of code.statements(index + 1)) {
      const takes = operation === 'subtract' && target.kind === 'register' && target.register === RSP;
      if (takes && right?.kind === 'register' && right.register === RAX) return true;
    }
    return false;
  }
}
