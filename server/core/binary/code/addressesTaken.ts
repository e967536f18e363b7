/**
 * The lowest stack addresses a function puts where a pointer can carry them away, on either side of its return address.
 * Objects extend upwards from their address, so nothing below is reached by a pointer. Errs on the side of "taken".
 */
import type { Architecture } from './architecture';
import type { FunctionCode } from './functionCode';
import type { StackDepth } from './stackDepth';
import { isStep } from './stackEffect';
import type { Statement } from './statement';

export interface AddressesTaken {
  /** Lowest in the function's own frame. */
  readonly below: number;
  /** Lowest among what its caller handed over. */
  readonly above: number;
}

/** Looks at every instruction; -Infinity where one can't be followed. */
export function findAddressesTaken(code: FunctionCode, architecture: Architecture, depth: StackDepth): AddressesTaken {
  let below = Number.POSITIVE_INFINITY;
  let above = Number.POSITIVE_INFINITY;
  for (let index = 0; index < code.count; index += 1) {
    if (isStep(code.stackEffect(index))) continue;
    for (const statement of code.statements(index)) {
      const offset = addressMade(architecture, statement, depth.stackBefore(index), depth.frameBefore(index));
      if (offset === undefined) continue;
      if (Number.isNaN(offset)) return { below: Number.NEGATIVE_INFINITY, above: Number.NEGATIVE_INFINITY };
      if (offset < 0) below = Math.min(below, offset);
      else if (offset > 0) above = Math.min(above, offset);
    }
  }
  return { below, above };
}

/** Stack address a statement puts where a pointer can carry it away; setting up the frame pointer is none. */
function addressMade(
  { stackRegister, frameRegister }: Architecture,
  statement: Statement,
  stack: number,
  frame: number,
): number | undefined {
  const { target, operation, left } = statement;
  // Exception frames remember the stack pointer in the frame itself; that points to no object.
  const keepsStackPointer = target.kind === 'memory' && target.base === frameRegister;
  const isStackPointer = left?.kind === 'register' && left.register === stackRegister;
  if (operation === 'copy' && keepsStackPointer && isStackPointer) return undefined;
  const origin = (register: number): number | undefined => {
    if (register === stackRegister) return stack;
    return register === frameRegister && !Number.isNaN(frame) ? frame : undefined;
  };
  if (target.kind === 'register' && (target.register === stackRegister || target.register === frameRegister))
    return undefined;
  if (left?.kind === 'register' && (operation === 'copy' || operation === 'add' || operation === 'subtract')) {
    const base = origin(left.register);
    if (base === undefined || operation === 'copy') return base;
    return statement.right?.kind === 'constant'
      ? base + (operation === 'add' ? 1 : -1) * (statement.right.value | 0)
      : Number.NaN;
  }
  if (operation !== 'address' || left?.kind !== 'memory' || left.base < 0) return undefined;
  const base = origin(left.base);
  return base === undefined ? undefined : base + left.displacement;
}
