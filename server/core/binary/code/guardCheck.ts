/**
 * Recognises a call of Control Flow Guard's check function: it looks at the target's register and changes no argument.
 * Knows the pointer in the call's operand, loaded in its block (from a page kept over blocks), or kept in one register;
 * all else is an ordinary call.
 */
import type { Architecture } from './architecture';
import { isCall } from './flow';
import type { FunctionCode } from './functionCode';
import type { Operand, Statement } from './statement';

/** Instructions between the pointer's load and the call that goes through it. */
const LONGEST_DISTANCE = 64;

/** Answers for one function; questions come up again on every path past a call. */
interface Answers {
  readonly byCall: Map<number, boolean>;
  /** Registers that hold the pointer wherever they are used. */
  readonly byRegister: Map<number, boolean>;
  /** Registers that hold one address wherever they are used: its RVA. */
  readonly addresses: Map<number, number | undefined>;
}

const answers = new WeakMap<FunctionCode, Answers>();

/** Whether the indirect call goes through the pointer at `slot`. */
export function isGuardCheck(architecture: Architecture, code: FunctionCode, index: number, slot: number): boolean {
  const known = answersFor(code);
  const answer = known.byCall.get(index) ?? findAnswer(architecture, code, index, slot, known);
  known.byCall.set(index, answer);
  return answer;
}

function answersFor(code: FunctionCode): Answers {
  const known = answers.get(code);
  if (known !== undefined) return known;
  const empty: Answers = { byCall: new Map(), byRegister: new Map(), addresses: new Map() };
  answers.set(code, empty);
  return empty;
}

function findAnswer(
  architecture: Architecture,
  code: FunctionCode,
  index: number,
  slot: number,
  { byRegister }: Answers,
): boolean {
  const rva = code.address(index);
  const range = code.rangeAt(rva);
  const operand = range && architecture.callOperand(range.code, rva - range.code.rva);
  if (operand?.kind !== 'register') return isPointer(operand, slot);
  const load = lastWrite(architecture, code, index, operand.register);
  if (load !== undefined) return loadsPointer(architecture, code, load.index, load.statement, slot);
  if (architecture.isVolatile(operand.register)) return false;
  const answer = byRegister.get(operand.register) ?? isKept(architecture, code, operand.register, slot);
  byRegister.set(operand.register, answer);
  return answer;
}

function isPointer(operand: Operand | undefined, slot: number): boolean {
  return operand?.kind === 'memory' && operand.inImage && operand.index < 0 && operand.displacement === slot;
}

function loadsPointer(
  architecture: Architecture,
  code: FunctionCode,
  index: number,
  { operation, left }: Statement,
  slot: number,
): boolean {
  if (operation !== 'copy' || left?.kind !== 'memory' || left.index >= 0) return false;
  if (left.inImage) return isPointer(left, slot);
  const base = lastWrite(architecture, code, index, left.base)?.statement;
  const address = base === undefined ? keptAddress(architecture, code, left.base) : addressIn(base);
  return address !== undefined && address + left.displacement === slot;
}

function addressIn({ operation, left }: Statement): number | undefined {
  return operation === 'copy' && left?.kind === 'image' ? left.rva : undefined;
}

/** The one address in a register that calls keep, when the function puts nothing else there. */
function keptAddress(architecture: Architecture, code: FunctionCode, register: number): number | undefined {
  if (register < 0 || architecture.isVolatile(register)) return undefined;
  const { addresses } = answersFor(code);
  if (!addresses.has(register)) addresses.set(register, findKeptAddress(architecture, code, register));
  return addresses.get(register);
}

function findKeptAddress(architecture: Architecture, code: FunctionCode, register: number): number | undefined {
  let address: number | undefined;
  const isOne = isOnlyEver(architecture, code, register, (_index, statement) => {
    const made = addressIn(statement);
    const isSame = made !== undefined && (address === undefined || address === made);
    address = made;
    return isSame;
  });
  return isOne ? address : undefined;
}

/** Whether the pointer is all that the function ever puts into the register, besides what its caller had there. */
function isKept(architecture: Architecture, code: FunctionCode, register: number, slot: number): boolean {
  return isOnlyEver(architecture, code, register, (index, statement) =>
    loadsPointer(architecture, code, index, statement, slot),
  );
}

/** Whether everything that sets the register is wanted, but for taking the caller's value back from the stack. */
function isOnlyEver(
  architecture: Architecture,
  code: FunctionCode,
  register: number,
  isWanted: (index: number, statement: Statement) => boolean,
): boolean {
  let loads = 0;
  for (let index = 0; index < code.count; index += 1) {
    for (const statement of code.statements(index)) {
      const { target, operation, left } = statement;
      if (target.kind !== 'register' || target.register !== register) continue;
      const isRestored = operation === 'copy' && left?.kind === 'memory' && left.base === architecture.stackRegister;
      if (isRestored) continue;
      if (!isWanted(index, statement)) return false;
      loads += 1;
    }
  }
  return loads > 0;
}

/** The statement that last set the register in the same block, not far before. */
function lastWrite(
  architecture: Architecture,
  code: FunctionCode,
  index: number,
  register: number,
): { readonly index: number; readonly statement: Statement } | undefined {
  const first = Math.max(code.blockStart(code.blockOf(index)), index - LONGEST_DISTANCE);
  for (let before = index - 1; before >= first; before -= 1) {
    if (isCall(code.flow(before)) && architecture.isVolatile(register)) return undefined;
    for (const statement of code.statements(before)) {
      const { target } = statement;
      if (target.kind === 'register' && target.register === register) return { index: before, statement };
    }
  }
  return undefined;
}
