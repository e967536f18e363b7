/**
 * ARM64 for the search: sweep, meaning, calling convention, address pairs that lead to import slots, direct calls.
 * Convention: Windows on ARM64 (x0 to x7, then the stack; x19 to x30 kept by calls).
 */
import type { Allocator } from '../../tags/allocators';
import type {
  Architecture,
  ArgumentPlace,
  CallList,
  CodeBytes,
  InstructionSink,
  SlotReference,
} from '../code/architecture';
import {
  FLOW_BRANCH,
  FLOW_CALL,
  FLOW_CALL_INDIRECT,
  FLOW_JUMP,
  FLOW_JUMP_INDIRECT,
  FLOW_NEXT,
  FLOW_RETURN,
  FLOW_STOP,
} from '../code/flow';
import { STACK_ADDRESS, STACK_COMPLEX } from '../code/stackEffect';
import type { Operand, Statements } from '../code/statement';
import { register } from '../code/statement';
import { addressMade, bits, rd, rm, rn, signedBits, SP, wordAt, X29, X30 } from './fields';
import { liftArm64 } from './lift';

const REGISTER_ARGUMENTS = 8;
const FIRST_SAVED = 18;
/** Bytes between ADRP and the use of its register, as far as the quick search goes. */
const PAIR_DISTANCE = 4096;
const PAGE_SIZE = 0x1000;

function flowOf(word: number): number {
  const top = word >>> 24;
  if ((word & 0xfc000000) >>> 0 === 0x94000000) return FLOW_CALL;
  if ((word & 0xfc000000) >>> 0 === 0x14000000) return FLOW_JUMP;
  if (top === 0x54 || (top & 0x7e) === 0x34 || (top & 0x7e) === 0x36) return FLOW_BRANCH;
  if ((word & 0xfe000000) >>> 0 === 0xd6000000) {
    const operation = bits(word, 21, 2);
    if (bits(word, 23, 1) === 1) return FLOW_NEXT;
    if (operation === 0) return FLOW_JUMP_INDIRECT;
    return operation === 1 ? FLOW_CALL_INDIRECT : FLOW_RETURN;
  }
  // brk (__fastfail, breakpoints), hlt and udf do not come back.
  const traps = (word & 0xffe0001f) >>> 0 === 0xd4200000 || (word & 0xffe0001f) >>> 0 === 0xd4400000;
  return traps || word >>> 16 === 0 ? FLOW_STOP : FLOW_NEXT;
}

/** Byte distance a direct branch covers. */
function branchOffset(word: number): number {
  const top = word >>> 24;
  if ((word & 0x7c000000) === 0x14000000) return signedBits(word, 0, 26) * 4;
  if ((top & 0x7e) === 0x36) return signedBits(word, 5, 14) * 4;
  return signedBits(word, 5, 19) * 4;
}

/** What can be said of an instruction and the stack at a glance; see `code/stackEffect.ts`. */
function stackEffect(word: number): number {
  const group = bits(word, 25, 4);
  const [target, base] = [rd(word), rn(word)];
  if ((group & 0b1110) === 0b1000) {
    if (target === SP || target === X29) return STACK_COMPLEX;
    return base === SP || base === X29 ? STACK_ADDRESS : 0;
  }
  if ((group & 0b0111) === 0b0101) {
    if (target === X29 || target === SP) return STACK_COMPLEX;
    return base === SP || base === X29 || rm(word) === X29 ? STACK_ADDRESS : 0;
  }
  // System registers and numbers made of vectors may land in the frame pointer.
  if ((group & 0b0101) !== 0b0100) return target === X29 && group >= 0b0111 ? STACK_COMPLEX : 0;
  // Loads and stores: write-back of the base, or a load (or store) of the frame pointer itself.
  const isPair = bits(word, 28, 2) === 2;
  const isUnsigned = bits(word, 28, 2) === 3 && bits(word, 24, 1) === 1;
  const movesBase = base === SP && !isUnsigned && !(isPair && (bits(word, 23, 2) & 1) === 0);
  const namesFrame = target === X29 || (isPair && bits(word, 10, 5) === X29) || (base === X29 && !isUnsigned);
  const isExclusive = bits(word, 28, 2) === 0;
  const isStatus = isExclusive && (rm(word) === X29 || bits(word, 10, 5) === X29);
  return movesBase || namesFrame || isStatus ? STACK_COMPLEX : 0;
}

export class Arm64Architecture implements Architecture {
  readonly registerCount = 32;
  readonly stackRegister = SP;
  readonly frameRegister = X29;
  readonly resultRegister = 0;
  readonly pointerSize = 8;
  readonly returnAddressSize = 0;
  readonly calleePops = false;
  readonly fixedFrames = true;
  readonly homeSpace = 0;

  isVolatile(number: number): boolean {
    return number < FIRST_SAVED || number === X30;
  }

  isArgument(number: number): boolean {
    return number < REGISTER_ARGUMENTS;
  }

  sweep(code: CodeBytes, begin: number, end: number, sink: InstructionSink): void {
    for (let offset = begin; offset + 4 <= end; offset += 4) {
      const word = wordAt(code.bytes, offset);
      const flow = flowOf(word);
      const isDirect = flow === FLOW_BRANCH || flow === FLOW_JUMP || flow === FLOW_CALL;
      sink.add(offset, flow, isDirect ? offset + branchOffset(word) : 0);
    }
  }

  stackEffect(code: CodeBytes, offset: number): number {
    return stackEffect(wordAt(code.bytes, offset));
  }

  instructionEnd(_code: CodeBytes, offset: number): number {
    return offset + 4;
  }

  /** All instructions are of one size: a nop may as well mark a place. */
  isPadding(): boolean {
    return false;
  }

  lift(code: CodeBytes, offset: number): Statements {
    return liftArm64(code, offset);
  }

  callOperand(code: CodeBytes, offset: number): Operand | undefined {
    const word = wordAt(code.bytes, offset);
    const flow = flowOf(word);
    return flow === FLOW_CALL_INDIRECT || flow === FLOW_JUMP_INDIRECT ? register(rn(word)) : undefined;
  }

  tagArgument({ tagPosition }: Allocator): ArgumentPlace {
    if (tagPosition <= REGISTER_ARGUMENTS) return { kind: 'register', register: tagPosition - 1 };
    return { kind: 'stack', offset: (tagPosition - 1 - REGISTER_ARGUMENTS) * 8 };
  }

  /**
   * Loads whose offset, with a page that some ADRP in front made, gives a slot: the page may have moved to another register,
   * so the search for values has the last word. Additions count with an ADRP of their own register.
   */
  findReferences(code: CodeBytes, isSlot: (rva: number) => boolean, first: number, last: number): SlotReference[] {
    const found: SlotReference[] = [];
    const { bytes, size } = code;
    /** Where a page near the slots was made last. */
    const pages = new Map<number, number>();
    for (let offset = 0; offset + 4 <= size; offset += 4) {
      const word = wordAt(bytes, offset);
      const made = (word & 0x1f000000) === 0x10000000 ? addressMade(word, code.rva + offset) : undefined;
      if (made !== undefined) {
        if (word < 0 && made >= first - PAGE_SIZE && made <= last) pages.set(made, offset);
        else if (word >= 0 && isSlot(made)) found.push({ offset, slot: made });
        continue;
      }
      const isLoad = (word & 0xffc00000) >>> 0 === 0xf9400000;
      const isAddition = (word & 0xffc00000) >>> 0 === 0x91000000;
      if (!isLoad && !isAddition) continue;
      const low = ((word >>> 10) & 0xfff) * (isLoad ? 8 : 1);
      for (const [page, at] of pages) {
        if (offset - at > PAIR_DISTANCE || !isSlot(page + low)) continue;
        if (isLoad || rd(wordAt(bytes, at)) === rn(word)) found.push({ offset, slot: page + low });
      }
    }
    return found;
  }

  findMentions(code: CodeBytes, first: number, last: number): SlotReference[] {
    const found: SlotReference[] = [];
    for (let offset = 0; offset + 4 <= code.size; offset += 4) {
      const word = wordAt(code.bytes, offset);
      if ((word & 0x1f000000) !== 0x10000000) continue;
      const made = addressMade(word, code.rva + offset) ?? 0;
      const end = word < 0 ? made + PAGE_SIZE : made + 1;
      if (end > first && made <= last) found.push({ offset, slot: Math.max(made, first) });
    }
    return found;
  }

  findCalls(
    code: CodeBytes,
    first: number,
    end: number,
    add: (offset: number, target: number, isCall: boolean) => void,
  ): void {
    for (let offset = 0; offset + 4 <= code.size; offset += 4) {
      const word = wordAt(code.bytes, offset);
      if ((word & 0x7c000000) !== 0x14000000) continue;
      const target = code.rva + offset + signedBits(word, 0, 26) * 4;
      if (target >= first && target < end) add(offset, target, word < 0);
    }
  }

  findStarts(code: CodeBytes, calls: CallList, _isRecorded: boolean, add: (rva: number) => void): void {
    calls.visit(code, (_offset, target, isCall) => {
      if (isCall) add(target);
    });
  }
}
