/**
 * x86 and x64 for the search: sweep, meaning, calling conventions, references to import slots, direct calls.
 * Conventions: Microsoft x64 (rcx, rdx, r8, r9, stack), and 32-bit stdcall/cdecl (all on the stack).
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
import { FLOW_CALL, FLOW_CALL_INDIRECT, FLOW_JUMP, FLOW_JUMP_INDIRECT, FLOW_RETURN } from '../code/flow';
import type { Operand, Statements } from '../code/statement';
import { LengthDecoder, MAP_0F, MAP_ONE_BYTE, read32 } from './lengthDecoder';
import { liftInstruction } from './lift';
import { Operands } from './operands';
import { absoluteReferences, relativeReferences } from './references';
import { R11, R8, R9, RAX, RBP, RCX, RDX, RSP } from './registers';
import { stackEffect } from './stackEffect';
import { Sweeper } from './sweeper';

const INT3 = 0xcc;
const NOP = 0x90;
const RET = 0xc3;
const LEA = 0x8d;

const LONGEST_IMMEDIATE = 4;
const FUNCTION_ALIGNMENT = 16;

const X64_ARGUMENTS = [RCX, RDX, R8, R9];

/** How many 64-bit arguments stand before the tag: each takes two stack slots in 32-bit code. Source: wdm.h. */
export const WIDE_ARGUMENTS: ReadonlyMap<string, number> = new Map([
  ['ExAllocatePool2', 1],
  ['ExAllocatePool3', 1],
  ['MmAllocateContiguousMemoryEx', 3],
]);

/** lea esi, [esi+0] and the like, with which gcc aligns 32-bit code. */
function isIdleAddress({ modrm, sib, displacement, addressSizePrefix }: LengthDecoder): boolean {
  const target = (modrm >> 3) & 7;
  const hasIndex = sib >= 0 && ((sib >> 3) & 7) !== RSP;
  const base = sib < 0 ? modrm & 7 : sib & 7;
  const hasBase = modrm >> 6 !== 0 || base !== RBP;
  return base === target && hasBase && !hasIndex && displacement === 0 && modrm >> 6 !== 3 && !addressSizePrefix;
}

/** push ebp; mov ebp, esp in either encoding, with or without room for a hot patch in front. */
function isFramePrologue(bytes: Uint8Array, at: number): boolean {
  const offset = bytes[at] === 0x8b && bytes[at + 1] === 0xff ? at + 2 : at;
  const [push, first, second] = [bytes[offset], bytes[offset + 1], bytes[offset + 2]];
  return push === 0x55 && ((first === 0x8b && second === 0xec) || (first === 0x89 && second === 0xe5));
}

export class X86Architecture implements Architecture {
  readonly registerCount: number;
  readonly stackRegister = RSP;
  readonly frameRegister = RBP;
  readonly resultRegister = RAX;
  readonly pointerSize: number;
  readonly returnAddressSize: number;
  readonly calleePops: boolean;
  readonly fixedFrames: boolean;
  readonly homeSpace: number;
  readonly #decoder: LengthDecoder;
  readonly #sweeper: Sweeper;

  constructor(
    readonly is64Bit: boolean,
    private readonly imageBase: number,
  ) {
    this.registerCount = is64Bit ? 16 : 8;
    this.pointerSize = is64Bit ? 8 : 4;
    this.returnAddressSize = this.pointerSize;
    this.calleePops = !is64Bit;
    this.fixedFrames = is64Bit;
    this.homeSpace = is64Bit ? 32 : 0;
    this.#decoder = new LengthDecoder(is64Bit);
    this.#sweeper = new Sweeper(is64Bit);
  }

  isVolatile(register: number): boolean {
    if (register === RAX || register === RCX || register === RDX) return true;
    return this.is64Bit && register >= R8 && register <= R11;
  }

  isArgument(register: number): boolean {
    return this.is64Bit && X64_ARGUMENTS.includes(register);
  }

  sweep(code: CodeBytes, begin: number, end: number, sink: InstructionSink): void {
    const sweeper = this.#sweeper;
    for (let offset = begin; offset < end; offset += sweeper.length) {
      sweeper.step(code.bytes, offset);
      if (offset + sweeper.length > end) return;
      sink.add(offset, sweeper.flow, sweeper.target);
    }
  }

  stackEffect(code: CodeBytes, offset: number): number {
    this.#decoder.decode(code.bytes, offset);
    return stackEffect(this.#decoder, this.pointerSize);
  }

  instructionEnd(code: CodeBytes, offset: number): number {
    this.#sweeper.step(code.bytes, offset);
    return offset + this.#sweeper.length;
  }

  findStarts(code: CodeBytes, calls: CallList, isRecorded: boolean, add: (rva: number) => void): void {
    if (isRecorded) this.#findStartsByBytes(code, calls, add);
    else this.#findStartsBySweep(code, add);
  }

  /** Between functions that .pdata describes, bytes that look like calls of an aligned place, and padding, are enough. */
  #findStartsByBytes(code: CodeBytes, calls: CallList, add: (rva: number) => void): void {
    const { bytes, size, rva } = code;
    calls.visit(code, (_offset, target, isCall) => {
      if (isCall && (target - rva) % FUNCTION_ALIGNMENT === 0) add(target);
    });
    for (let offset = FUNCTION_ALIGNMENT; offset < size; offset += FUNCTION_ALIGNMENT) {
      const isPadded = bytes[offset - 1] === INT3 && (bytes[offset - 2] === INT3 || bytes[offset - 2] === RET);
      if (isPadded && bytes[offset] !== INT3) add(rva + offset);
    }
  }

  /** Without .pdata only instructions count: a displacement may look like padding, an immediate like a call. */
  #findStartsBySweep(code: CodeBytes, add: (rva: number) => void): void {
    const { bytes } = code;
    const sweeper = this.#sweeper;
    let isBehindPadding = false;
    let isBehindEnd = true;
    for (let offset = 0; offset < code.size; offset += sweeper.length) {
      sweeper.step(bytes, offset);
      const { flow } = sweeper;
      const first = bytes[offset];
      if (isBehindPadding && first !== INT3 && first !== NOP && offset % FUNCTION_ALIGNMENT === 0)
        add(code.rva + offset);
      else if (!this.is64Bit && isBehindEnd && isFramePrologue(bytes, offset)) add(code.rva + offset);
      if (flow === FLOW_CALL) add(code.rva + sweeper.target);
      isBehindPadding = first === INT3;
      const ends = flow === FLOW_RETURN || flow === FLOW_JUMP || flow === FLOW_JUMP_INDIRECT;
      isBehindEnd = ends || isBehindPadding || (isBehindEnd && this.#isNoOperation(bytes, offset));
    }
  }

  /** What compilers align with: nop, its long forms, lea esi, [esi+0]. */
  #isNoOperation(bytes: Uint8Array, offset: number): boolean {
    const decoder = this.#decoder;
    decoder.decode(bytes, offset);
    if (decoder.map === MAP_0F) return decoder.opcode === 0x1f;
    const { map, opcode } = decoder;
    return map === MAP_ONE_BYTE && (opcode === NOP || opcode === 0x8d || opcode === 0x89);
  }

  isPadding(code: CodeBytes, offset: number): boolean {
    const decoder = this.#decoder;
    decoder.decode(code.bytes, offset);
    if (!decoder.valid || decoder.vector) return false;
    if (decoder.map === MAP_0F) return decoder.opcode === 0x1f;
    if (decoder.map !== MAP_ONE_BYTE) return false;
    if (decoder.opcode === LEA && !this.is64Bit) return isIdleAddress(decoder);
    // pause (F3 90) and exchanges with r8 are none.
    return decoder.opcode === NOP && decoder.repeat === 0 && (decoder.rex & 1) === 0;
  }

  lift(code: CodeBytes, offset: number): Statements {
    this.#decoder.decode(code.bytes, offset);
    return liftInstruction(this.#decoder, code, offset, this.imageBase);
  }

  callOperand(code: CodeBytes, offset: number): Operand | undefined {
    const decoder = this.#decoder;
    decoder.decode(code.bytes, offset);
    if (decoder.flow !== FLOW_CALL_INDIRECT && decoder.flow !== FLOW_JUMP_INDIRECT) return undefined;
    // Far calls (odd forms) go through another segment.
    if (decoder.modrm < 0 || ((decoder.modrm >> 3) & 1) === 1) return undefined;
    return new Operands(decoder, code.rva + offset, this.imageBase).rm(this.pointerSize);
  }

  tagArgument({ name, tagPosition }: Allocator): ArgumentPlace {
    if (!this.is64Bit) return { kind: 'stack', offset: (tagPosition - 1 + (WIDE_ARGUMENTS.get(name) ?? 0)) * 4 };
    const inRegister = X64_ARGUMENTS[tagPosition - 1];
    if (inRegister !== undefined) return { kind: 'register', register: inRegister };
    return { kind: 'stack', offset: (tagPosition - 1) * 8 };
  }

  findReferences(code: CodeBytes, isSlot: (rva: number) => boolean, first: number, last: number): SlotReference[] {
    // A call or load of a slot ends with its displacement, so no other base needs trying.
    return this.is64Bit
      ? relativeReferences(code, isSlot, first, last)
      : absoluteReferences(code, isSlot, first, last, this.imageBase);
  }

  findMentions(code: CodeBytes, first: number, last: number): SlotReference[] {
    // An immediate may stand between a displacement and the end of the instruction, which it counts from.
    const low = this.is64Bit ? first - LONGEST_IMMEDIATE : first;
    return this.findReferences(code, () => true, low, last);
  }

  findCalls(
    { bytes, size, rva }: CodeBytes,
    first: number,
    end: number,
    add: (offset: number, target: number, isCall: boolean) => void,
  ): void {
    for (let at = 0; at + 5 <= size; at += 1) {
      const opcode = bytes[at] ?? 0;
      const isLong = opcode === 0x0f && ((bytes[at + 1] ?? 0) & 0xf0) === 0x80;
      if (!isLong && (opcode & 0xfe) !== 0xe8) continue;
      const next = isLong ? at + 6 : at + 5;
      const target = rva + next + read32(bytes, next - 4);
      if (target >= first && target < end) add(at, target, opcode === 0xe8);
    }
  }
}
