/**
 * Numbers for what a general register holds above its low 32 bits, and for the 32-bit words of vector registers: structures
 * are copied through both. Below come the general registers themselves, above the stack slots.
 */
import type { RegisterOperand } from './statement';

const FIRST_VECTOR = 256;
const FIRST_UPPER = 512;
const END = 1024;
/** Numbers a vector register takes: its words, and one that stands for all of it. */
const VECTOR_SPAN = 8;
const WHOLE = VECTOR_SPAN - 1;
/** Words of a vector register that are followed. */
export const VECTOR_WORDS = 4;

const parts: readonly RegisterOperand[] = Array.from({ length: END }, (_, register) => ({
  kind: 'register',
  register,
}));

function part(number: number): RegisterOperand {
  return parts[number] ?? { kind: 'register', register: number };
}

/** The upper half of a 64-bit general register. */
export function upperHalf(register: number): RegisterOperand {
  return part(FIRST_UPPER + register);
}

/** A 32-bit word of a vector register, word 0 the lowest. */
export function vectorWord(register: number, word: number): RegisterOperand {
  return part(FIRST_VECTOR + register * VECTOR_SPAN + word);
}

/** All words of a vector register, for instructions that change it in a way that is not followed. */
export function wholeVector(register: number): RegisterOperand {
  return part(FIRST_VECTOR + register * VECTOR_SPAN + WHOLE);
}

/** All vector registers. */
export const EVERY_VECTOR: RegisterOperand = part(END - 1);

/** Whether the number names an upper half or a word of a vector register. */
export function isPart(location: number): boolean {
  return location >= FIRST_VECTOR && location < END;
}

/** The general register whose upper half it is; undefined for words of vectors. */
export function registerOfUpper(location: number): number | undefined {
  return location >= FIRST_UPPER && location < END ? location - FIRST_UPPER : undefined;
}

/** Whether a write of the register, which is not the part itself, changes the vector word as well. */
export function coversWord(register: number, word: number): boolean {
  return register === EVERY_VECTOR.register || register === (word | WHOLE);
}
