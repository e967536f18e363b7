/**
 * Arithmetic on values: folds constants in 32 bits, moves addresses by constants, unites choices.
 * Whatever it can't compute becomes unknown.
 */
import type { MemoryOperand, Operand, Statement } from './statement';
import { register } from './statement';
import type { Atom, Value } from './value';
import { combine, constantValue, unite, unknown } from './value';

const COMPUTED = 'computed';
const LOOP = 'changes in a loop';

/** A pair of which at least one is no constant, under an operation that keeps neither. */
function lost(x: Atom, y: Atom): Value {
  return unknown(x.kind === 'cycle' || y.kind === 'cycle' ? LOOP : (reasonOf(x) ?? reasonOf(y) ?? COMPUTED));
}

function reasonOf(atom: Atom): string | undefined {
  if (atom.kind === 'global') return 'computed from a global variable';
  return atom.kind === 'unknown' ? atom.reason : undefined;
}

/** Kept by an operation that changes nothing. */
function isPassedOn(atom: Atom): boolean {
  return atom.kind === 'entry' || atom.kind === 'global';
}

function moved(atom: Atom, by: number): Value | undefined {
  if (by === 0 && atom.kind !== 'cycle') return [atom];
  if (atom.kind === 'stack') return [{ kind: 'stack', offset: atom.offset + by }];
  if (atom.kind === 'image') return [{ kind: 'image', rva: atom.rva + by }];
  return undefined;
}

export function addValues(a: Value, b: Value): Value {
  return combine(
    a,
    b,
    (x, y) => x + y,
    (x, y) => {
      if (y.kind === 'constant') return moved(x, y.value | 0) ?? lost(x, y);
      if (x.kind === 'constant') return moved(y, x.value | 0) ?? lost(x, y);
      return lost(x, y);
    },
  );
}

function subtractValues(a: Value, b: Value): Value {
  return combine(
    a,
    b,
    (x, y) => x - y,
    (x, y) => (y.kind === 'constant' ? (moved(x, -(y.value | 0)) ?? lost(x, y)) : lost(x, y)),
  );
}

/** A value, or the same moved by a step. */
function withOther(value: Value, step: number): Value {
  return unite(value, addValues(value, constantValue(step)));
}

/** And with 0, with all ones, or with one bit: known, or one of two, whatever the other side is. */
function andValues(a: Value, b: Value): Value {
  return combine(
    a,
    b,
    (x, y) => x & y,
    (x, y) => {
      const [known, other] = x.kind === 'constant' ? [x, y] : [y, x];
      if (known.kind !== 'constant') return lost(x, y);
      if (known.value === 0) return constantValue(0);
      if (known.value === 0xffffffff && isPassedOn(other)) return [other];
      // One bit of whatever it is.
      const isOneBit = (known.value & (known.value - 1)) === 0;
      return isOneBit ? unite(constantValue(0), constantValue(known.value)) : lost(x, y);
    },
  );
}

function orValues(a: Value, b: Value): Value {
  return combine(
    a,
    b,
    (x, y) => x | y,
    (x, y) => {
      const [known, other] = x.kind === 'constant' ? [x, y] : [y, x];
      if (known.kind === 'constant' && known.value === 0xffffffff) return constantValue(0xffffffff);
      if (known.kind === 'constant' && known.value === 0 && isPassedOn(other)) return [other];
      return lost(x, y);
    },
  );
}

/** base + index * scale + displacement. */
export function addressOf(memory: MemoryOperand, read: (operand: Operand) => Value): Value {
  const { base, index, scale, displacement, inImage } = memory;
  if (base < 0 && index < 0) return inImage ? [{ kind: 'image', rva: displacement }] : unknown(COMPUTED);
  let value: Value = inImage ? [{ kind: 'image', rva: displacement }] : constantValue(displacement);
  if (base >= 0) value = addValues(read(register(base)), value);
  if (index < 0) return value;
  return addValues(value, combine(read(register(index)), constantValue(scale), Math.imul, lost));
}

function insertBits(left: Value, right: Value, shift: number, bits: number): Value {
  const mask = (bits === 32 ? 0xffffffff : (1 << bits) - 1) << shift;
  return combine(left, right, (x, y) => (x & ~mask) | ((y << shift) & mask), lost);
}

/** Value a statement gives to its target. `read` gives an operand's value where the statement stands. */
export function evaluateOperation(statement: Statement, read: (operand: Operand) => Value): Value {
  const { operation, left: leftOperand, right: rightOperand, shift = 0, bits = 32 } = statement;
  if (operation === 'unknown' || leftOperand === undefined) return unknown(COMPUTED);
  if (operation === 'address') return leftOperand.kind === 'memory' ? addressOf(leftOperand, read) : unknown(COMPUTED);
  const left = read(leftOperand);
  if (operation === 'copy') return left;
  if (operation === 'flag') {
    const zero = insertBits(left, constantValue(0), shift, bits);
    return unite(zero, insertBits(left, constantValue(1), shift, bits));
  }
  if (rightOperand === undefined) return unknown(COMPUTED);
  const right = read(rightOperand);
  switch (operation) {
    case 'add':
      return addValues(left, right);
    case 'subtract':
      return subtractValues(left, right);
    case 'and':
      return andValues(left, right);
    case 'or':
      return orValues(left, right);
    case 'xor':
      return combine(left, right, (x, y) => x ^ y, lost);
    case 'multiply':
      return combine(left, right, Math.imul, lost);
    case 'shiftLeft':
      return combine(left, right, (x, y) => x << (y & 31), lost);
    case 'shiftRight':
      return combine(left, right, (x, y) => x >>> (y & 31), lost);
    case 'select':
      return unite(left, right);
    case 'selectNext':
      return unite(left, addValues(right, constantValue(1)));
    case 'addCarry':
      return withOther(addValues(left, right), 1);
    case 'subtractBorrow':
      return withOther(subtractValues(left, right), -1);
    case 'insert':
      return insertBits(left, right, shift, bits);
  }
}
