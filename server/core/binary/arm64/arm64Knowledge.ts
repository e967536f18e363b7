/**
 * Habits of ARM64 compilers that values alone don't show: jump tables, stack probes, what compare-and-branch proves.
 */
import type { CodeBytes } from '../code/architecture';
import type { BranchEquality } from '../code/branchEquality';
import type { FunctionCode } from '../code/functionCode';
import { NOTHING_POPPED } from '../code/functionValues';
import type { MachineKnowledge } from '../code/imageCode';
import { register } from '../code/statement';
import type { PeImage } from '../peImage';
import { addressMade, bits, rd, rm, rn, SP, wordAt } from './fields';

const TABLE_DISTANCE = 16;
const MOST_CASES = 4096;
const COMPARE_DISTANCE = 4;

/** Where a jump table stands, and how an entry becomes an address. */
interface JumpTable {
  readonly table: number;
  readonly base: number;
  readonly entryBytes: number;
  readonly isSigned: boolean;
  readonly shift: number;
}

export class Arm64Knowledge implements MachineKnowledge {
  readonly #loads = new WeakMap<FunctionCode, readonly EntryLoad[]>();
  readonly #tables = new WeakMap<FunctionCode, { readonly targets: readonly number[] | undefined }>();

  constructor(private readonly image: PeImage) {}

  readonly pops = NOTHING_POPPED;

  jumpTable(code: FunctionCode, index: number): readonly number[] | undefined {
    const bytes = codeAt(code, index);
    if (bytes === undefined) return [];
    const jump = wordOf(bytes, code, index);
    const add = findBefore(bytes, code, index, (word) => isAddRegister(word) && rd(word) === rn(jump));
    if (add === undefined) return this.#farTables(bytes, code);
    const load = findEntryLoad(bytes, code, add);
    return load === undefined ? [] : this.#tableOf(bytes, code, add, load);
  }

  /**
   * Where a jump may lead whose table was read out of sight (in front of a loop, then kept): to all tables of the function.
   * None when it has none: then the jump is a tail call.
   */
  #farTables(bytes: CodeBytes, code: FunctionCode): readonly number[] | undefined {
    const known = this.#tables.get(code);
    if (known !== undefined) return known.targets;
    const targets = this.#findTables(bytes, code);
    this.#tables.set(code, { targets });
    return targets;
  }

  #findTables(bytes: CodeBytes, code: FunctionCode): readonly number[] | undefined {
    const targets = new Set<number>();
    for (const { add, load } of this.#entryLoads(bytes, code)) {
      const table = this.#tableOf(bytes, code, add, load);
      // Sums of other things with entries of arrays lead to no instruction; code addresses as a base must.
      if (table === undefined && this.#isCodeAddress(bytes, code, add)) return undefined;
      for (const target of table ?? []) targets.add(target);
    }
    return [...targets];
  }

  /** Loads in the function that may be of tables' entries, with the additions that take them. */
  #entryLoads(bytes: CodeBytes, code: FunctionCode): readonly EntryLoad[] {
    const known = this.#loads.get(code);
    if (known !== undefined) return known;
    const found: EntryLoad[] = [];
    for (let index = 0; index < code.count; index += 1) {
      const add = { index, word: wordOf(bytes, code, index) };
      const load = isAddRegister(add.word) ? findEntryLoad(bytes, code, add) : undefined;
      if (load !== undefined) found.push({ add, load, table: this.#address(bytes, code, load.index, rn(load.word)) });
    }
    this.#loads.set(code, found);
    return found;
  }

  #isCodeAddress(bytes: CodeBytes, code: FunctionCode, add: Found): boolean {
    const base = this.#address(bytes, code, add.index, rn(add.word));
    return base !== undefined && code.contains(base);
  }

  #tableOf(bytes: CodeBytes, code: FunctionCode, add: Found, load: Found): readonly number[] | undefined {
    const base = this.#address(bytes, code, add.index, rn(add.word));
    const table = this.#address(bytes, code, load.index, rn(load.word));
    if (base === undefined || table === undefined) return undefined;
    const others = new Set(this.#entryLoads(bytes, code).map((entry) => entry.table));
    return this.#read(code, others, {
      table,
      base,
      entryBytes: 1 << bits(load.word, 30, 2),
      isSigned: bits(load.word, 22, 2) >= 2,
      shift: bits(add.word, 21, 1) === 1 ? bits(add.word, 10, 3) : bits(add.word, 10, 6),
    });
  }

  /** Address that ADR, or ADRP and ADD, put into the register in front of an instruction. */
  #address(bytes: CodeBytes, code: FunctionCode, index: number, number: number): number | undefined {
    let added = 0;
    for (let before = index - 1; before >= 0; before -= 1) {
      const word = wordOf(bytes, code, before);
      if (rd(word) !== number) continue;
      const made = addressMade(word, code.address(before));
      if (made !== undefined) return made + added;
      const isAddition = (word & 0xffc00000) >>> 0 === 0x91000000;
      if (isAddition && rn(word) === number) added += bits(word, 10, 12);
    }
    return undefined;
  }

  /** Entries that lead to instructions of the function, up to the first that does not, or the next table. */
  #read(
    code: FunctionCode,
    others: ReadonlySet<number | undefined>,
    { table, base, entryBytes, isSigned, shift }: JumpTable,
  ): readonly number[] | undefined {
    const targets: number[] = [];
    for (let entry = 0; entry < MOST_CASES; entry += 1) {
      if (entry > 0 && others.has(table + entry * entryBytes)) break;
      const offset = this.image.offsetOf(table + entry * entryBytes);
      if (offset === undefined) break;
      const raw =
        entryBytes === 1
          ? this.image.reader.u8(offset)
          : entryBytes === 2
            ? this.image.reader.u16(offset)
            : this.image.reader.i32(offset);
      if (raw === undefined) break;
      const unusedBits = 32 - entryBytes * 8;
      const value = isSigned ? (raw << unusedBits) >> unusedBits : raw;
      const target = base + value * 2 ** shift;
      if (code.indexAt(target) === undefined) break;
      targets.push(target);
    }
    return targets.length === 0 ? undefined : targets;
  }

  /** __chkstk: called with a size in x15 that is then taken from the stack pointer. */
  preservesRegisters(code: FunctionCode, index: number): boolean {
    const bytes = codeAt(code, index);
    if (bytes === undefined || index + 1 >= code.count) return false;
    const word = wordOf(bytes, code, index + 1);
    return (word & 0xffe00000) >>> 0 === 0xcb200000 && rd(word) === SP && rm(word) === 15;
  }

  branchEquality(code: FunctionCode, index: number): BranchEquality | undefined {
    const bytes = codeAt(code, index);
    if (bytes === undefined) return undefined;
    const word = wordOf(bytes, code, index);
    if ((word & 0x7e000000) === 0x34000000) {
      // cbz, cbnz
      return { operand: register(rd(word)), value: 0, at: index, whenTaken: bits(word, 24, 1) === 0 };
    }
    const condition = word & 0xf;
    if (word >>> 24 !== 0x54 || condition > 1) return undefined;
    const first = code.blockStart(code.blockOf(index));
    for (let at = index - 1; at >= Math.max(first, index - COMPARE_DISTANCE); at -= 1) {
      const compare = wordOf(bytes, code, at);
      const isCompare = (compare & 0x7f80001f) === 0x7100001f && rn(compare) !== SP;
      if (isCompare) {
        const value = bits(compare, 10, 12) * (bits(compare, 22, 1) === 1 ? 0x1000 : 1);
        return { operand: register(rn(compare)), value, at, whenTaken: condition === 0 };
      }
      if (mayChangeFlags(compare)) return undefined;
    }
    return undefined;
  }
}

function codeAt(code: FunctionCode, index: number): CodeBytes | undefined {
  return code.rangeAt(code.address(index))?.code;
}

function wordOf(bytes: CodeBytes, code: FunctionCode, index: number): number {
  return wordAt(bytes.bytes, code.address(index) - bytes.rva);
}

/** ADD of two registers, shifted or extended. */
function isAddRegister(word: number): boolean {
  return (word & 0xff000000) >>> 0 === 0x8b000000;
}

/** A load with a register as index. */
function isIndexedLoad(word: number): boolean {
  return (word & 0x3f200c00) === 0x38200800 && bits(word, 22, 2) !== 0;
}

/** A load of an entry, and the addition that makes it an address. */
interface EntryLoad {
  readonly add: Found;
  readonly load: Found;
  readonly table: number | undefined;
}

interface Found {
  readonly index: number;
  readonly word: number;
}

/** The load of a table's entry that the addition takes as its second operand. */
function findEntryLoad(bytes: CodeBytes, code: FunctionCode, add: Found): Found | undefined {
  return findBefore(bytes, code, add.index, (word) => isIndexedLoad(word) && rd(word) === rm(add.word));
}

function findBefore(
  bytes: CodeBytes,
  code: FunctionCode,
  index: number,
  matches: (word: number) => boolean,
): Found | undefined {
  for (let before = index - 1; before >= Math.max(0, index - TABLE_DISTANCE); before -= 1) {
    const word = wordOf(bytes, code, before);
    if (matches(word)) return { index: before, word };
  }
  return undefined;
}

/** Data processing with the S bit, conditional compares, calls: anything that is not a plain move, load or store. */
function mayChangeFlags(word: number): boolean {
  const group = bits(word, 25, 4);
  const isLoadOrStore = (group & 0b0101) === 0b0100;
  const isMove = (word & 0x1f800000) === 0x12800000 || (word & 0x7fe0ffe0) === 0x2a0003e0;
  return !isLoadOrStore && !isMove;
}
