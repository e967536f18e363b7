/**
 * How the code of an image uses one writable section: which stores name its bytes, and which addresses in it are made
 * and so may be stored through elsewhere. Errs on the side of "made"; what can't be followed makes the result blind.
 */
import type { ImageSection } from '../peImage';
import type { AnalysedFunction, ImageCode } from './imageCode';
import { relocatedPointers } from './relocations';
import type { MemoryOperand, Operand, Statement } from './statement';

/** A store that names bytes of the section. */
export interface SectionStore {
  readonly rva: number;
  readonly width: number;
  readonly analysed: AnalysedFunction;
  readonly index: number;
  /** What is stored, where that is one operand. */
  readonly source?: Operand;
}

/** Mentions and functions looked at for one section: several times what the largest real drivers have. */
const MOST_MENTIONS = 1 << 17;
const MOST_FUNCTIONS = 1 << 13;
const PAGE_SIZE = 0x1000;
/** Rounds in which registers hand an address on by copies; real code needs two. */
const MOST_ROUNDS = 4;

export class SectionUses {
  readonly #stores: SectionStore[] = [];
  readonly #made = new Set<number>();
  /** Functions that mention the section, and are still to be read. */
  readonly #unread: Iterator<AnalysedFunction>;
  #isBlind = false;
  #sorted: readonly number[] | undefined;

  constructor(
    private readonly code: ImageCode,
    private readonly section: ImageSection,
  ) {
    this.#readPointers();
    this.#unread = this.#mentioningFunctions();
  }

  /** Stores to the section; undefined when not everything could be followed: then nothing may be concluded. */
  stores(): readonly SectionStore[] | undefined {
    this.#allMade();
    return this.#isBlind ? undefined : this.#stores;
  }

  /** Whether an address in [begin, end) is made somewhere. Where the whole section is asked about, one will do. */
  isAddressMade(begin: number, end: number): boolean {
    const isWhole = begin <= this.section.rva && end >= this.section.rva + this.section.virtualSize;
    if (isWhole) {
      while (this.#made.size === 0 && this.#readNext());
      return this.#made.size > 0;
    }
    const all = this.#allMade();
    return (all[countBelow(all, begin)] ?? end) < end;
  }

  /** Every address made, ascending. */
  #allMade(): readonly number[] {
    while (this.#readNext());
    return (this.#sorted ??= [...this.#made].sort((a, b) => a - b));
  }

  /** Reads one more function; false when there is none left. */
  #readNext(): boolean {
    const next = this.#unread.next();
    if (next.done === true) return false;
    this.#readFunction(next.value);
    if (this.code.budget.steps < 0) this.#isBlind = true;
    return true;
  }

  #contains(rva: number): boolean {
    return rva >= this.section.rva && rva < this.section.rva + this.section.virtualSize;
  }

  #addMade(rva: number): void {
    if (this.#contains(rva)) this.#made.add(rva);
  }

  /** Pointers in data; in 32-bit code the operands show what they are used for. */
  #readPointers(): void {
    const { image, architecture, sections } = this.code;
    const isCode = (rva: number): boolean => sections.some((code) => rva >= code.rva && rva < code.rva + code.size);
    relocatedPointers(image, (at, target) => {
      if (this.#contains(target) && (architecture.pointerSize === 8 || !isCode(at))) this.#made.add(target);
    });
  }

  *#mentioningFunctions(): Generator<AnalysedFunction, void> {
    const found = new Set<AnalysedFunction>();
    const last = this.section.rva + this.section.virtualSize - 1;
    let mentions = 0;
    for (const code of this.code.sections) {
      // Address 0 is the image's base, from which tables are indexed.
      for (const [low, high] of [
        [this.section.rva, last],
        [0, 0],
      ] as const) {
        for (const { offset, slot } of this.code.architecture.findMentions(code, low, high)) {
          mentions += 1;
          if (mentions > MOST_MENTIONS || found.size > MOST_FUNCTIONS) {
            this.#isBlind = true;
            return;
          }
          const analysed = this.code.analyse(code.rva + offset);
          if (analysed?.code.indexContaining(code.rva + offset) === undefined) this.#addMade(slot);
          else if (!found.has(analysed)) {
            found.add(analysed);
            yield analysed;
          }
        }
      }
    }
  }

  #readFunction(analysed: AnalysedFunction): void {
    if (this.code.budget.steps < 0) return;
    const holders = this.#holders(analysed);
    for (let index = 0; index < analysed.code.count; index += 1) {
      for (const statement of analysed.code.statements(index)) {
        this.#readAddresses(analysed, index, statement, holders);
        if (statement.target.kind === 'memory') this.#readStore(analysed, index, statement, holders);
      }
    }
  }

  /** Registers that hold an address of the image somewhere in the function, by making it, by copies or from the stack. */
  #holders(analysed: AnalysedFunction): ReadonlySet<number> {
    const { code } = analysed;
    const holders = new Set<number>();
    let isSpilled = false;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const before = holders.size + Number(isSpilled);
      for (let index = 0; index < code.count; index += 1) {
        for (const { target, operation, left, right } of code.statements(index)) {
          const isHeld = [left, right].some((operand) => operand?.kind === 'register' && holders.has(operand.register));
          if (target.kind === 'memory') isSpilled ||= isHeld && this.#isOnStack(analysed, index, target);
          else if (isHeld || this.#makesAddress(operation, left, right)) holders.add(target.register);
          else if (isSpilled && left?.kind === 'memory' && this.#isOnStack(analysed, index, left))
            holders.add(target.register);
        }
      }
      if (holders.size + Number(isSpilled) === before) break;
    }
    return holders;
  }

  #isOnStack({ flow }: AnalysedFunction, index: number, { base, inImage }: MemoryOperand): boolean {
    const { stackRegister, frameRegister } = this.code.architecture;
    if (inImage) return false;
    return base === stackRegister || (base === frameRegister && !Number.isNaN(flow.depth.frameBefore(index)));
  }

  #makesAddress(operation: Statement['operation'], left: Operand | undefined, right: Operand | undefined): boolean {
    if (operation === 'address' && left?.kind === 'memory' && left.inImage) return true;
    return [left, right].some((operand) => operand?.kind === 'image' || this.#constantAddress(operand) !== undefined);
  }

  /** Addresses are plain constants in 32-bit code. */
  #constantAddress(operand: Operand | undefined): number | undefined {
    if (operand?.kind !== 'constant' || this.code.architecture.pointerSize !== 4) return undefined;
    const rva = operand.value - this.code.image.imageBase;
    return this.#contains(rva) ? rva : undefined;
  }

  #readAddresses(analysed: AnalysedFunction, index: number, statement: Statement, holders: ReadonlySet<number>): void {
    const { operation, left, right } = statement;
    for (const operand of [left, right]) {
      const constant = this.#constantAddress(operand);
      if (constant !== undefined) this.#addMade(constant);
      // A page (ADRP) is no object's address until something is added to it, be it zero: then it is a copy.
      if (operand?.kind === 'image' && !(operation === 'copy' && operand.rva % PAGE_SIZE === 0))
        this.#addMade(operand.rva);
      if (operand?.kind !== 'register' || !holders.has(operand.register)) continue;
      const other = operand === left ? right : left;
      const added = operation === 'add' && other?.kind === 'constant' ? other.value | 0 : 0;
      for (const rva of this.#addresses(analysed, index, operand.register)) this.#addMade(rva + added);
    }
    if (operation !== 'address' || left?.kind !== 'memory') return;
    if (left.inImage) this.#addMade(left.displacement);
    else if (holders.has(left.base))
      for (const rva of this.#addresses(analysed, index, left.base)) this.#addMade(rva + left.displacement);
  }

  #readStore(analysed: AnalysedFunction, index: number, statement: Statement, holders: ReadonlySet<number>): void {
    const { target, operation, left } = statement;
    if (target.kind !== 'memory') return;
    const isIndexed = target.index >= 0 || (target.inImage && target.base >= 0);
    const source = operation === 'copy' ? left : undefined;
    const add = (rva: number): void => {
      if (isIndexed) this.#addMade(rva);
      else if (rva + target.width > this.section.rva && rva < this.section.rva + this.section.virtualSize)
        this.#stores.push({ rva, width: target.width, analysed, index, ...(source === undefined ? {} : { source }) });
    };
    if (target.inImage) add(target.displacement);
    else if (holders.has(target.base) && !this.#isOnStack(analysed, index, target)) {
      for (const rva of this.#addresses(analysed, index, target.base)) add(rva + target.displacement);
    }
  }

  /** Addresses in the image that a register can hold. */
  #addresses({ flow }: AnalysedFunction, index: number, register: number): readonly number[] {
    const found: number[] = [];
    for (const atom of flow.valueBefore(index, register)) {
      if (atom.kind === 'image') found.push(atom.rva);
      else if (atom.kind === 'constant') {
        const rva = this.#constantAddress(atom);
        if (rva !== undefined) found.push(rva);
      }
    }
    return found;
  }
}

/** How many of the ascending numbers lie below the value. */
function countBelow(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
