/**
 * Meaning of ARM64 loads and stores: single, pairs, literals, write-back, acquire and exclusive forms, vector registers.
 */
import { EVERY_VECTOR, VECTOR_WORDS, vectorWord, wholeVector } from '../code/registerParts';
import type { MemoryOperand, Statement, Statements } from '../code/statement';
import {
  constant,
  memoryAt,
  memoryBehind,
  memoryOperand,
  NO_REGISTER,
  NO_STATEMENTS,
  register,
  wideCopy,
} from '../code/statement';
import { bits, rd, rm, rn, signedBits, SP } from './fields';
import { put, unknownIn, zeroOr } from './operands';

function isVector(word: number): boolean {
  return bits(word, 26, 1) === 1;
}

/** The same for a vector register, word by word; what a load does not fill becomes zero. */
function vectorTransfer(memory: MemoryOperand, isLoad: boolean, number: number): Statements {
  if (memory.width < 4) return [put(isLoad ? wholeVector(number) : memory, 'unknown')];
  const word = (index: number): MemoryOperand => memoryBehind(memory, index * 4, 4);
  return Array.from({ length: isLoad ? VECTOR_WORDS : memory.width / 4 }, (_, index) => {
    if (!isLoad) return put(word(index), 'copy', vectorWord(number, index));
    return put(vectorWord(number, index), 'copy', index * 4 < memory.width ? word(index) : constant(0));
  });
}

/** One transfer between a register and memory. */
function transfer(word: number, memory: MemoryOperand, isLoad: boolean, isSigned: boolean, number: number): Statements {
  if (isVector(word)) return vectorTransfer(memory, isLoad, number);
  if (!isLoad) return [put(memory, memory.width >= 4 ? 'copy' : 'unknown', zeroOr(number))];
  if (number === SP) return NO_STATEMENTS;
  if (memory.width === 8) return [wideCopy(register(number), memory)];
  // A signed word differs from an unsigned one only above the low 32 bits.
  return [put(register(number), isSigned && memory.width < 4 ? 'unknown' : 'copy', memory)];
}

/** Base register moved by a write-back form. */
function writeBack(word: number, by: number): Statement {
  const base = register(rn(word));
  return put(base, by < 0 ? 'subtract' : 'add', base, constant(Math.abs(by)));
}

/** Width in bytes of a single transfer. */
function width(word: number): number {
  const size = bits(word, 30, 2);
  return isVector(word) && bits(word, 23, 1) === 1 ? 16 : 1 << size;
}

/** LDR and STR: opc says load, store or signed load; prefetches have size 3 and opc 2. */
function liftSingle(word: number): Statements {
  const opc = bits(word, 22, 2);
  const form = bits(word, 10, 2);
  // Beside the prefetches stand the loads that check a pointer's signature.
  const isPlainForm = bits(word, 24, 1) === 1 || form === (bits(word, 21, 1) === 1 ? 2 : 0);
  const isPrefetch = !isVector(word) && bits(word, 30, 2) === 3 && opc === 2 && isPlainForm;
  if (isPrefetch) return NO_STATEMENTS;
  const isLoad = isVector(word) ? (opc & 1) === 1 : opc !== 0;
  const isSigned = opc >= 2;
  const bytes = width(word);
  const number = rd(word);
  if (bits(word, 24, 1) === 1) {
    return transfer(word, memoryAt(rn(word), bits(word, 10, 12) * bytes, bytes), isLoad, isSigned, number);
  }
  if (bits(word, 21, 1) === 1) {
    if (form === 2) return transfer(word, indexed(word, bytes), isLoad, isSigned, number);
    // LDAPR: a load with acquire semantics among the atomic operations.
    const isAcquire = !isVector(word) && (word & 0x3ffffc00) === 0x38bfc000;
    if (isAcquire) return transfer(word, memoryAt(rn(word), 0, bytes), true, false, number);
    // Atomic operations return the old value in Rt; pointer-authenticated loads (form 1, 3) load it.
    const changed = [
      put(memoryAt(rn(word), 0, 8), 'unknown'),
      ...(isVector(word) ? [put(wholeVector(number), 'unknown')] : unknownIn(number)),
    ];
    return form === 3 ? [...changed, put(register(rn(word)), 'unknown')] : changed;
  }
  const offset = signedBits(word, 12, 9);
  const access = memoryAt(rn(word), form === 1 ? 0 : offset, bytes);
  const moved = transfer(word, access, isLoad, isSigned, number);
  return form === 1 || form === 3 ? [...moved, writeBack(word, offset)] : moved;
}

function indexed(word: number, bytes: number): MemoryOperand {
  const scale = bits(word, 12, 1) === 1 ? bytes : 1;
  return memoryOperand(rn(word), rm(word), scale, 0, false, bytes);
}

/** LDP and STP in all forms. */
function liftPair(word: number): Statements {
  const opc = bits(word, 30, 2);
  const bytes = isVector(word) ? 4 << opc : opc === 2 ? 8 : 4;
  const isLoad = bits(word, 22, 1) === 1;
  const mode = bits(word, 23, 2);
  const offset = signedBits(word, 15, 7) * bytes;
  const at = mode === 1 ? 0 : offset;
  const base = rn(word);
  const statements = [
    ...transfer(word, memoryAt(base, at, bytes), isLoad, false, rd(word)),
    ...transfer(word, memoryAt(base, at + bytes, bytes), isLoad, false, bits(word, 10, 5)),
  ];
  return mode === 1 || mode === 3 ? [...statements, writeBack(word, offset)] : statements;
}

/** LDR from a literal pool. */
function liftLiteral(word: number, rva: number): Statements {
  const size = bits(word, 30, 2);
  if (!isVector(word) && size === 3) return NO_STATEMENTS;
  const bytes = isVector(word) ? 4 << size : size === 1 ? 8 : 4;
  const memory = memoryOperand(NO_REGISTER, NO_REGISTER, 1, rva + signedBits(word, 5, 19) * 4, true, bytes);
  return transfer(word, memory, true, false, rd(word));
}

/** Exclusive, acquire and release forms, compare and swap. */
function liftExclusive(word: number): Statements {
  const bytes = 1 << bits(word, 30, 2);
  const isOrdered = bits(word, 23, 1) === 1 && bits(word, 21, 1) === 0;
  const isLoad = bits(word, 22, 1) === 1;
  if (isOrdered) return transfer(word, memoryAt(rn(word), 0, bytes), isLoad, false, rd(word));
  const store = put(memoryAt(rn(word), 0, 16), 'unknown');
  return [store, ...unknownIn(rd(word), rm(word), bits(word, 10, 5))];
}

/** Statements of an instruction in the load and store group. */
export function liftLoadStore(word: number, rva: number): Statements {
  const kind = bits(word, 28, 2);
  if (kind === 3) return liftSingle(word);
  if (kind === 2) return liftPair(word);
  if (kind === 1) return bits(word, 24, 1) === 0 ? liftLiteral(word, rva) : liftUnscaledOrdered(word);
  return isVector(word) ? liftStructures(word) : liftExclusive(word);
}

/** LDAPUR, STLUR and memory tags: as plain accesses with an unknown result. */
function liftUnscaledOrdered(word: number): Statements {
  const changed = [
    put(memoryAt(rn(word), signedBits(word, 12, 9), 16), 'unknown'),
    ...(isVector(word) ? [put(wholeVector(rd(word)), 'unknown')] : unknownIn(rd(word))),
  ];
  return bits(word, 10, 1) === 1 ? [...changed, put(register(rn(word)), 'unknown')] : changed;
}

/** LD1 to ST4: the base may move by a register. */
function liftStructures(word: number): Statements {
  const isStore = bits(word, 22, 1) === 0;
  const moves = bits(word, 23, 1) === 1;
  const store = isStore ? [put(memoryAt(rn(word), 0, 64), 'unknown')] : [];
  const loaded = isStore ? [] : [put(EVERY_VECTOR, 'unknown')];
  return [...store, ...loaded, ...(moves ? [put(register(rn(word)), 'unknown')] : [])];
}
