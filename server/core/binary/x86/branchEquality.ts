/**
 * What a conditional branch proves: after `test ebx, ebx` and `jne`, the path that goes straight on has zero in ebx.
 * Only equality with a constant; other conditions prove nothing here.
 */
import type { CodeBytes } from '../code/architecture';
import type { BranchEquality } from '../code/branchEquality';
import type { FunctionCode } from '../code/functionCode';
import { register } from '../code/statement';
import type { LengthDecoder } from './lengthDecoder';
import { MAP_0F, MAP_ONE_BYTE } from './lengthDecoder';
import { Operands } from './operands';

/** Instructions between the comparison and its branch. */
const COMPARE_DISTANCE = 5;

/** je: true; jne: false; others: undefined. */
function equalWhenTaken({ map, opcode }: LengthDecoder): boolean | undefined {
  const isShort = map === MAP_ONE_BYTE && (opcode & 0xf0) === 0x70;
  const isNear = map === MAP_0F && (opcode & 0xf0) === 0x80;
  if (!isShort && !isNear) return undefined;
  if ((opcode & 0xf) === 4) return true;
  return (opcode & 0xf) === 5 ? false : undefined;
}

/** Moves leave the flags alone. */
function keepsFlags({ map, opcode, vector }: LengthDecoder): boolean {
  if (vector) return false;
  if (map === MAP_0F) {
    const isConditional = (opcode & 0xf0) === 0x40 || (opcode & 0xf0) === 0x90;
    return isConditional || opcode === 0xb6 || opcode === 0xb7 || opcode === 0xbe || opcode === 0xbf || opcode === 0x1f;
  }
  if (map !== MAP_ONE_BYTE) return false;
  if (opcode >= 0x88 && opcode <= 0x8d) return true;
  if (opcode >= 0xb0 && opcode <= 0xbf) return true;
  return (
    (opcode >= 0x50 && opcode <= 0x5f) ||
    opcode === 0xc6 ||
    opcode === 0xc7 ||
    opcode === 0x68 ||
    opcode === 0x6a ||
    opcode === 0x90
  );
}

/** Operand and constant an instruction's zero flag compares, for operands of 32 bits and more. */
function comparison(
  decoder: LengthDecoder,
  rva: number,
  imageBase: number,
): Omit<BranchEquality, 'at' | 'whenTaken'> | undefined {
  if (decoder.map !== MAP_ONE_BYTE || decoder.vector) return undefined;
  const operands = new Operands(decoder, rva, imageBase);
  const { width } = operands;
  const { opcode, modrm } = decoder;
  if (width < 4) return undefined;
  const middle = (modrm >> 3) & 7;
  if (opcode === 0x85) {
    const isSame = !operands.isMemory && operands.low === operands.middle;
    return isSame ? { operand: register(operands.low), value: 0 } : undefined;
  }
  if (opcode === 0x3d) return { operand: register(0), value: decoder.immediate >>> 0 };
  if (opcode === 0x81 || opcode === 0x83) {
    if (middle === 7) return { operand: operands.rm(width), value: decoder.immediate >>> 0 };
    // adc and sbb need the carry as well, but their zero flag still tells the result.
    return operands.isMemory ? undefined : { operand: register(operands.low), value: 0 };
  }
  if (opcode < 0x38 && (opcode & 7) === 1 && !operands.isMemory) return { operand: register(operands.low), value: 0 };
  if (opcode < 0x38 && (opcode & 7) === 3) return { operand: register(operands.middle), value: 0 };
  return undefined;
}

/** The equality that one of the branch's two ways proves, or undefined. */
export function branchEquality(
  decoder: LengthDecoder,
  code: FunctionCode,
  index: number,
  imageBase: number,
): BranchEquality | undefined {
  const first = code.blockStart(code.blockOf(index));
  const bytes = codeOf(code, index);
  if (bytes === undefined) return undefined;
  decoder.decode(bytes.bytes, code.address(index) - bytes.rva);
  const whenTaken = equalWhenTaken(decoder);
  if (whenTaken === undefined) return undefined;
  for (let at = index - 1; at >= Math.max(first, index - COMPARE_DISTANCE); at -= 1) {
    decoder.decode(bytes.bytes, code.address(at) - bytes.rva);
    if (keepsFlags(decoder)) continue;
    const compared = comparison(decoder, code.address(at), imageBase);
    return compared && { operand: compared.operand, value: compared.value, at, whenTaken };
  }
  return undefined;
}

function codeOf(code: FunctionCode, index: number): CodeBytes | undefined {
  return code.rangeAt(code.address(index))?.code;
}
