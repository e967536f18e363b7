/**
 * Meaning of the 0F, VEX and EVEX opcodes: conditional moves, widening moves, and which of the rest write general registers.
 * Moves of vector registers are `liftVector.ts`; any other vector store makes the memory unknown.
 */
import { EVERY_VECTOR } from '../code/registerParts';
import type { Statements } from '../code/statement';
import { constant, memoryAt, NO_STATEMENTS, register, UNBOUNDED } from '../code/statement';
import { MAP_0F, MAP_0F38, MAP_0F3A, MAP_OTHER } from './lengthDecoder';
import { changedVectors, liftVectorMove } from './liftVector';
import type { Operands } from './operands';
import { byteRegister, unknownIn, write } from './operands';
import { R11, RAX, RBX, RCX, RDI, RDX, RSI, RSP } from './registers';

/** Opcodes of the 0F map that write the register in ModRM's middle field: cvt*2si, movmsk, bit scans, imul, lar, … */
const WRITES_MIDDLE = new Set([
  0x02, 0x03, 0x2c, 0x2d, 0x50, 0x93, 0xaf, 0xb2, 0xb4, 0xb5, 0xb8, 0xbc, 0xbd, 0xc5, 0xd7,
]);
/** Opcodes of the 0F map that write the operand in ModRM's low field: bit tests that set, shld, cmpxchg, mov from cr, … */
const WRITES_LOW = new Set([0x00, 0x01, 0x78, 0xa4, 0xa5, 0xab, 0xac, 0xad, 0xae, 0xb3, 0xba, 0xbb, 0xc7]);
/** Vector opcodes whose low operand is the target when it is memory. */
const VECTOR_STORES = new Set([0x11, 0x13, 0x17, 0x29, 0x2b, 0x7e, 0x7f, 0xc3, 0xd6, 0xe7, 0x91]);
const VECTOR_WIDTH = 64;

function liftWidening(operands: Operands, bytes: number, signed: boolean): Statements {
  const target = register(operands.middle);
  if (operands.width === 2) return [write(target, 'unknown')];
  if (operands.isMemory) return [write(target, signed ? 'unknown' : 'copy', operands.memory(bytes))];
  const source = bytes === 1 ? byteRegister(operands, operands.low) : { register: operands.low, shift: 0 };
  if (signed || source.shift !== 0) return [write(target, 'unknown')];
  return [write(target, 'and', register(source.register), constant(bytes === 1 ? 0xff : 0xffff))];
}

/** The byte becomes 0 or 1; the rest of the register stays, and is mostly zero. */
function liftSetCondition(operands: Operands): Statements {
  if (operands.isMemory) return [write(operands.memory(1), 'unknown')];
  const { register: number, shift } = byteRegister(operands, operands.low);
  const target = register(number);
  return [{ operation: 'flag', target, left: target, shift, bits: 8 }];
}

/** The register or memory in ModRM's low field becomes unknown. */
function clobberLow(operands: Operands, width: number): Statements {
  return [write(operands.isMemory ? operands.memory(width) : register(operands.low), 'unknown')];
}

function lowByte(operands: Operands): number {
  return byteRegister(operands, operands.low).register;
}

function liftPlain(operands: Operands): Statements {
  const { decoder } = operands;
  const { opcode } = decoder;
  if ((opcode & 0xf0) === 0x40) {
    const target = register(operands.middle);
    return [write(target, operands.width === 2 ? 'unknown' : 'select', target, operands.rm(operands.width))];
  }
  if ((opcode & 0xf0) === 0x90) return liftSetCondition(operands);
  if (opcode === 0xb6 || opcode === 0xb7) return liftWidening(operands, opcode === 0xb6 ? 1 : 2, false);
  if (opcode === 0xbe || opcode === 0xbf) return liftWidening(operands, opcode === 0xbe ? 1 : 2, true);
  if (opcode === 0xaf && operands.width >= 4) {
    return [write(register(operands.middle), 'multiply', register(operands.middle), operands.rm(operands.width))];
  }
  if (opcode === 0xb0 || opcode === 0xc0) {
    const other = opcode === 0xb0 ? RAX : byteRegister(operands, operands.middle).register;
    return [...(operands.isMemory ? clobberLow(operands, 1) : unknownIn(lowByte(operands))), ...unknownIn(other)];
  }
  if (opcode === 0xb1) return [...clobberLow(operands, 8), ...unknownIn(RAX)];
  if (opcode === 0xc1) return [...clobberLow(operands, 8), ...unknownIn(operands.middle)];
  // Control and debug registers have no memory form, whatever ModRM says.
  if (opcode === 0x20 || opcode === 0x21) return unknownIn(operands.low);
  if (opcode === 0xc7) return [...clobberLow(operands, 16), ...unknownIn(RAX, RDX), write(EVERY_VECTOR, 'unknown')];
  if (opcode >= 0xc8 && opcode <= 0xcf) return unknownIn(operands.opcodeRegister);
  if (opcode === 0xa2) return unknownIn(RAX, RBX, RCX, RDX);
  if (opcode === 0x05 || opcode === 0x34) return unknownIn(RAX, RCX, RDX, ...(decoder.is64Bit ? [R11] : []));
  if (opcode >= 0x30 && opcode <= 0x33) return opcode === 0x30 ? NO_STATEMENTS : unknownIn(RAX, RDX);
  if (opcode === 0x01)
    return [
      ...unknownIn(RAX, RBX, RCX, RDX),
      ...(operands.isMemory ? clobberLow(operands, 16) : unknownIn(operands.low)),
    ];
  // VIA's string instructions for random numbers, ciphers and hashes.
  if (opcode === 0xa6 || opcode === 0xa7) {
    return [write(memoryAt(RDI, 0, UNBOUNDED), 'unknown'), ...unknownIn(RAX, RBX, RCX, RDX, RSI, RDI)];
  }
  if (opcode === 0xa0 || opcode === 0xa8) {
    const size = operands.pointerSize;
    return [
      write(memoryAt(RSP, -size, size), 'unknown'),
      write(register(RSP), 'subtract', register(RSP), constant(size)),
    ];
  }
  if (opcode === 0xa1 || opcode === 0xa9) {
    return [write(register(RSP), 'add', register(RSP), constant(operands.pointerSize))];
  }
  if (opcode === 0xba && ((decoder.modrm >> 3) & 7) === 4) return NO_STATEMENTS;
  if (opcode === 0xae) return [...clobberLow(operands, VECTOR_WIDTH), write(EVERY_VECTOR, 'unknown')];
  return (mayChangeVectors(opcode) ? liftVectorMove(operands) : undefined) ?? liftVector(operands);
}

/** Ranges of the 0F map that hold vector instructions; FXRSTOR, XRSTOR and EMMS are others that change vectors. */
function mayChangeVectors(opcode: number): boolean {
  return (
    (opcode >= 0x10 && opcode <= 0x17) ||
    (opcode >= 0x28 && opcode <= 0x2f) ||
    (opcode >= 0x50 && opcode <= 0x7f) ||
    opcode === 0xc2 ||
    (opcode >= 0xc4 && opcode <= 0xc6) ||
    opcode >= 0xd0
  );
}

function liftVector(operands: Operands): Statements {
  const { opcode } = operands.decoder;
  const changed = mayChangeVectors(opcode) ? changedVectors(operands) : [];
  if (WRITES_MIDDLE.has(opcode)) return [...unknownIn(operands.middle), ...changed];
  if (WRITES_LOW.has(opcode)) return [...clobberLow(operands, VECTOR_WIDTH), ...changed];
  // maskmovq and maskmovdqu store where rdi points.
  if (opcode === 0xf7) return [write(memoryAt(RDI, 0, VECTOR_WIDTH), 'unknown')];
  if (VECTOR_STORES.has(opcode)) {
    if (operands.isMemory) return [write(operands.memory(VECTOR_WIDTH), 'unknown')];
    return opcode === 0x7e ? unknownIn(operands.low) : changed;
  }
  return changed;
}

/** Statements of an instruction outside the one-byte map. `plain`: the 0F map without VEX. */
export function liftTwoByte(operands: Operands, plain: boolean): Statements {
  const { decoder } = operands;
  if (plain) return liftPlain(operands);
  if (decoder.map === MAP_0F) return liftVector(operands);
  if (decoder.map === MAP_0F38) {
    // Compare-and-add (E0 to EF), movbe, crc32, adx and BMI (F0 to FF) write general registers; scatter and masked stores write memory.
    if (decoder.opcode >= 0xe0) {
      return [
        ...clobberLow(operands, 8),
        ...unknownIn(operands.middle),
        ...(decoder.vector ? unknownIn(decoder.vectorRegister) : []),
        ...changedVectors(operands),
      ];
    }
    return [
      ...(operands.isMemory ? [write(operands.memory(VECTOR_WIDTH), 'unknown')] : NO_STATEMENTS),
      ...changedVectors(operands),
    ];
  }
  if (decoder.map === MAP_0F3A) {
    // pextr and extract forms store to the low operand; the string comparisons return an index in RCX; rorx writes the middle one.
    if (decoder.opcode >= 0x60 && decoder.opcode <= 0x63) return [...unknownIn(RCX), ...changedVectors(operands)];
    if (decoder.opcode === 0xf0) return unknownIn(operands.middle);
    return [...clobberLow(operands, VECTOR_WIDTH), ...changedVectors(operands)];
  }
  if (decoder.map === MAP_OTHER) {
    return [
      ...unknownIn(operands.middle, decoder.vectorRegister),
      ...clobberLow(operands, VECTOR_WIDTH),
      write(EVERY_VECTOR, 'unknown'),
    ];
  }
  return NO_STATEMENTS;
}
