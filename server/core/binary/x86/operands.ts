/**
 * Operands of a decoded x86 or x64 instruction, and writes to whole or partial registers.
 * Forms addresses only; knows no opcode.
 */
import type { ConstantOperand, MemoryOperand, Operand, Operation, Statement, Statements } from '../code/statement';
import { constant, memoryAt, memoryOperand, NO_REGISTER, register, statementOf, wideCopy } from '../code/statement';
import type { LengthDecoder } from './lengthDecoder';
import { RSP } from './registers';

/** Operands of the instruction a decoder has just read. */
export class Operands {
  /** Bytes of the general operand size: 8 under REX.W, 2 with the prefix, else 4. */
  readonly width: number;
  readonly decoder: LengthDecoder;
  readonly imageBase: number;
  readonly #rva: number;

  constructor(decoder: LengthDecoder, rva: number, imageBase: number) {
    this.decoder = decoder;
    this.imageBase = imageBase;
    this.#rva = rva;
    this.width = (decoder.rex & 8) !== 0 ? 8 : decoder.operandSize16 ? 2 : 4;
  }

  get pointerSize(): number {
    return this.decoder.is64Bit ? 8 : 4;
  }

  /** ModRM's middle field with REX.R. */
  get middle(): number {
    return ((this.decoder.modrm >> 3) & 7) | ((this.decoder.rex & 4) << 1);
  }

  get isMemory(): boolean {
    return this.decoder.modrm >> 6 !== 3;
  }

  /** ModRM's low field as a register, with REX.B. */
  get low(): number {
    return (this.decoder.modrm & 7) | ((this.decoder.rex & 1) << 3);
  }

  /** The register in the opcode's low bits, with REX.B. */
  get opcodeRegister(): number {
    return (this.decoder.opcode & 7) | ((this.decoder.rex & 1) << 3);
  }

  immediate(): ConstantOperand {
    return constant(this.decoder.immediate);
  }

  memory(width: number): MemoryOperand {
    const { decoder } = this;
    // Not this image's memory, or an address this reader does not form: a memory operand with an opaque base.
    if (decoder.segment || decoder.addressSizePrefix) return opaqueMemory(width);
    const mod = decoder.modrm >> 6;
    let base = this.low;
    let index = NO_REGISTER;
    let scale = 1;
    if (decoder.sib >= 0) {
      index = ((decoder.sib >> 3) & 7) | ((decoder.rex & 2) << 2);
      if (index === RSP) index = NO_REGISTER;
      scale = 1 << (decoder.sib >> 6);
      base = (decoder.sib & 7) | ((decoder.rex & 1) << 3);
      if ((decoder.sib & 7) === 5 && mod === 0) base = NO_REGISTER;
    } else if ((decoder.modrm & 7) === 5 && mod === 0) {
      const rva = decoder.is64Bit ? this.#rva + decoder.length + decoder.displacement : this.#absolute();
      return memoryOperand(NO_REGISTER, index, scale, rva, true, width);
    }
    if (base === NO_REGISTER && !decoder.is64Bit) {
      return memoryOperand(base, index, scale, this.#absolute(), true, width);
    }
    return memoryOperand(base, index, scale, decoder.displacement, false, width);
  }

  /** ModRM's low operand: register or memory. */
  rm(width: number): Operand & Statement['target'] {
    return this.isMemory ? this.memory(width) : register(this.low);
  }

  #absolute(): number {
    return (this.decoder.displacement >>> 0) - this.imageBase;
  }
}

/** Memory that is not the stack and not the image. */
export function opaqueMemory(width: number): MemoryOperand {
  return memoryAt(NO_REGISTER, 0, width);
}

export function write(target: Statement['target'], operation: Operation, left?: Operand, right?: Operand): Statement {
  return statementOf(target, operation, left, right);
}

export function unknownIn(...registers: readonly number[]): Statements {
  return registers.map((number) => write(register(number), 'unknown'));
}

/** An 8-bit register field without REX names AH to BH from 4 on. */
export function byteRegister(operands: Operands, field: number): { readonly register: number; readonly shift: number } {
  if (operands.decoder.rex === 0 && field >= 4) return { register: field - 4, shift: 8 };
  return { register: field, shift: 0 };
}

/** Writes the low 8 or 16 bits of a register, or all of it. */
export function writeRegister(
  operands: Operands,
  field: number,
  width: number,
  operation: Operation,
  source?: Operand,
): Statement {
  if (width === 8 && operation === 'copy' && source !== undefined) return wideCopy(register(field), source);
  if (width >= 4) return write(register(field), operation, source);
  if (width === 2) return insert(field, 0, 16, operation === 'copy' ? source : undefined);
  const { register: number, shift } = byteRegister(operands, field);
  return insert(number, shift, 8, operation === 'copy' && isWhole(source) ? source : undefined);
}

/** Byte sources other than constants and memory would need the source's own shift. */
function isWhole(source: Operand | undefined): boolean {
  return source !== undefined && source.kind === 'constant';
}

function insert(field: number, shift: number, bits: number, source: Operand | undefined): Statement {
  if (source === undefined) return write(register(field), 'unknown');
  return { operation: 'insert', target: register(field), left: register(field), right: source, shift, bits };
}
