/**
 * Meaning of x86 and x64 instructions as statements: moves, arithmetic on constants, stack, conditional moves.
 * Anything else writes `unknown` to every general register and memory it may change; a missing write would be a guess.
 */
import type { CodeBytes } from '../code/architecture';
import { upperHalf } from '../code/registerParts';
import type { Operand, Operation, RegisterOperand, Statement, Statements } from '../code/statement';
import {
  constant,
  memoryAt,
  memoryBehind,
  memoryOperand,
  NO_REGISTER,
  NO_STATEMENTS,
  register,
  UNBOUNDED,
  wideConstant,
  wideCopy,
} from '../code/statement';
import type { LengthDecoder } from './lengthDecoder';
import { MAP_0F, MAP_ONE_BYTE, read32 } from './lengthDecoder';
import { liftTwoByte } from './liftTwoByte';
import { byteRegister, opaqueMemory, Operands, unknownIn, write, writeRegister } from './operands';
import { RAX, RBP, RCX, RDI, RDX, RSI, RSP } from './registers';

const ALU: readonly Operation[] = ['add', 'or', 'addCarry', 'subtractBorrow', 'and', 'subtract', 'xor', 'copy'];
const ALU_SBB = 3;
const ALU_CMP = 7;

function liftAlu(operands: Operands): Statements {
  const { decoder } = operands;
  const { opcode } = decoder;
  const isGroup = opcode >= 0x80;
  const kind = isGroup ? (decoder.modrm >> 3) & 7 : opcode >> 3;
  if (kind === ALU_CMP) return NO_STATEMENTS;
  const form = isGroup ? (opcode === 0x80 || opcode === 0x82 ? 8 : 9) : opcode & 7;
  const isByte = form === 8 || (form & 1) === 0;
  const width = isByte ? 1 : operands.width;
  const toRegister = form === 2 || form === 3;
  const accumulator = form === 4 || form === 5;
  let target: Operand & Statement['target'] = toRegister ? register(operands.middle) : operands.rm(width);
  if (accumulator) target = register(RAX);
  let source: Operand = isGroup || accumulator ? operands.immediate() : register(operands.middle);
  if (toRegister) source = operands.rm(width);
  const operation = ALU[kind] ?? 'unknown';
  if (width < 4) {
    if (target.kind === 'memory') return [write(target, 'unknown')];
    const field = target.register;
    const same = isByte ? byteRegister(operands, field).register : field;
    return [write(register(same), 'unknown')];
  }
  const sameRegister = target.kind === 'register' && source.kind === 'register' && target.register === source.register;
  if (sameRegister && (operation === 'xor' || operation === 'subtract')) return [write(target, 'copy', constant(0))];
  if (sameRegister && kind === ALU_SBB) return [write(target, 'select', constant(0), constant(-1))];
  if (operation === 'unknown') return [write(target, 'unknown')];
  return [write(target, operation, target, source)];
}

function liftMove(operands: Operands): Statements {
  const { decoder } = operands;
  const { opcode } = decoder;
  if (opcode === 0x8d)
    return operands.isMemory && operands.width >= 4
      ? [write(register(operands.middle), 'address', operands.memory(4))]
      : unknownIn(operands.middle);
  if (opcode === 0x8c || opcode === 0x8e) {
    return opcode === 0x8c ? [write(operands.rm(2), 'unknown')] : NO_STATEMENTS;
  }
  if (opcode === 0x8f) return liftPop(operands, operands.rm(operands.width === 2 ? 2 : operands.pointerSize));
  // C6 and C7 with another middle field: xabort and xbegin, whose status comes back in EAX.
  if (opcode >= 0xc6 && ((decoder.modrm >> 3) & 7) !== 0) return unknownIn(RAX);
  const width = (opcode & 1) === 0 ? 1 : operands.width;
  const immediate = opcode >= 0xc6;
  const toRegister = opcode === 0x8a || opcode === 0x8b;
  const source: Operand = immediate
    ? operands.immediate()
    : toRegister
      ? operands.rm(width)
      : register(operands.middle);
  if (toRegister) return [writeRegister(operands, operands.middle, width, 'copy', source)];
  if (operands.isMemory) {
    const target = operands.memory(width);
    return [width === 1 && source.kind === 'register' ? write(target, 'unknown') : write(target, 'copy', source)];
  }
  return [writeRegister(operands, operands.low, width, 'copy', source)];
}

function liftPush(operands: Operands, source: Operand): Statements {
  const size = operands.width === 2 ? 2 : operands.pointerSize;
  return [
    write(memoryAt(RSP, -size, size), 'copy', source),
    write(register(RSP), 'subtract', register(RSP), constant(size)),
  ];
}

function liftPop(operands: Operands, to: Statement['target']): Statements {
  const size = operands.width === 2 ? 2 : operands.pointerSize;
  // An address on the stack is formed when the stack pointer has moved already.
  const target = to.kind === 'memory' && to.base === RSP ? memoryBehind(to, size, to.width) : to;
  const taken = memoryAt(RSP, 0, size);
  // Two bytes leave the rest of a register as it was.
  const value = size === 2 && target.kind === 'register' ? write(target, 'unknown') : wideCopy(target, taken);
  return [value, write(register(RSP), 'add', register(RSP), constant(size))];
}

/** Shifts of 64 bits: by 32 they move one half to the other. */
function liftWideShift(target: RegisterOperand, kind: number, amount: number): Statements {
  const isLeft = kind === 4 || kind === 6;
  if (isLeft && amount < 32) return [write(target, 'shiftLeft', target, constant(amount))];
  if (isLeft && amount === 32)
    return [wideCopy(target, constant(0)), write(upperHalf(target.register), 'copy', target)];
  if (kind === 5 && amount === 32)
    return [wideCopy(target, upperHalf(target.register)), write(upperHalf(target.register), 'copy', constant(0))];
  return [write(target, 'unknown')];
}

/** C0, C1, D0 to D3. */
function liftShift(operands: Operands): Statements {
  const { opcode, modrm, immediate } = operands.decoder;
  const kind = (modrm >> 3) & 7;
  const width = (opcode & 1) === 0 ? 1 : operands.width;
  const target = operands.rm(width);
  const byConstant = opcode === 0xc1 || opcode === 0xd1;
  const amount = opcode === 0xd1 ? 1 : immediate & (width === 8 ? 63 : 31);
  if (width === 8 && byConstant && target.kind === 'register') return liftWideShift(target, kind, amount);
  if (width === 4 && byConstant && (kind === 4 || kind === 6)) {
    return [write(target, 'shiftLeft', target, constant(amount))];
  }
  if (width === 4 && byConstant && kind === 5) return [write(target, 'shiftRight', target, constant(amount))];
  if (target.kind === 'register' && width === 1) {
    return [write(register(byteRegister(operands, target.register).register), 'unknown')];
  }
  return [write(target, 'unknown')];
}

/** F6, F7: not, neg, multiplication and division. */
function liftUnary(operands: Operands): Statements {
  const { opcode, modrm } = operands.decoder;
  const kind = (modrm >> 3) & 7;
  const width = (opcode & 1) === 0 ? 1 : operands.width;
  if (kind < 2) return NO_STATEMENTS;
  if (kind >= 4) return width === 1 ? unknownIn(RAX) : unknownIn(RAX, RDX);
  const target = operands.rm(width);
  if (width < 4) {
    if (target.kind === 'memory') return [write(target, 'unknown')];
    return unknownIn(width === 1 ? byteRegister(operands, target.register).register : target.register);
  }
  if (kind === 2) return [write(target, 'xor', target, constant(-1))];
  return [write(target, 'subtract', constant(0), target)];
}

/** FE, FF: inc, dec and push; calls and jumps change nothing before control leaves. */
function liftGroup5(operands: Operands): Statements {
  const { opcode, modrm } = operands.decoder;
  const kind = (modrm >> 3) & 7;
  if (kind === 6) return liftPush(operands, operands.rm(operands.width === 2 ? 2 : operands.pointerSize));
  if (kind > 1) return NO_STATEMENTS;
  const width = opcode === 0xfe ? 1 : operands.width;
  const target = operands.rm(width);
  if (width < 4) {
    return target.kind === 'memory'
      ? [write(target, 'unknown')]
      : unknownIn(width === 1 ? byteRegister(operands, target.register).register : target.register);
  }
  return [write(target, kind === 0 ? 'add' : 'subtract', target, constant(1))];
}

function liftString(operands: Operands): Statements {
  const { opcode, repeat } = operands.decoder;
  const count = repeat === 0 ? [] : [RCX];
  const width = repeat === 0 ? 8 : UNBOUNDED;
  const store = write(memoryAt(RDI, 0, width), 'unknown');
  if (opcode <= 0xa5) return [store, ...unknownIn(RSI, RDI, ...count)];
  if (opcode <= 0xa7) return unknownIn(RSI, RDI, ...count);
  if (opcode <= 0xab) return [store, ...unknownIn(RDI, ...count)];
  if (opcode <= 0xad) return unknownIn(RAX, RSI, ...count);
  return unknownIn(RDI, ...count);
}

function liftOffsetMove(operands: Operands, code: CodeBytes, offset: number): Statements {
  const { decoder } = operands;
  const { opcode } = decoder;
  const width = (opcode & 1) === 0 ? 1 : operands.width;
  const absolute = decoder.is64Bit
    ? Number.NaN
    : (read32(code.bytes, offset + decoder.length - 4) >>> 0) - operands.imageBase;
  const memory =
    decoder.is64Bit || decoder.segment || decoder.addressSizePrefix
      ? opaqueMemory(width)
      : memoryOperand(NO_REGISTER, NO_REGISTER, 1, absolute, true, width);
  if (opcode <= 0xa1) return [writeRegister(operands, RAX, width, 'copy', memory)];
  return [write(memory, width >= 4 ? 'copy' : 'unknown', register(RAX))];
}

/** 90 to 9F and the odd ones out: exchange, sign extension, flags, loops, input. */
function liftRest(operands: Operands): Statements {
  const { decoder } = operands;
  const { opcode } = decoder;
  if (opcode === 0x90 && (decoder.rex & 1) === 0) return NO_STATEMENTS;
  if (opcode >= 0x90 && opcode <= 0x97) return unknownIn(RAX, operands.opcodeRegister);
  if (opcode === 0x98) return operands.width === 8 ? NO_STATEMENTS : unknownIn(RAX);
  if (opcode === 0x99) return unknownIn(RDX);
  if (opcode === 0x9c) return liftPush(operands, opaqueMemory(4));
  if (opcode === 0x9d) return [write(register(RSP), 'add', register(RSP), constant(operands.pointerSize))];
  if (opcode === 0x9f || (opcode >= 0x27 && opcode <= 0x3f)) return unknownIn(RAX);
  if (opcode >= 0xe0 && opcode <= 0xe2) return unknownIn(RCX);
  if (opcode === 0xe4 || opcode === 0xe5 || opcode === 0xec || opcode === 0xed || opcode === 0xd7)
    return unknownIn(RAX);
  if (opcode === 0xd4 || opcode === 0xd5 || opcode === 0xd6) return unknownIn(RAX);
  if (opcode === 0x6c || opcode === 0x6d) {
    return [write(memoryAt(RDI, 0, UNBOUNDED), 'unknown'), ...unknownIn(RDI, RCX)];
  }
  if (opcode === 0x6e || opcode === 0x6f) return unknownIn(RSI, RCX);
  if (opcode === 0x60) {
    return [write(memoryAt(RSP, -32, 32), 'unknown'), write(register(RSP), 'subtract', register(RSP), constant(32))];
  }
  if (opcode === 0x61) {
    return [...unknownIn(RAX, RCX, RDX, 3, RBP, RSI, RDI), write(register(RSP), 'add', register(RSP), constant(32))];
  }
  if (opcode === 0xc8) return [write(memoryAt(RSP, -UNBOUNDED, UNBOUNDED), 'unknown'), ...unknownIn(RSP, RBP)];
  if (opcode === 0xc4 || opcode === 0xc5) return unknownIn(operands.middle);
  if (opcode === 0xc9) {
    const size = operands.pointerSize;
    return [
      write(register(RSP), 'add', register(RBP), constant(size)),
      write(register(RBP), 'copy', memoryAt(RBP, 0, size)),
    ];
  }
  return NO_STATEMENTS;
}

function liftX87(operands: Operands): Statements {
  if (operands.isMemory) return [write(operands.memory(UNBOUNDED), 'unknown')];
  const isStoreStatus = operands.decoder.opcode === 0xdf && operands.decoder.modrm === 0xe0;
  return isStoreStatus ? unknownIn(RAX) : NO_STATEMENTS;
}

function liftExchange(operands: Operands): Statements {
  const isByte = operands.decoder.opcode === 0x86;
  const field = (number: number): number => (isByte ? byteRegister(operands, number).register : number);
  const other = operands.isMemory ? operands.memory(operands.width) : register(field(operands.low));
  return [write(other, 'unknown'), write(register(field(operands.middle)), 'unknown')];
}

function liftOneByte(operands: Operands, code: CodeBytes, offset: number): Statements {
  const { decoder } = operands;
  const { opcode } = decoder;
  if (opcode < 0x40) {
    if ((opcode & 7) < 6) return liftAlu(operands);
    if (opcode < 0x20) {
      // Segment registers on the stack, 32-bit code only.
      const delta: Operation = (opcode & 1) === 0 ? 'subtract' : 'add';
      return [write(memoryAt(RSP, -4, 4), 'unknown'), write(register(RSP), delta, register(RSP), constant(4))];
    }
    return liftRest(operands);
  }
  if (opcode < 0x50) {
    const target = register(opcode & 7);
    if (operands.width !== 4) return [write(target, 'unknown')];
    return [write(target, opcode < 0x48 ? 'add' : 'subtract', target, constant(1))];
  }
  if (opcode < 0x58) return liftPush(operands, register(operands.opcodeRegister));
  if (opcode < 0x60) return liftPop(operands, register(operands.opcodeRegister));
  if (opcode === 0x63) {
    return decoder.is64Bit
      ? [write(register(operands.middle), 'copy', operands.rm(4))]
      : [write(operands.rm(2), 'unknown')];
  }
  if (opcode === 0x68 || opcode === 0x6a) return liftPush(operands, operands.immediate());
  if (opcode === 0x69 || opcode === 0x6b) {
    const operation: Operation = operands.width >= 4 ? 'multiply' : 'unknown';
    return [write(register(operands.middle), operation, operands.rm(operands.width), operands.immediate())];
  }
  if (opcode >= 0x80 && opcode <= 0x83) return liftAlu(operands);
  if (opcode === 0x86 || opcode === 0x87) return liftExchange(operands);
  if ((opcode >= 0x88 && opcode <= 0x8f) || opcode === 0xc6 || opcode === 0xc7) return liftMove(operands);
  if (opcode >= 0xa0 && opcode <= 0xa3) return liftOffsetMove(operands, code, offset);
  if ((opcode >= 0xa4 && opcode <= 0xa7) || (opcode >= 0xaa && opcode <= 0xaf)) return liftString(operands);
  if (opcode >= 0xb0 && opcode <= 0xb7) {
    return [writeRegister(operands, operands.opcodeRegister, 1, 'copy', operands.immediate())];
  }
  if (opcode >= 0xb8 && opcode <= 0xbf) {
    if (operands.width === 8) {
      const upper = read32(code.bytes, offset + decoder.length - 4);
      return [wideCopy(register(operands.opcodeRegister), wideConstant(decoder.immediate, upper))];
    }
    return [writeRegister(operands, operands.opcodeRegister, operands.width, 'copy', operands.immediate())];
  }
  if ((opcode >= 0xc0 && opcode <= 0xc1) || (opcode >= 0xd0 && opcode <= 0xd3)) return liftShift(operands);
  if (opcode >= 0xd8 && opcode <= 0xdf) return liftX87(operands);
  if (opcode === 0xf6 || opcode === 0xf7) return liftUnary(operands);
  if (opcode === 0xfe || opcode === 0xff) return liftGroup5(operands);
  return liftRest(operands);
}

/** Statements of the instruction `decoder` has just read at `offset`. */
export function liftInstruction(
  decoder: LengthDecoder,
  code: CodeBytes,
  offset: number,
  imageBase: number,
): Statements {
  const operands = new Operands(decoder, code.rva + offset, imageBase);
  if (!decoder.valid) return NO_STATEMENTS;
  if (decoder.map === MAP_ONE_BYTE && !decoder.vector) return liftOneByte(operands, code, offset);
  return liftTwoByte(operands, decoder.map === MAP_0F && !decoder.vector);
}
