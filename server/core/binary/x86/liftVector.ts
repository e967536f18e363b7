/**
 * Moves of SSE registers, word by word: loads, stores, zeros and the shuffles that compilers build structures with.
 * Any other instruction that may write a vector register makes all of it unknown. AVX is not followed: kernel code has none.
 */
import { EVERY_VECTOR, upperHalf, VECTOR_WORDS, vectorWord, wholeVector } from '../code/registerParts';
import type { MemoryOperand, Operand, Statement, Statements } from '../code/statement';
import { constant, memoryBehind, register } from '../code/statement';
import type { Operands } from './operands';
import { write } from './operands';

const ZERO = constant(0);

/** Mandatory prefixes, as one number. */
const NONE = 0;
const P66 = 0x66;
const PF2 = 0xf2;
const PF3 = 0xf3;

type Words = readonly Operand[];

/** What one instruction does to words: where they come from, how many, and what becomes of the target's others. */
interface Move {
  /** Words of the operand in ModRM's low field. */
  readonly words: number;
  readonly toLow: boolean;
}

const LOADS: ReadonlyMap<number, number> = new Map([
  [key(NONE, 0x10), 4],
  [key(P66, 0x10), 4],
  [key(PF3, 0x10), 1],
  [key(PF2, 0x10), 2],
  [key(NONE, 0x28), 4],
  [key(P66, 0x28), 4],
  [key(P66, 0x6f), 4],
  [key(PF3, 0x6f), 4],
  [key(PF3, 0x7e), 2],
]);

const STORES: ReadonlyMap<number, number> = new Map([
  [key(NONE, 0x11), 4],
  [key(P66, 0x11), 4],
  [key(PF3, 0x11), 1],
  [key(PF2, 0x11), 2],
  [key(NONE, 0x29), 4],
  [key(P66, 0x29), 4],
  [key(NONE, 0x2b), 4],
  [key(P66, 0x2b), 4],
  [key(P66, 0x7f), 4],
  [key(PF3, 0x7f), 4],
  [key(P66, 0xe7), 4],
  [key(P66, 0xd6), 2],
  [key(NONE, 0x13), 2],
  [key(P66, 0x13), 2],
]);

function key(prefix: number, opcode: number): number {
  return (prefix << 8) | opcode;
}

function moveOf(prefix: number, opcode: number): Move | undefined {
  const stored = STORES.get(key(prefix, opcode));
  if (stored !== undefined) return { words: stored, toLow: true };
  const loaded = LOADS.get(key(prefix, opcode));
  return loaded === undefined ? undefined : { words: loaded, toLow: false };
}

function vectorWords(number: number, first = 0): Operand[] {
  return Array.from({ length: VECTOR_WORDS - first }, (_, word) => vectorWord(number, first + word));
}

function memoryWords(memory: MemoryOperand, count: number): MemoryOperand[] {
  return Array.from({ length: count }, (_, word) => memoryBehind(memory, word * 4, 4));
}

/** Gives words from `first` on to a vector register. */
function setWords(number: number, words: Words, first = 0): Statements {
  return words.map((word, index) => write(vectorWord(number, first + index), 'copy', word));
}

function padded(words: Words): Words {
  return Array.from({ length: VECTOR_WORDS }, (_, index) => words[index] ?? ZERO);
}

function liftMove(operands: Operands, { words, toLow }: Move): Statements {
  const { isMemory, middle, low } = operands;
  if (isMemory) {
    const memory = memoryWords(operands.memory(4), words);
    if (toLow) return memory.map((word, index) => write(word, 'copy', vectorWord(middle, index)));
    return setWords(middle, padded(memory));
  }
  const [target, source] = toLow ? [low, middle] : [middle, low];
  // Between registers, single numbers leave the rest alone; MOVQ clears it.
  const isMoveQ = operands.decoder.opcode === 0x7e || operands.decoder.opcode === 0xd6;
  const copied = vectorWords(source).slice(0, words);
  return setWords(target, isMoveQ ? padded(copied) : copied);
}

/** MOVD and MOVQ between general and vector registers, in the direction of 6E. */
function liftFromGeneral(operands: Operands): Statements {
  const isWide = operands.width === 8;
  if (operands.isMemory) return setWords(operands.middle, padded(memoryWords(operands.memory(4), isWide ? 2 : 1)));
  const low = register(operands.low);
  return setWords(operands.middle, padded(isWide ? [low, upperHalf(operands.low)] : [low]));
}

/** The same in the direction of 7E. */
function liftToGeneral(operands: Operands): Statements {
  const { middle, low, isMemory, width } = operands;
  const words = width === 8 ? 2 : 1;
  if (isMemory)
    return memoryWords(operands.memory(4), words).map((word, index) => write(word, 'copy', vectorWord(middle, index)));
  const upper = width === 8 ? vectorWord(middle, 1) : ZERO;
  return [write(register(low), 'copy', vectorWord(middle, 0)), write(upperHalf(low), 'copy', upper)];
}

/** The order of words that some shuffles make of the target (0 to 3) and the other operand (4 to 7). */
function shuffleOf(
  prefix: number,
  opcode: number,
  isMemory: boolean,
  immediate: number,
): readonly number[] | undefined {
  if (opcode === 0x70 && prefix === P66) return [0, 2, 4, 6].map((shift) => 4 + ((immediate >> shift) & 3));
  if (opcode === 0x6c && prefix === P66) return [0, 1, 4, 5];
  if (opcode === 0x6d && prefix === P66) return [2, 3, 6, 7];
  if ((opcode === 0x62 && prefix === P66) || (opcode === 0x14 && prefix === NONE)) return [0, 4, 1, 5];
  if (opcode === 0x14 && prefix === P66) return [0, 1, 4, 5];
  if (opcode === 0x16 && prefix !== PF3) return [0, 1, 4, 5]; // movhps, movhpd, movlhps
  if (opcode === 0x12 && (prefix === NONE || prefix === P66)) return isMemory ? [4, 5, 2, 3] : [6, 7, 2, 3];
  if (opcode === 0xc6 && prefix === NONE)
    return [0, 2, 4, 6].map((shift, index) => (index < 2 ? 0 : 4) + ((immediate >> shift) & 3));
  return undefined;
}

function liftShuffle(operands: Operands, order: readonly number[]): Statements {
  const { middle, isMemory, low } = operands;
  const other: Words = isMemory ? memoryWords(operands.memory(4), VECTOR_WORDS) : vectorWords(low);
  const all = [...vectorWords(middle), ...other];
  return setWords(
    middle,
    order.map((from) => all[from] ?? ZERO),
  );
}

function isZeroing(prefix: number, opcode: number): boolean {
  if (opcode === 0x57) return prefix === NONE || prefix === P66;
  return opcode === 0xef && prefix === P66;
}

/** A plain SSE instruction whose result is followed; undefined for all others. */
export function liftVectorMove(operands: Operands): Statements | undefined {
  const { opcode, operandSize16, repeat, immediate } = operands.decoder;
  const prefix = repeat === 0 ? (operandSize16 ? P66 : NONE) : repeat;
  const move = moveOf(prefix, opcode);
  if (move !== undefined) return liftMove(operands, move);
  if (opcode === 0x6e && prefix === P66) return liftFromGeneral(operands);
  if (opcode === 0x7e && prefix === P66) return liftToGeneral(operands);
  if (isZeroing(prefix, opcode) && !operands.isMemory && operands.low === operands.middle)
    return setWords(operands.middle, padded([]));
  const order = shuffleOf(prefix, opcode, operands.isMemory, immediate);
  return order === undefined ? undefined : liftShuffle(operands, order);
}

/** Vector registers that an instruction which is not followed may write: both operands, or all where it does not say. */
export function changedVectors(operands: Operands): readonly Statement[] {
  const { modrm } = operands.decoder;
  if (modrm < 0) return [write(EVERY_VECTOR, 'unknown')];
  const changed = [write(wholeVector(operands.middle), 'unknown')];
  return operands.isMemory ? changed : [...changed, write(wholeVector(operands.low), 'unknown')];
}
