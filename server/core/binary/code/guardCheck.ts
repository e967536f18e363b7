/**
 * Recognises a call of Control Flow Guard's check function: it looks at the target's register and changes no argument.
 * Looks no further than the block of the call; what is not recognised is an ordinary call.
 */
import type { Architecture } from './architecture';
import { isCall } from './flow';
import type { FunctionCode } from './functionCode';
import type { Operand } from './statement';

/** Whether the indirect call goes through the pointer at `slot`. */
export function isGuardCheck(architecture: Architecture, code: FunctionCode, index: number, slot: number): boolean {
  const rva = code.address(index);
  const range = code.rangeAt(rva);
  const operand = range && architecture.callOperand(range.code, rva - range.code.rva);
  if (operand?.kind !== 'register') return isAt(operand, slot);
  const load = lastWrite(architecture, code, index, operand.register);
  if (load?.operand.kind !== 'memory' || load.operand.inImage || load.operand.index >= 0)
    return isAt(load?.operand, slot);
  const base = lastWrite(architecture, code, load.index, load.operand.base);
  return base?.operand.kind === 'image' && base.operand.rva + load.operand.displacement === slot;
}

function isAt(operand: Operand | undefined, slot: number): boolean {
  return operand?.kind === 'memory' && operand.inImage && operand.index < 0 && operand.displacement === slot;
}

/** The copy that last set the register in the same block. */
function lastWrite(
  architecture: Architecture,
  code: FunctionCode,
  index: number,
  register: number,
): { readonly index: number; readonly operand: Operand } | undefined {
  const first = code.blockStart(code.blockOf(index));
  for (let before = index - 1; before >= first; before -= 1) {
    if (isCall(code.flow(before)) && architecture.isVolatile(register)) return undefined;
    for (const { target, operation, left } of code.statements(before)) {
      if (target.kind !== 'register' || target.register !== register) continue;
      return operation === 'copy' && left !== undefined ? { index: before, operand: left } : undefined;
    }
  }
  return undefined;
}
