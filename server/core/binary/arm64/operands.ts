/** Small builders for ARM64 statements. */
import { upperHalf } from '../code/registerParts';
import type { Operand, Operation, Statement, Statements } from '../code/statement';
import { constant, register, statementOf } from '../code/statement';
import { SP } from './fields';

export function put(target: Statement['target'], operation: Operation, left?: Operand, right?: Operand): Statement {
  return statementOf(target, operation, left, right);
}

/** The registers become unknown; 31 is the zero register there and stays. */
export function unknownIn(...registers: readonly number[]): Statements {
  return registers.filter((number) => number !== SP).map((number) => put(register(number), 'unknown'));
}

/** A register, or zero for number 31. */
export function zeroOr(number: number): Operand {
  return number === SP ? constant(0) : register(number);
}

/** The upper half of a register, or zero for number 31. */
export function upperOrZero(number: number): Operand {
  return number === SP ? constant(0) : upperHalf(number);
}
