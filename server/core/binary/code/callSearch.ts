/**
 * Finds the calls of allocators, from the import slots outwards: direct, through thunks, out of a register, by tail jump,
 * and then the calls of functions that hand their own parameter on as the tag, to a fixed point.
 */
import type { ParseIssue } from '../../../../src/shared/facts';
import type { CalledAllocator } from '../importedAllocators';
import { parameterStructureTag, takesParameterStructure } from '../parameterStructures';
import { FLOW_BRANCH, FLOW_CALL, FLOW_CALL_INDIRECT, FLOW_JUMP, FLOW_JUMP_INDIRECT, isCall } from './flow';
import type { AnalysedFunction, ImageCode } from './imageCode';
import type { Operand } from './statement';
import { register } from './statement';
import type { Atom, Location, Value } from './value';
import { slotLocation } from './value';
import { UNREACHED } from './valueFlow';

/** A function in the image whose callers name a tag. */
interface CallTarget {
  readonly entry: number;
  readonly allocator: CalledAllocator;
  /** Where the tag stands on entry; undefined for an allocator without one. */
  readonly tagLocation: Location | undefined;
  /** Key of the wrapper it is, or is a thunk of; undefined for the allocator itself and its thunks. */
  readonly wrapper?: string;
}

/** A call of an allocator or of a wrapper. */
export interface CallSite {
  readonly rva: number;
  readonly allocator: CalledAllocator;
  readonly caller: number;
  /** What the tag can be; undefined for an allocator without one. */
  readonly value: Value | undefined;
  /** Set when the call goes through a wrapper. */
  readonly via?: { readonly entry: number; readonly wrapper: string };
}

/** Wrapper chains longer than this are recursion of generated code. */
const MOST_ROUNDS = 16;
/** Instructions of a thunk: an address pair, the jump, and what may mark the function's start. */
const LONGEST_THUNK = 5;
/** Several times what the largest kernels have. */
const MOST_SITES = 1 << 16;
const LAST_RVA = 0xffffffff;

function isUnreached(atom: Atom): boolean {
  return atom.kind === 'unknown' && atom.reason === UNREACHED;
}

export function wrapperKey(entry: number, allocator: CalledAllocator, location: Location): string {
  return `${allocator.name}@${String(entry)}:${String(location)}`;
}

export class CallSearch {
  /** By allocator and address. */
  readonly #sites = new Map<CalledAllocator, Map<number, CallSite>>();
  #siteCount = 0;
  #isCut = false;
  /** Functions whose callers have been, or will be, visited. */
  readonly #reached = new Set<string>();
  /** Functions found since the last round, whose callers are still to be visited. */
  #pending: CallTarget[] = [];

  constructor(
    private readonly image: ImageCode,
    /** Allocators by import slot. */
    private readonly slots: ReadonlyMap<number, CalledAllocator>,
    /** Allocators that are functions of this image. */
    private readonly exported: ReadonlyMap<number, CalledAllocator>,
  ) {}

  /** What of the result is incomplete. */
  issues(): readonly ParseIssue[] {
    return this.#isCut ? [{ message: `more than ${String(MOST_SITES)} calls; the others are left out` }] : [];
  }

  run(): readonly CallSite[] {
    this.#visitSlots();
    for (const [entry, allocator] of [...this.exported, ...this.#bodies()]) {
      this.#addPending({ entry, allocator, tagLocation: this.#tagLocation(allocator) });
    }
    for (let round = 0; round < MOST_ROUNDS && this.#pending.length > 0; round += 1) this.#visitCallers();
    const all: CallSite[] = [];
    for (const sites of this.#sites.values()) for (const site of sites.values()) all.push(site);
    return all.sort((a, b) => a.rva - b.rva);
  }

  /** Functions that exported allocators jump to at once: the image's own code calls those, arguments being the same. */
  #bodies(): ReadonlyMap<number, CalledAllocator> {
    const bodies = new Map<number, CalledAllocator>();
    const shared = new Set(this.exported.keys());
    for (const [entry, allocator] of this.exported) {
      const code = this.image.analyse(entry)?.code;
      const index = code?.indexAt(entry);
      if (code === undefined || index === undefined || code.flow(index) !== FLOW_JUMP) continue;
      const body = code.target(index);
      // What two exports share is neither of them.
      if (bodies.has(body)) shared.add(body);
      bodies.set(body, allocator);
    }
    for (const body of shared) bodies.delete(body);
    return bodies;
  }

  #visitSlots(): void {
    const { tablePointer, table } = this.image.indirection;
    // The table behind a pointer is outside the image; code refers to the pointer, else to an entry or the whole table.
    const origin = tablePointer?.variable ?? table;
    const addresses = [...this.slots.keys()].filter((slot) => slot <= LAST_RVA);
    if (origin !== undefined) addresses.push(origin);
    if (addresses.length === 0) return;
    const [first, last] = [Math.min(...addresses), Math.max(...addresses)];
    const hoisting = new Set<AnalysedFunction>();
    const isWanted = (rva: number): boolean => this.slots.has(rva) || rva === origin;
    for (const code of this.image.sections) {
      const references = this.image.architecture.findReferences(code, isWanted, first, last);
      for (const { offset, slot } of references) this.#visitReference(code.rva + offset, slot, hoisting);
    }
    for (const analysed of hoisting) this.#visitIndirectCalls(analysed);
  }

  #visitReference(rva: number, slot: number, hoisting: Set<AnalysedFunction>): void {
    const analysed = this.image.analyse(rva);
    const allocator = this.slots.get(slot);
    const index = analysed?.code.indexContaining(rva);
    if (analysed === undefined || index === undefined) return;
    if (allocator === undefined) {
      hoisting.add(analysed);
      return;
    }
    const flow = analysed.code.flow(index);
    if (flow !== FLOW_CALL_INDIRECT && flow !== FLOW_JUMP_INDIRECT) {
      hoisting.add(analysed);
      return;
    }
    const operand = this.#callOperand(analysed, index);
    if (operand?.kind !== 'memory' || !operand.inImage || operand.displacement !== slot) return;
    const location = this.#tagLocation(allocator);
    this.#addSite(analysed, index, { entry: slot, allocator, tagLocation: location });
  }

  /** Calls through registers and stack slots in a function that loads an allocator's pointer. */
  #visitIndirectCalls(analysed: AnalysedFunction): void {
    const { code, flow } = analysed;
    for (let index = 0; index < code.count; index += 1) {
      if (code.flow(index) !== FLOW_CALL_INDIRECT && code.flow(index) !== FLOW_JUMP_INDIRECT) continue;
      const operand = this.#calleeOperand(analysed, index);
      if (operand === undefined || (operand.kind === 'memory' && operand.inImage)) continue;
      const value = flow.operandBefore(index, operand);
      // One of several callees: a site only if each of them is known. What comes out of a block that nothing leads to,
      // dead or a handler, takes no callee away from the paths that are seen.
      if (!value.every((atom) => atom.kind === 'import' || isUnreached(atom))) continue;
      for (const atom of value) {
        if (atom.kind !== 'import') continue;
        const allocator = this.slots.get(atom.slot);
        if (allocator === undefined) continue;
        this.#addSite(analysed, index, {
          entry: atom.slot,
          allocator,
          tagLocation: this.#tagLocation(allocator),
        });
      }
    }
  }

  /** One round: all direct calls and jumps to the pending functions. */
  #visitCallers(): void {
    const targets = new Map<number, CallTarget[]>();
    for (const target of this.#pending) {
      const same = targets.get(target.entry);
      if (same === undefined) targets.set(target.entry, [target]);
      else same.push(target);
    }
    this.#pending = [];
    const candidates: { rva: number; entry: number }[] = [];
    for (const code of this.image.sections) {
      this.image.calls.visit(code, (offset, entry) => {
        if (targets.has(entry)) candidates.push({ rva: code.rva + offset, entry });
      });
    }
    for (const { rva, entry } of candidates) this.#visitCaller(rva, entry, targets.get(entry) ?? []);
  }

  #visitCaller(rva: number, entry: number, targets: readonly CallTarget[]): void {
    const analysed = this.image.analyse(rva);
    const index = analysed?.code.indexAt(rva);
    if (analysed === undefined || index === undefined || analysed.code.target(index) !== entry) return;
    const flow = analysed.code.flow(index);
    if (flow !== FLOW_CALL && flow !== FLOW_JUMP && flow !== FLOW_BRANCH) return;
    // A loop back to the function's own start.
    if (flow !== FLOW_CALL && analysed.code.contains(entry)) return;
    for (const target of targets) {
      const isThunk = flow === FLOW_JUMP && analysed.bounds.entry === rva;
      if (isThunk) this.#addPending({ ...target, entry: rva });
      else this.#addSite(analysed, index, target);
    }
  }

  #addPending(target: CallTarget): void {
    const key = `${String(target.entry)} ${target.wrapper ?? target.allocator.name}`;
    if (this.#reached.has(key)) return;
    this.#reached.add(key);
    this.#pending.push(target);
  }

  /**
   * Start of the thunk that ends in the jump: a few instructions that load the pointer, the arguments untouched, at the
   * function's entry or in a row of thunks that nothing leads into. Undefined when the jump is a tail call.
   */
  #thunkStart({ code }: AnalysedFunction, index: number, tagLocation: Location | undefined): number | undefined {
    if (code.flow(index) !== FLOW_JUMP_INDIRECT) return undefined;
    const block = code.blockOf(index);
    const first = code.blockStart(block);
    const isEntered = block !== code.entryBlock && code.hasPredecessors(block);
    if (isEntered || index - first >= LONGEST_THUNK) return undefined;
    for (let before = first; before < index; before += 1) {
      if (isCall(code.flow(before))) return undefined;
      for (const { target } of code.statements(before)) {
        if (target.kind === 'memory' || target.register === tagLocation) return undefined;
        if (target.register === this.image.architecture.stackRegister) return undefined;
        // What names arguments of its own is a function that allocates, not a way to the allocator.
        if (this.image.architecture.isArgument(target.register)) return undefined;
      }
    }
    return code.address(first);
  }

  #addSite(analysed: AnalysedFunction, index: number, target: CallTarget): void {
    const rva = analysed.code.address(index);
    const sites = this.#sites.get(target.allocator) ?? new Map<number, CallSite>();
    this.#sites.set(target.allocator, sites);
    if (sites.has(rva)) return;
    if (this.#siteCount >= MOST_SITES) {
      this.#isCut = true;
      return;
    }
    const thunk = this.#thunkStart(analysed, index, target.tagLocation);
    if (thunk !== undefined) {
      this.#addPending({ ...target, entry: thunk });
      return;
    }
    if (!this.#isMeant(analysed, index, target)) return;
    const value = this.#tagAt(analysed, index, target);
    this.#siteCount += 1;
    sites.set(rva, {
      rva,
      allocator: target.allocator,
      caller: analysed.bounds.entry,
      value,
      ...(target.wrapper === undefined ? {} : { via: { entry: target.entry, wrapper: target.wrapper } }),
    });
    for (const atom of value ?? []) {
      if (atom.kind !== 'entry') continue;
      this.#addPending({
        entry: analysed.bounds.entry,
        allocator: target.allocator,
        tagLocation: atom.location,
        wrapper: wrapperKey(analysed.bounds.entry, target.allocator, atom.location),
      });
    }
  }

  /** What the tag can be at the call: the argument, or what stands in the structure it points to. */
  #tagAt(
    analysed: AnalysedFunction,
    index: number,
    { allocator, tagLocation, wrapper }: CallTarget,
  ): Value | undefined {
    if (tagLocation === undefined) return undefined;
    const argument = analysed.flow.argument(index, tagLocation);
    // A function that fills in the structure takes the tag itself.
    if (wrapper !== undefined || !takesParameterStructure(allocator)) return argument;
    return parameterStructureTag(this.image, { allocator, analysed, index, pointer: argument });
  }

  /** Of a function for many purposes, whether this call is proven to be the one that takes a tag. */
  #isMeant({ flow }: AnalysedFunction, index: number, { allocator, wrapper }: CallTarget): boolean {
    if (allocator.only === undefined || wrapper !== undefined) return true;
    const place = this.#tagLocation({ ...allocator, tagPosition: allocator.only.argument });
    const [purpose, more] = place === undefined ? [] : flow.argument(index, place);
    return purpose?.kind === 'constant' && purpose.value === allocator.only.value && more === undefined;
  }

  #tagLocation(allocator: CalledAllocator): Location | undefined {
    if (allocator.tagPosition === 0) return undefined;
    const place = this.image.architecture.tagArgument(allocator);
    if (place.kind === 'register') return place.register;
    return slotLocation(this.image.architecture.returnAddressSize + place.offset);
  }

  /** What holds the callee's address: for Control Flow Guard's dispatch its register, else the call's own operand. */
  #calleeOperand(analysed: AnalysedFunction, index: number): Operand | undefined {
    const operand = this.#callOperand(analysed, index);
    const guard = this.image.indirection.guard;
    if (operand === undefined || guard?.dispatch === undefined) return operand;
    const isDirect = operand.kind === 'memory' && operand.inImage;
    const [only, more] = isDirect ? [] : analysed.flow.operandBefore(index, operand);
    const slot = isDirect
      ? operand.displacement
      : only?.kind === 'import' && more === undefined
        ? only.slot
        : undefined;
    return slot === guard.dispatch ? register(guard.targetRegister) : operand;
  }

  #callOperand(analysed: AnalysedFunction, index: number): ReturnType<ImageCode['architecture']['callOperand']> {
    const rva = analysed.code.address(index);
    const range = analysed.code.rangeAt(rva);
    return range === undefined ? undefined : this.image.architecture.callOperand(range.code, rva - range.code.rva);
  }
}
