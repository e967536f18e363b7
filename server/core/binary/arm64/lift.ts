/**
 * Meaning of ARM64 instructions as statements: constants, address pairs, loads and stores, selects.
 * Whatever is not understood makes its destination register unknown.
 */
import type { CodeBytes } from '../code/architecture';
import { EVERY_VECTOR, upperHalf, vectorWord, wholeVector } from '../code/registerParts';
import type { Operation, Statements } from '../code/statement';
import { constant, memoryAt, NO_STATEMENTS, register, UNBOUNDED, wideConstant, wideCopy } from '../code/statement';
import { addressMade, bits, logicalImmediate, rd, rm, rn, SP, wordAt } from './fields';
import { liftLoadStore } from './liftLoadStore';
import { put, unknownIn, upperOrZero, zeroOr } from './operands';

function isWide(word: number): boolean {
  return word >>> 31 === 1;
}

/** ADD and SUB with an immediate, with or without flags. */
function liftAddImmediate(word: number): Statements {
  const setsFlags = bits(word, 29, 1) === 1;
  if (setsFlags && rd(word) === SP) return NO_STATEMENTS;
  const amount = bits(word, 10, 12) * (bits(word, 22, 1) === 1 ? 0x1000 : 1);
  const operation: Operation = bits(word, 30, 1) === 1 ? 'subtract' : 'add';
  const [target, source] = [register(rd(word)), register(rn(word))];
  // A move to or from the stack pointer is an addition of zero.
  return amount === 0 ? [put(target, 'copy', source)] : [put(target, operation, source, constant(amount))];
}

function liftLogicalImmediate(word: number): Statements {
  const kind = bits(word, 29, 2);
  if (kind === 3 && rd(word) === SP) return NO_STATEMENTS;
  const value = logicalImmediate(word);
  if (value === undefined) return unknownIn(rd(word));
  const operation: Operation = kind === 1 ? 'or' : kind === 2 ? 'xor' : 'and';
  return [put(register(rd(word)), operation, zeroOr(rn(word)), constant(value))];
}

/** MOVN, MOVZ, MOVK. */
function liftMoveWide(word: number): Statements {
  const kind = bits(word, 29, 2);
  const half = bits(word, 21, 2);
  const value = bits(word, 5, 16);
  const target = register(rd(word));
  if (rd(word) === SP) return NO_STATEMENTS;
  const shifted = half < 2 ? value << (half * 16) : 0;
  const upper = half < 2 ? 0 : value << ((half - 2) * 16);
  if (kind === 0) return [wideCopy(target, wideConstant(~shifted, isWide(word) ? ~upper : 0))];
  if (kind === 2) return [wideCopy(target, wideConstant(shifted, upper))];
  if (kind !== 3) return unknownIn(rd(word));
  const changed = half < 2 ? target : upperHalf(rd(word));
  const shift = (half % 2) * 16;
  return [{ operation: 'insert', target: changed, left: changed, right: constant(value), shift, bits: 16, wide: true }];
}

/** SBFM, BFM, UBFM: shifts, extensions, bit field moves. */
function liftBitfield(word: number): Statements {
  const kind = bits(word, 29, 2);
  const [immr, imms] = [bits(word, 16, 6), bits(word, 10, 6)];
  if (rd(word) === SP) return NO_STATEMENTS;
  const target = register(rd(word));
  const source = zeroOr(rn(word));
  const size = isWide(word) ? 64 : 32;
  if (kind === 0) return immr === 0 && imms === 31 ? [put(target, 'copy', source)] : unknownIn(rd(word));
  if (kind === 1) {
    const shift = (size - immr) % size;
    if (imms >= immr || shift + imms >= 32) return unknownIn(rd(word));
    return [{ operation: 'insert', target, left: target, right: source, shift, bits: imms + 1 }];
  }
  if (kind !== 2) return unknownIn(rd(word));
  if (immr === 0 && imms < 31) return [put(target, 'and', source, constant(2 ** (imms + 1) - 1))];
  if (immr === 0 && imms === 31) return [put(target, 'copy', source)];
  if (imms === size - 1 && size === 32) return [put(target, 'shiftRight', source, constant(immr))];
  // A shift by 32 moves one half to the other.
  if (size === 64 && immr === 32 && imms === 63)
    return [put(target, 'copy', upperOrZero(rn(word))), put(upperHalf(rd(word)), 'copy', constant(0))];
  if (size === 64 && immr === 32 && imms === 31)
    return [put(target, 'copy', constant(0)), put(upperHalf(rd(word)), 'copy', source)];
  if (imms + 1 === immr) {
    const amount = size - immr;
    return amount < 32 ? [put(target, 'shiftLeft', source, constant(amount))] : [put(target, 'copy', constant(0))];
  }
  return unknownIn(rd(word));
}

function liftImmediate(word: number, rva: number): Statements {
  const group = bits(word, 23, 3);
  if (group <= 1) {
    // Number 31 is the zero register here.
    if (rd(word) === SP) return NO_STATEMENTS;
    const made = addressMade(word, rva);
    return made === undefined ? unknownIn(rd(word)) : [put(register(rd(word)), 'copy', { kind: 'image', rva: made })];
  }
  if (group === 2) return liftAddImmediate(word);
  if (group === 4) return liftLogicalImmediate(word);
  if (group === 5) return liftMoveWide(word);
  if (group === 6) return liftBitfield(word);
  return unknownIn(rd(word));
}

function liftLogicalRegister(word: number): Statements {
  const kind = bits(word, 29, 2);
  const inverted = bits(word, 21, 1) === 1;
  if (rd(word) === SP) return NO_STATEMENTS;
  const target = register(rd(word));
  const isPlain = bits(word, 10, 6) === 0;
  if (!isPlain) return unknownIn(rd(word));
  const [left, right] = [zeroOr(rn(word)), zeroOr(rm(word))];
  if (kind === 1 && rn(word) === SP) {
    if (inverted) return [put(target, 'xor', right, constant(-1))];
    return isWide(word) ? [wideCopy(target, right)] : [put(target, 'copy', right)];
  }
  if (inverted) return unknownIn(rd(word));
  if (kind === 2 && rn(word) === rm(word)) return [put(target, 'copy', constant(0))];
  const operation: Operation = kind === 1 ? 'or' : kind === 2 ? 'xor' : 'and';
  return [put(target, operation, left, right)];
}

/** ADD and SUB of registers, shifted or extended. */
function liftAddRegister(word: number): Statements {
  const setsFlags = bits(word, 29, 1) === 1;
  const isExtended = bits(word, 21, 1) === 1;
  if (rd(word) === SP && (setsFlags || !isExtended)) return NO_STATEMENTS;
  const target = register(rd(word));
  // Extended forms, the only ones on the stack pointer, take part of a register.
  if (isExtended || bits(word, 10, 6) !== 0) return [put(target, 'unknown')];
  const operation: Operation = bits(word, 30, 1) === 1 ? 'subtract' : 'add';
  const [left, right] = [zeroOr(rn(word)), zeroOr(rm(word))];
  if (operation === 'subtract' && rn(word) === rm(word)) return [put(target, 'copy', constant(0))];
  return [put(target, operation, left, right)];
}

/** CSEL, CSINC, CSINV, CSNEG. */
function liftSelect(word: number): Statements {
  const target = register(rd(word));
  const isPlain = bits(word, 30, 1) === 0 && bits(word, 10, 2) === 0;
  const [left, right] = [zeroOr(rn(word)), zeroOr(rm(word))];
  if (isPlain) return [put(target, 'select', left, right)];
  const isNext = bits(word, 30, 1) === 0 && bits(word, 10, 2) === 1;
  if (rn(word) !== SP || rm(word) !== SP)
    return isNext ? [put(target, 'selectNext', left, right)] : unknownIn(rd(word));
  // cset and csetm: 0, or 1 or all ones.
  return [put(target, 'select', constant(0), constant(bits(word, 30, 1) === 1 ? -1 : 1))];
}

function liftMultiply(word: number): Statements {
  const isMadd = bits(word, 21, 3) === 0 && bits(word, 15, 1) === 0;
  const target = register(rd(word));
  if (!isMadd || bits(word, 10, 5) !== SP) return unknownIn(rd(word));
  return [put(target, 'multiply', zeroOr(rn(word)), zeroOr(rm(word)))];
}

function liftRegister(word: number): Statements {
  if (bits(word, 28, 1) === 0) return bits(word, 24, 1) === 0 ? liftLogicalRegister(word) : liftAddRegister(word);
  // Number 31 is the zero register in all of the rest.
  if (rd(word) === SP) return NO_STATEMENTS;
  if (bits(word, 24, 1) === 1) return liftMultiply(word);
  const group = bits(word, 21, 4);
  if (group === 2) return NO_STATEMENTS; // ccmp, ccmn
  if (group === 4) return liftSelect(word);
  return unknownIn(rd(word));
}

/** Vector and floating point: moves from and to general registers, zeros; the rest makes its target unknown. */
function liftVector(word: number): Statements {
  const isConversion = (word & 0x5f200000) === 0x1e200000 && bits(word, 10, 2) === 0;
  const isFixedConversion = (word & 0x5f200000) === 0x1e000000;
  const isElementMove = (word & 0xbfe08400) >>> 0 === 0x0e000400;
  const target = wholeVector(rd(word));
  // FMOV S, W and FMOV D, X: the rest becomes zero.
  const isWide = (word & 0xfffffc00) >>> 0 === 0x9e670000;
  if (isWide || (word & 0xfffffc00) === 0x1e270000) {
    const from = [zeroOr(rn(word)), isWide ? upperOrZero(rn(word)) : constant(0), constant(0), constant(0)];
    return from.map((source, index) => put(vectorWord(rd(word), index), 'copy', source));
  }
  // MOV V.S[n], W
  if ((word & 0xffe7fc00) >>> 0 === 0x4e041c00)
    return [put(vectorWord(rd(word), bits(word, 19, 2)), 'copy', zeroOr(rn(word)))];
  const isZero = (word & 0x9ff8fc00) >>> 0 === 0x0f00e400 && bits(word, 5, 5) === 0 && bits(word, 16, 3) === 0;
  if (isZero) return [0, 1, 2, 3].map((index) => put(vectorWord(rd(word), index), 'copy', constant(0)));
  if (isConversion || isFixedConversion || isElementMove) return [...unknownIn(rd(word)), put(target, 'unknown')];
  return [put(target, 'unknown')];
}

/** Branches and system instructions: only reads of system registers write. */
function liftSystem(word: number): Statements {
  const readsSystem = (word & 0xffe00000) >>> 0 === 0xd5200000;
  return readsSystem ? unknownIn(rd(word)) : NO_STATEMENTS;
}

/** Statements of the instruction at an offset. */
export function liftArm64(code: CodeBytes, offset: number): Statements {
  const word = wordAt(code.bytes, offset);
  const group = bits(word, 25, 4);
  if ((group & 0b1110) === 0b1000) return liftImmediate(word, code.rva + offset);
  if ((group & 0b1110) === 0b1010) return liftSystem(word);
  if ((group & 0b0101) === 0b0100) return liftLoadStore(word, code.rva + offset);
  if ((group & 0b0111) === 0b0101) return liftRegister(word);
  if ((group & 0b0111) === 0b0111) return liftVector(word);
  // SVE and SME: predicate counts and the like may land in a general register, and there are stores among them.
  const isScalable = group === 0b0010 || (group === 0 && word < 0);
  if (!isScalable) return NO_STATEMENTS;
  return [put(memoryAt(rn(word), 0, UNBOUNDED), 'unknown'), ...unknownIn(rd(word)), put(EVERY_VECTOR, 'unknown')];
}
