/**
 * What an instruction does to registers and memory, in a form all architectures share.
 * Values are the low 32 bits (a tag's width); whatever an instruction does that is not said here must be `unknown`.
 */

export interface RegisterOperand {
  readonly kind: 'register';
  readonly register: number;
}

export interface ConstantOperand {
  readonly kind: 'constant';
  /** Unsigned 32 bits. */
  readonly value: number;
  /** The 32 bits above; without them the value is extended with its sign. */
  readonly upper?: number;
}

/** Address inside the image, as position-independent code makes it. */
export interface ImageOperand {
  readonly kind: 'image';
  readonly rva: number;
}

/** `width` bytes at base + index * scale + displacement, or at `displacement` as an RVA when `inImage`. */
export interface MemoryOperand {
  readonly kind: 'memory';
  /** Register, or NO_REGISTER. */
  readonly base: number;
  readonly index: number;
  readonly scale: number;
  /** Signed 32 bits. */
  readonly displacement: number;
  readonly inImage: boolean;
  readonly width: number;
}

export type Operand = RegisterOperand | ConstantOperand | ImageOperand | MemoryOperand;

export const NO_REGISTER = -1;

/** Width of a store whose end is not known (string instructions). */
export const UNBOUNDED = 1 << 24;

export type Operation =
  | 'copy'
  | 'add'
  | 'subtract'
  | 'and'
  | 'or'
  | 'xor'
  | 'shiftLeft'
  | 'shiftRight'
  | 'multiply'
  /** One of the two sources. */
  | 'select'
  /** `left`, or `right` plus one. */
  | 'selectNext'
  /** The sum, or one more: a carry is added. */
  | 'addCarry'
  /** The difference, or one less. */
  | 'subtractBorrow'
  /** `left` with `bits` bits from `shift` on replaced by those of `right`. */
  | 'insert'
  /** `left` with `bits` bits from `shift` on replaced by 0 or 1. */
  | 'flag'
  /** The address of the memory operand `left`. */
  | 'address'
  | 'unknown';

export interface Statement {
  readonly operation: Operation;
  readonly target: RegisterOperand | MemoryOperand;
  readonly left?: Operand;
  readonly right?: Operand;
  readonly shift?: number;
  readonly bits?: number;
  /** A copy takes the upper half of 64 bits along; an insertion leaves it as it was. Otherwise nothing is known of it. */
  readonly wide?: true;
}

/** What one instruction does; every operand is read before any target is written. */
export type Statements = readonly Statement[];

export const NO_STATEMENTS: Statements = [];

export function constant(value: number): ConstantOperand {
  return { kind: 'constant', value: value >>> 0 };
}

/** 64 bits by their halves. */
export function wideConstant(value: number, upper: number): ConstantOperand {
  return { kind: 'constant', value: value >>> 0, upper: upper >>> 0 };
}

/** A copy of all 64 bits. */
export function wideCopy(target: Statement['target'], left: Operand): Statement {
  return { operation: 'copy', target, left, wide: true };
}

const registerOperands: readonly RegisterOperand[] = Array.from({ length: 64 }, (_, register) => ({
  kind: 'register',
  register,
}));

export function register(number: number): RegisterOperand {
  return registerOperands[number] ?? { kind: 'register', register: number };
}

/**
 * The one place where memory operands are made: V8 keeps one shape for all of them, and numbers of 32 bits unboxed.
 * A displacement past that leads nowhere an image could be, whether it wraps or not.
 */
export function memoryOperand(
  base: number,
  index: number,
  scale: number,
  displacement: number,
  inImage: boolean,
  width: number,
): MemoryOperand {
  return { kind: 'memory', base, index, scale, displacement: displacement | 0, inImage, width };
}

/** The memory `by` bytes further on. */
export function memoryBehind(memory: MemoryOperand, by: number, width: number): MemoryOperand {
  const { base, index, scale, displacement, inImage } = memory;
  return memoryOperand(base, index, scale, displacement + by, inImage, width);
}

/** Memory at base + displacement. */
export function memoryAt(base: number, displacement: number, width: number): MemoryOperand {
  return memoryOperand(base, NO_REGISTER, 1, displacement, false, width);
}

/** A statement with as many sources as are given. */
export function statementOf(
  target: Statement['target'],
  operation: Operation,
  left?: Operand,
  right?: Operand,
): Statement {
  if (left === undefined) return { operation, target };
  return right === undefined ? { operation, target, left } : { operation, target, left, right };
}
