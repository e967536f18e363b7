/**
 * The meaning of an ARM64 instruction made from capstone's text: mnemonic and operands of the instructions our reader
 * follows. Written from the architecture's manual, not from our reader.
 */
import { upperHalf } from '../../server/core/binary/code/registerParts';
import type { MemoryOperand, Operand, Operation, Statement, Statements } from '../../server/core/binary/code/statement';

const SP = 31;

interface Register {
  readonly number: number;
  readonly isWide: boolean;
  readonly isZero: boolean;
}

/** A general register by its name, or undefined (vector registers, `#8`, `[x0]`). */
export function registerOf(text: string | undefined): Register | undefined {
  if (text === 'sp' || text === 'wsp') return { number: SP, isWide: text === 'sp', isZero: false };
  if (text === 'xzr' || text === 'wzr') return { number: SP, isWide: text === 'xzr', isZero: true };
  if (text === 'fp' || text === 'lr') return { number: text === 'fp' ? 29 : 30, isWide: true, isZero: false };
  const [, letter, digits] = /^([xw])(\d{1,2})$/.exec(text ?? '') ?? [];
  return digits === undefined ? undefined : { number: Number(digits), isWide: letter === 'x', isZero: false };
}

export function numberOf(text: string | undefined): number | undefined {
  const [, sign, digits] = /^#(-?)(0x[0-9a-f]+|\d+)$/.exec(text ?? '') ?? [];
  if (digits === undefined) return undefined;
  return Number(BigInt.asUintN(32, sign === '-' ? -BigInt(digits) : BigInt(digits)));
}

/** `x0, [x1, #8]!` as operands; brackets hold together. */
export function splitOperands(text: string): string[] {
  return text === ''
    ? []
    : (text.match(/\[[^\]]*\]!?|\{[^}]*\}(?:\[\d+\])?|[^,\s][^,]*/g) ?? []).map((part) => part.trim());
}

const constantOf = (value: number): Operand => ({ kind: 'constant', value: value >>> 0 });
const at = (number: number): { readonly kind: 'register'; readonly register: number } => ({
  kind: 'register',
  register: number,
});
const source = (register: Register): Operand => (register.isZero ? constantOf(0) : at(register.number));

/** Access of `width` bytes at what the bracket says, and the base's change with it. */
interface Access {
  readonly memory: MemoryOperand;
  readonly writeBack?: Statement;
}

function access(bracket: string | undefined, behind: string | undefined, width: number): Access | undefined {
  const [, inner, bang] = /^\[([^\]]*)\](!?)$/.exec(bracket ?? '') ?? [];
  const [baseText, second, third] = (inner ?? '').split(',').map((part) => part.trim());
  const base = registerOf(baseText);
  if (base === undefined) return undefined;
  const memory = {
    kind: 'memory',
    base: base.number,
    index: -1,
    scale: 1,
    displacement: 0,
    inImage: false,
    width,
  } as const;
  const index = registerOf(second);
  if (index !== undefined) {
    // Extended by less than a word, or shifted: capstone writes `lsl #3`, `uxtw #2`, `sxtw`.
    const shift = /#(\d+)$/.exec(third ?? '')?.[1] ?? '0';
    return { memory: { ...memory, index: index.number, scale: 1 << Number(shift) } };
  }
  const displacement = second === undefined ? 0 : (numberOf(second) ?? 0) | 0;
  const after = behind === undefined ? undefined : numberOf(behind);
  const moved = after === undefined ? (bang === '!' ? displacement : undefined) : after | 0;
  const whole = { ...memory, displacement };
  if (moved === undefined) return { memory: whole };
  const operation = moved < 0 ? 'subtract' : 'add';
  const writeBack: Statement = {
    operation,
    target: at(base.number),
    left: at(base.number),
    right: constantOf(Math.abs(moved)),
  };
  return { memory: whole, writeBack };
}

const LOADS: ReadonlyMap<string, number> = new Map([
  ...['ldr', 'ldur', 'ldar', 'ldapr'].map((name) => [name, 0] as const),
  ...['ldrb', 'ldurb', 'ldarb'].map((name) => [name, 1] as const),
  ...['ldrh', 'ldurh', 'ldarh'].map((name) => [name, 2] as const),
  ...['ldrsw', 'ldursw'].map((name) => [name, 4] as const),
]);
const STORES: ReadonlyMap<string, number> = new Map([
  ...['str', 'stur', 'stlr'].map((name) => [name, 0] as const),
  ...['strb', 'sturb', 'stlrb'].map((name) => [name, 1] as const),
  ...['strh', 'sturh', 'stlrh'].map((name) => [name, 2] as const),
]);
const ARITHMETIC: ReadonlyMap<string, Operation> = new Map([
  ['add', 'add'],
  ['adds', 'add'],
  ['sub', 'subtract'],
  ['subs', 'subtract'],
  ['and', 'and'],
  ['ands', 'and'],
  ['orr', 'or'],
  ['eor', 'xor'],
]);

/** Statements, or undefined for an instruction that is not compared operand by operand. `rva`: where it stands. */
export function expectedOf(mnemonic: string, operands: readonly string[]): Statements | undefined {
  const first = registerOf(operands[0]);
  if (first === undefined) return undefined;
  if (LOADS.has(mnemonic)) return load(first, operands, LOADS.get(mnemonic) ?? 0);
  if (STORES.has(mnemonic)) return store(first, operands, STORES.get(mnemonic) ?? 0);
  if (mnemonic === 'ldp' || mnemonic === 'stp') return pair(mnemonic === 'ldp', first, operands);
  const halves = movedHalves(mnemonic, first, registerOf(operands[1]), numberOf(operands[2]));
  if (halves !== undefined) return halves;
  const statement = compute(mnemonic, first, operands);
  // What goes to the zero register is gone.
  if (statement !== undefined && first.isZero) return [];
  return statement && [statement];
}

function load(first: Register, operands: readonly string[], bytes: number): Statements | undefined {
  const width = bytes === 0 ? (first.isWide ? 8 : 4) : bytes;
  const literal = numberOf(operands[1]);
  const target = at(first.number);
  if (literal !== undefined) {
    const memory = {
      kind: 'memory',
      base: -1,
      index: -1,
      scale: 1,
      displacement: literal,
      inImage: true,
      width,
    } as const;
    return first.isZero ? [] : [{ operation: 'copy', target, left: memory }];
  }
  const found = access(operands[1], operands[2], width);
  if (found === undefined) return undefined;
  const moved: Statements = first.isZero ? [] : [{ operation: 'copy', target, left: found.memory }];
  return found.writeBack ? [...moved, found.writeBack] : moved;
}

function store(first: Register, operands: readonly string[], bytes: number): Statements | undefined {
  const width = bytes === 0 ? (first.isWide ? 8 : 4) : bytes;
  const found = access(operands[1], operands[2], width);
  if (found === undefined) return undefined;
  const moved: Statement = { operation: 'copy', target: found.memory, left: source(first) };
  return found.writeBack ? [moved, found.writeBack] : [moved];
}

function pair(isLoad: boolean, first: Register, operands: readonly string[]): Statements | undefined {
  const second = registerOf(operands[1]);
  const width = first.isWide ? 8 : 4;
  const found = access(operands[2], operands[3], width);
  if (second === undefined || found === undefined) return undefined;
  const statements: Statement[] = [];
  for (const [index, register] of [first, second].entries()) {
    const memory = { ...found.memory, displacement: found.memory.displacement + index * width };
    if (!isLoad) statements.push({ operation: 'copy', target: memory, left: source(register) });
    else if (!register.isZero) statements.push({ operation: 'copy', target: at(register.number), left: memory });
  }
  return found.writeBack ? [...statements, found.writeBack] : statements;
}

function compute(mnemonic: string, first: Register, operands: readonly string[]): Statement | undefined {
  const target = at(first.number);
  const [second, third] = [registerOf(operands[1]), registerOf(operands[2])];
  const value = numberOf(operands[1]);
  switch (mnemonic) {
    case 'mov':
      if (second !== undefined) return { operation: 'copy', target, left: source(second) };
      return value === undefined ? undefined : { operation: 'copy', target, left: constantOf(value) };
    case 'movz':
    case 'movn': {
      if (value === undefined) return undefined;
      const shifted = shiftOf(operands[2]) >= 32 ? 0 : value << shiftOf(operands[2]);
      return { operation: 'copy', target, left: constantOf(mnemonic === 'movz' ? shifted : ~shifted) };
    }
    case 'movk': {
      const shift = shiftOf(operands[2]);
      if (value === undefined || shift >= 32) return undefined;
      return { operation: 'insert', target, left: target, right: constantOf(value), shift, bits: 16 };
    }
    case 'adr':
    case 'adrp':
      return value === undefined ? undefined : { operation: 'copy', target, left: { kind: 'image', rva: value } };
    case 'csel':
      return second && third && { operation: 'select', target, left: source(second), right: source(third) };
    case 'cset':
    case 'csetm':
      return { operation: 'select', target, left: constantOf(0), right: constantOf(mnemonic === 'cset' ? 1 : -1) };
    case 'mvn':
      if (second === undefined || operands.length > 2) return undefined;
      return { operation: 'xor', target, left: source(second), right: constantOf(-1) };
    case 'lsl':
    case 'lsr':
      return shiftByConstant(mnemonic, first, second, numberOf(operands[2]));
    case 'mul':
      return second && third && { operation: 'multiply', target, left: source(second), right: source(third) };
    default:
      return arithmetic(mnemonic, first, operands);
  }
}

function shiftOf(text: string | undefined): number {
  return Number(/^lsl #(\d+)$/.exec(text ?? '')?.[1] ?? 0);
}

/** A shift of 64 bits by 32 moves one half to the other. */
function movedHalves(
  mnemonic: string,
  first: Register,
  second: Register | undefined,
  amount: number | undefined,
): Statements | undefined {
  if (!first.isWide || second === undefined || amount !== 32) return undefined;
  const [low, upper] = [at(first.number), upperHalf(first.number)];
  const zero = constantOf(0);
  if (mnemonic === 'lsl') {
    return [
      { operation: 'copy', target: low, left: zero },
      { operation: 'copy', target: upper, left: source(second) },
    ];
  }
  if (mnemonic !== 'lsr') return undefined;
  return [
    { operation: 'copy', target: low, left: second.isZero ? zero : upperHalf(second.number) },
    { operation: 'copy', target: upper, left: zero },
  ];
}

/** Only the low 32 bits are kept: a left shift of a wide register by 32 and more gives zero. */
function shiftByConstant(
  mnemonic: string,
  first: Register,
  second: Register | undefined,
  amount: number | undefined,
): Statement | undefined {
  const target = at(first.number);
  if (second === undefined || amount === undefined) return undefined;
  if (mnemonic === 'lsr') {
    if (first.isWide) return { operation: 'unknown', target };
    return { operation: 'shiftRight', target, left: source(second), right: constantOf(amount) };
  }
  if (amount >= 32) return { operation: 'copy', target, left: constantOf(0) };
  return { operation: 'shiftLeft', target, left: source(second), right: constantOf(amount) };
}

function arithmetic(mnemonic: string, first: Register, operands: readonly string[]): Statement | undefined {
  const operation = ARITHMETIC.get(mnemonic);
  const target = at(first.number);
  const [left, right] = [registerOf(operands[1]), registerOf(operands[2])];
  if (operation === undefined || left === undefined) return undefined;
  const value = numberOf(operands[2]);
  if (value !== undefined) {
    const amount = value * 2 ** shiftOf(operands[3]);
    const isSum = operation === 'add' || operation === 'subtract';
    // A move to or from the stack pointer is an addition of nothing.
    if (amount === 0 && isSum) return { operation: 'copy', target, left: source(left) };
    return { operation, target, left: source(left), right: constantOf(amount) };
  }
  if (right === undefined) return undefined;
  if (operands.length > 3 && !/^(lsl|lsr|asr|ror) #0$/.test(operands[3] ?? '')) return { operation: 'unknown', target };
  const isSame = left.number === right.number && left.isZero === right.isZero;
  if (isSame && (operation === 'subtract' || operation === 'xor'))
    return { operation: 'copy', target, left: constantOf(0) };
  return { operation, target, left: source(left), right: source(right) };
}
