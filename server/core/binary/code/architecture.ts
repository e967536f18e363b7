/**
 * What the search for tags needs to know of a processor: instruction boundaries, meaning, and the calling convention.
 * Everything above this interface is shared by x86, x64 and ARM64.
 */
import type { Allocator } from '../../tags/allocators';
import type { Operand, Statements } from './statement';

/** Executable bytes of one section; decoders that look past the end read zero. */
export interface CodeBytes {
  readonly rva: number;
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** Receives the instructions of a sweep, in order of address. Offsets are relative to the section. */
export interface InstructionSink {
  add(offset: number, flow: number, target: number): void;
}

/** Where an argument stands at the moment of a call. */
export type ArgumentPlace =
  | { readonly kind: 'register'; readonly register: number }
  /** Bytes above the stack pointer, before the call pushes anything. */
  | { readonly kind: 'stack'; readonly offset: number };

/** A reference from code to a slot of an import table. */
export interface SlotReference {
  /** Offset in the section of the bytes that refer; the instruction contains it. */
  readonly offset: number;
  readonly slot: number;
}

/** Direct calls and jumps of the image's code; see `directCalls.ts`. */
export interface CallList {
  visit(code: CodeBytes, add: (offset: number, target: number, isCall: boolean) => void): void;
}

export interface Architecture {
  /** Register numbers are below this. */
  readonly registerCount: number;
  readonly stackRegister: number;
  /** The register compilers use as frame pointer. */
  readonly frameRegister: number;
  readonly pointerSize: number;
  /** Bytes a call pushes. */
  readonly returnAddressSize: number;
  /** A call may remove its arguments from the stack (x86). */
  readonly calleePops: boolean;
  /** The convention keeps the stack pointer in place between prologue and epilogue. */
  readonly fixedFrames: boolean;
  /** Register that holds a call's result. */
  readonly resultRegister: number;
  /** Bytes above the return address that belong to the callee (x64's home space). */
  readonly homeSpace: number;
  /** Whether a call leaves another value in the register. */
  isVolatile(register: number): boolean;
  /** Whether the convention hands arguments over in the register. */
  isArgument(register: number): boolean;
  /** Cuts [begin, end) into instructions. */
  sweep(code: CodeBytes, begin: number, end: number, sink: InstructionSink): void;
  /** Bytes the instruction at `offset` moves the stack pointer by, or one of the values of `stackEffect.ts`. */
  stackEffect(code: CodeBytes, offset: number): number;
  /** Offset behind the instruction at `offset`. */
  instructionEnd(code: CodeBytes, offset: number): number;
  /**
   * RVAs at which functions begin, for code that no .pdata describes: targets of calls, places behind padding, prologues.
   * `isRecorded`: .pdata describes most of the section, so that only what lies between its functions counts.
   */
  findStarts(code: CodeBytes, calls: CallList, isRecorded: boolean, add: (rva: number) => void): void;
  /** Whether the instruction does nothing, in a form that compilers align with. */
  isPadding(code: CodeBytes, offset: number): boolean;
  /** Meaning of the instruction at `offset`; for calls, what happens before control leaves. */
  lift(code: CodeBytes, offset: number): Statements;
  /** The operand an indirect call or jump goes through; undefined for other instructions. */
  callOperand(code: CodeBytes, offset: number): Operand | undefined;
  /** Place of an allocator's tag at its call. */
  tagArgument(allocator: Allocator): ArgumentPlace;
  /** References to [first, last] in the section's bytes. */
  findReferences(code: CodeBytes, isSlot: (rva: number) => boolean, first: number, last: number): SlotReference[];
  /** Places that may name an address in [first, last], in any instruction, by itself or as the page it lies in. */
  findMentions(code: CodeBytes, first: number, last: number): SlotReference[];
  /** Direct calls of and jumps to [first, end) in the section's bytes, exact or not: the caller checks instruction boundaries. */
  findCalls(
    code: CodeBytes,
    first: number,
    end: number,
    add: (offset: number, target: number, isCall: boolean) => void,
  ): void;
}
