/**
 * The meaning of an x86 or x64 instruction made from iced-x86's operands: for the instructions our reader follows.
 * Written from the manual's descriptions and the oracle's operands, not from our reader.
 */
import type { Instruction } from 'iced-x86';
import { Code, MemorySizeExt, Mnemonic, OpKind, Register, RegisterExt } from 'iced-x86';
import { upperHalf } from '../../server/core/binary/code/registerParts';
import type { MemoryOperand, Operand, Operation, Statement, Statements } from '../../server/core/binary/code/statement';

const RSP = 4;
const RBP = 5;

/** Registers whole, and the two ways of naming a part. */
export interface GeneralRegister {
  readonly number: number;
  readonly bytes: number;
  /** AH to BH begin at bit 8. */
  readonly shift: number;
}

export function generalRegister(register: Register): GeneralRegister | undefined {
  const full = RegisterExt.fullRegister(register);
  if (full < Register.RAX || full > Register.R15) return undefined;
  const isHigh = register >= Register.AH && register <= Register.BH;
  return { number: full - Register.RAX, bytes: RegisterExt.size(register), shift: isHigh ? 8 : 0 };
}

const constantOf = (value: number | bigint): Operand => ({
  kind: 'constant',
  value: Number(BigInt.asUintN(32, BigInt(value))),
});

export class Expected {
  constructor(
    private readonly instruction: Instruction,
    private readonly is64Bit: boolean,
    private readonly imageBase: number,
  ) {}

  /** Statements, or undefined for an instruction that is not compared operand by operand. */
  statements(): Statements | undefined {
    const { mnemonic } = this.instruction;
    if (mnemonic === Mnemonic.Push) return this.#push();
    if (mnemonic === Mnemonic.Pop) return this.#pop();
    if (mnemonic === Mnemonic.Leave) return this.#leave();
    const size = this.#size(0);
    if (size === undefined || size < 4) return size === undefined ? undefined : this.#narrow(size);
    const target = this.#target(0, size);
    const halves = target?.kind === 'register' && size === 8 ? this.#halves(target) : undefined;
    if (halves !== undefined) return halves;
    const statement = target && this.#wide(target, size);
    return statement && [statement];
  }

  /** Shifts of 64 bits by 32, which move one half to the other. */
  #halves(target: ReturnType<typeof register>): Statements | undefined {
    const kind = KINDS.get(this.instruction.mnemonic);
    const isConstant = this.instruction.opCount === 2 && this.instruction.opKind(1) !== OpKind.Register;
    if (!isConstant || (kind !== 'shiftLeft' && kind !== 'shiftRight')) return undefined;
    if ((this.instruction.immediate(1) & 63n) !== 32n) return undefined;
    const upper = upperHalf(target.register);
    const [full, empty]: [Statement['target'], Statement['target']] =
      kind === 'shiftLeft' ? [upper, target] : [target, upper];
    return [
      { operation: 'copy', target: full, left: kind === 'shiftLeft' ? target : upper },
      { operation: 'copy', target: empty, left: constantOf(0) },
    ];
  }

  #wide(target: Statement['target'], size: number): Statement | undefined {
    const [left, right] = [this.#operand(0, size), this.#operand(1, size)];
    const arithmetic = ARITHMETIC.get(this.instruction.mnemonic);
    if (arithmetic !== undefined && left && right) {
      const isSame = left.kind === 'register' && right.kind === 'register' && left.register === right.register;
      if (isSame && (arithmetic === 'xor' || arithmetic === 'subtract'))
        return { operation: 'copy', target, left: constantOf(0) };
      return { operation: arithmetic, target, left, right };
    }
    switch (KINDS.get(this.instruction.mnemonic)) {
      case 'copy':
        return right && { operation: 'copy', target, left: right };
      case 'address':
        return right && { operation: 'address', target, left: right };
      case 'increment':
        return left && { operation: 'add', target, left, right: constantOf(1) };
      case 'decrement':
        return left && { operation: 'subtract', target, left, right: constantOf(1) };
      case 'negate':
        return left && { operation: 'subtract', target, left: constantOf(0), right: left };
      case 'not':
        return left && { operation: 'xor', target, left, right: constantOf(-1) };
      case 'borrow':
        return this.#borrow(target, left, right);
      case 'carry':
        return left && right && { operation: 'addCarry', target, left, right };
      case 'shiftLeft':
        return left && this.#shift('shiftLeft', target, left, size);
      case 'shiftRight':
        return left && this.#shift('shiftRight', target, left, size);
      case 'multiply':
        return this.#multiply(target, left, right, size);
      case 'widen':
        return this.#widen(target);
      case undefined:
        return this.#isConditionalMove() && left && right ? { operation: 'select', target, left, right } : undefined;
    }
  }

  /** Part of a register changes: our reader may say which part, never that all of it is known. */
  #narrow(size: number): Statements | undefined {
    const { instruction } = this;
    const isPlain = instruction.mnemonic === Mnemonic.Mov || instruction.mnemonic === Mnemonic.Lea;
    if (!isPlain && !this.#isConditionalMove() && !ARITHMETIC.has(instruction.mnemonic)) return undefined;
    const register = instruction.opKind(0) === OpKind.Register ? generalRegister(instruction.opRegister(0)) : undefined;
    const source = this.#operand(1, size);
    const target = this.#target(0, size);
    if (target === undefined || source === undefined) return undefined;
    if (register === undefined)
      return isPlain ? [{ operation: 'copy', target, left: source }] : [{ operation: 'unknown', target }];
    if (instruction.mnemonic !== Mnemonic.Mov) return [{ operation: 'unknown', target }];
    return [{ operation: 'insert', target, left: target, right: source, shift: register.shift, bits: size * 8 }];
  }

  #push(): Statements | undefined {
    const bytes = -this.instruction.stackPointerIncrement;
    const source = this.#operand(0, bytes);
    if (source === undefined) return undefined;
    return [
      { operation: 'copy', target: stack(-bytes, bytes), left: source },
      { operation: 'subtract', target: register(RSP), left: register(RSP), right: constantOf(bytes) },
    ];
  }

  #pop(): Statements | undefined {
    const bytes = this.instruction.stackPointerIncrement;
    const to = this.#target(0, bytes);
    if (to === undefined) return undefined;
    // "If the ESP register is used as a base register, … the effective address is computed after ESP is incremented" (SDM, POP).
    const target = to.kind === 'memory' && to.base === RSP ? { ...to, displacement: to.displacement + bytes } : to;
    const moved: Statement = { operation: 'add', target: register(RSP), left: register(RSP), right: constantOf(bytes) };
    if (bytes < 4 && target.kind === 'register') return [{ operation: 'unknown', target }, moved];
    return [{ operation: 'copy', target, left: stack(0, bytes) }, moved];
  }

  #leave(): Statements | undefined {
    const bytes = this.is64Bit ? 8 : 4;
    if (this.instruction.length > 1) return undefined;
    return [
      { operation: 'add', target: register(RSP), left: register(RBP), right: constantOf(bytes) },
      { operation: 'copy', target: register(RBP), left: { ...stack(0, bytes), base: RBP } },
    ];
  }

  #borrow(target: Statement['target'], left: Operand | undefined, right: Operand | undefined): Statement {
    const isSame = left?.kind === 'register' && right?.kind === 'register' && left.register === right.register;
    return isSame
      ? { operation: 'select', target, left: constantOf(0), right: constantOf(-1) }
      : left && right
        ? { operation: 'subtractBorrow', target, left, right }
        : { operation: 'unknown', target };
  }

  #shift(operation: Operation, target: Statement['target'], left: Operand, size: number): Statement {
    const isConstant = this.instruction.opKind(1) !== OpKind.Register;
    const amount = isConstant ? this.instruction.immediate(1) & (size === 8 ? 63n : 31n) : 0n;
    // The low half of 64 bits follows from the low half alone when it moves up.
    const isFollowed =
      size === 4 || (size === 8 && operation === 'shiftLeft' && amount < 32n && left.kind === 'register');
    if (!isConstant || !isFollowed) return { operation: 'unknown', target };
    return { operation, target, left, right: constantOf(amount) };
  }

  #multiply(
    target: Statement['target'],
    left: Operand | undefined,
    right: Operand | undefined,
    size: number,
  ): Statement | undefined {
    const { opCount } = this.instruction;
    if (opCount === 2) return left && right && { operation: 'multiply', target, left, right };
    const last = opCount === 3 ? this.#operand(2, size) : undefined;
    return right && last && { operation: 'multiply', target, left: right, right: last };
  }

  #widen(target: Statement['target']): Statement | undefined {
    const { instruction } = this;
    const size = this.#size(1);
    const source = size === undefined ? undefined : this.#operand(1, size);
    if (source === undefined || size === undefined) return undefined;
    if (source.kind === 'memory') return { operation: 'copy', target, left: source };
    const part = generalRegister(instruction.opRegister(1));
    if (part === undefined || part.shift !== 0) return { operation: 'unknown', target };
    return { operation: 'and', target, left: source, right: constantOf(size === 1 ? 0xff : 0xffff) };
  }

  #isConditionalMove(): boolean {
    const { mnemonic } = this.instruction;
    return CONDITIONAL_MOVES.has(mnemonic);
  }

  /** Bytes of an operand that is a general register or memory. */
  #size(index: number): number | undefined {
    const { instruction } = this;
    if (index >= instruction.opCount) return undefined;
    const kind = instruction.opKind(index);
    if (kind === OpKind.Memory) return MemorySizeExt.size(instruction.memorySize) || undefined;
    return kind === OpKind.Register ? generalRegister(instruction.opRegister(index))?.bytes : undefined;
  }

  #target(index: number, size: number): Statement['target'] | undefined {
    const operand = this.#operand(index, size);
    return operand?.kind === 'register' || operand?.kind === 'memory' ? operand : undefined;
  }

  #operand(index: number, size: number): Operand | undefined {
    const { instruction } = this;
    if (index >= instruction.opCount) return undefined;
    const kind = instruction.opKind(index);
    if (kind === OpKind.Register) {
      const found = generalRegister(instruction.opRegister(index));
      return found && register(found.number);
    }
    if (kind === OpKind.Memory) {
      // Movsxd and movzx read less than they write.
      const own = MemorySizeExt.size(instruction.memorySize);
      return this.#memory(own === 0 ? size : own);
    }
    return kind >= OpKind.Immediate8 && kind <= OpKind.Immediate32to64
      ? constantOf(instruction.immediate(index))
      : undefined;
  }

  #memory(width: number): MemoryOperand {
    const { instruction, is64Bit } = this;
    const { memoryBase, memoryIndex, segmentPrefix, memoryDisplSize } = instruction;
    const nothing = { kind: 'memory', base: -1, index: -1, scale: 1, displacement: 0, inImage: false, width } as const;
    const native = is64Bit ? 8 : 4;
    const isForeign = segmentPrefix === Register.FS || segmentPrefix === Register.GS;
    const widths = [memoryBase, memoryIndex]
      .filter((name) => name !== Register.None)
      .map((name) => RegisterExt.size(name));
    const isAbsolute = widths.length === 0;
    const isOtherAddressSize = isAbsolute ? memoryDisplSize !== native : widths.some((bytes) => bytes !== native);
    const isMoffs = is64Bit && MOFFS.has(instruction.code);
    if (isForeign || isOtherAddressSize || isMoffs) return nothing;
    if (instruction.isIpRelMemoryOperand) {
      return { ...nothing, displacement: Number(BigInt.asIntN(64, instruction.ipRelMemoryAddress)), inImage: true };
    }
    const base = memoryBase === Register.None ? -1 : RegisterExt.fullRegister(memoryBase) - Register.RAX;
    const index = memoryIndex === Register.None ? -1 : RegisterExt.fullRegister(memoryIndex) - Register.RAX;
    const scale = index < 0 ? 1 : instruction.memoryIndexScale;
    const displacement = Number(BigInt.asIntN(is64Bit ? 64 : 32, instruction.memoryDisplacement));
    if (base < 0 && !is64Bit) {
      return { ...nothing, index, scale, displacement: (displacement >>> 0) - this.imageBase, inImage: true };
    }
    return { ...nothing, base, index, scale, displacement };
  }
}

function register(number: number): { readonly kind: 'register'; readonly register: number } {
  return { kind: 'register', register: number };
}

function stack(displacement: number, width: number): MemoryOperand {
  return { kind: 'memory', base: RSP, index: -1, scale: 1, displacement, inImage: false, width };
}

const ARITHMETIC: ReadonlyMap<Mnemonic, Operation> = new Map<Mnemonic, Operation>([
  [Mnemonic.Add, 'add'],
  [Mnemonic.Sub, 'subtract'],
  [Mnemonic.And, 'and'],
  [Mnemonic.Or, 'or'],
  [Mnemonic.Xor, 'xor'],
]);

type Kind =
  | 'copy'
  | 'address'
  | 'increment'
  | 'decrement'
  | 'negate'
  | 'not'
  | 'borrow'
  | 'carry'
  | 'shiftLeft'
  | 'shiftRight'
  | 'multiply'
  | 'widen';

const KINDS: ReadonlyMap<Mnemonic, Kind> = new Map<Mnemonic, Kind>([
  [Mnemonic.Mov, 'copy'],
  [Mnemonic.Movsxd, 'copy'],
  [Mnemonic.Lea, 'address'],
  [Mnemonic.Inc, 'increment'],
  [Mnemonic.Dec, 'decrement'],
  [Mnemonic.Neg, 'negate'],
  [Mnemonic.Not, 'not'],
  [Mnemonic.Sbb, 'borrow'],
  [Mnemonic.Adc, 'carry'],
  [Mnemonic.Shl, 'shiftLeft'],
  [Mnemonic.Sal, 'shiftLeft'],
  [Mnemonic.Shr, 'shiftRight'],
  [Mnemonic.Imul, 'multiply'],
  [Mnemonic.Movzx, 'widen'],
]);

const CONDITIONAL_MOVES: ReadonlySet<Mnemonic> = new Set([
  ...[Mnemonic.Cmova, Mnemonic.Cmovae, Mnemonic.Cmovb, Mnemonic.Cmovbe, Mnemonic.Cmove, Mnemonic.Cmovg],
  ...[Mnemonic.Cmovge, Mnemonic.Cmovl, Mnemonic.Cmovle, Mnemonic.Cmovne, Mnemonic.Cmovno, Mnemonic.Cmovnp],
  ...[Mnemonic.Cmovns, Mnemonic.Cmovo, Mnemonic.Cmovp, Mnemonic.Cmovs],
]);

/** mov al, [address] and its kin: the address is the instruction's own. */
const MOFFS: ReadonlySet<Code> = new Set([
  ...[Code.Mov_AL_moffs8, Code.Mov_AX_moffs16, Code.Mov_EAX_moffs32, Code.Mov_RAX_moffs64],
  ...[Code.Mov_moffs8_AL, Code.Mov_moffs16_AX, Code.Mov_moffs32_EAX, Code.Mov_moffs64_RAX],
]);
