/**
 * Quick look at what an x86 or x64 instruction does to rsp and rbp: pushes and pops by their opcode, the rest by registers
 * named. Errs towards "look closer".
 */
import { LARGEST_STEP, STACK_ADDRESS, STACK_COMPLEX } from '../code/stackEffect';
import type { LengthDecoder } from './lengthDecoder';
import { MAP_0F, MAP_ONE_BYTE } from './lengthDecoder';
import { RBP, RSP } from './registers';

function isStackRegister(number: number): boolean {
  return number === RSP || number === RBP;
}

/** Distance, or a value of `code/stackEffect.ts`. */
export function stackEffect(decoder: LengthDecoder, pointerSize: number): number {
  const { opcode, map, modrm, rex } = decoder;
  if (map !== MAP_ONE_BYTE || decoder.vector) {
    if (modrm >= 0) return byRegisters(decoder);
    // push and pop of FS and GS
    if (map === MAP_0F && (opcode & 0xf6) === 0xa0 && !decoder.vector) return STACK_COMPLEX;
    const isSwap = map === MAP_0F && opcode >= 0xc8;
    return isSwap && isStackRegister((opcode & 7) | ((rex & 1) << 3)) ? STACK_COMPLEX : 0;
  }
  if (opcode === 0x8f) return STACK_COMPLEX;
  if (opcode >= 0x50 && opcode <= 0x5f) {
    if (decoder.operandSize16) return STACK_COMPLEX;
    const target = (opcode & 7) | ((rex & 1) << 3);
    // Handed to a call, the pointer leads into the frame.
    if (opcode < 0x58) return isStackRegister(target) ? STACK_COMPLEX : -pointerSize;
    return isStackRegister(target) ? STACK_COMPLEX : pointerSize;
  }
  if (opcode === 0x68 || opcode === 0x6a) return decoder.operandSize16 ? STACK_COMPLEX : -pointerSize;
  if (opcode === 0xff && ((modrm >> 3) & 7) === 6) return decoder.operandSize16 ? STACK_COMPLEX : -pointerSize;
  if (opcode === 0x81 || opcode === 0x83) return byImmediate(decoder);
  if (modrm >= 0) return byRegisters(decoder);
  return withoutModrm(decoder);
}

/** add, sub, and, cmp … with a constant. */
function byImmediate(decoder: LengthDecoder): number {
  const { modrm, rex, immediate } = decoder;
  if (modrm >> 6 !== 3) return 0;
  const target = (modrm & 7) | ((rex & 1) << 3);
  const kind = (modrm >> 3) & 7;
  if (!isStackRegister(target) || kind === 7) return 0;
  const isStep = target === RSP && (kind === 0 || kind === 5) && Math.abs(immediate) <= LARGEST_STEP;
  if (!isStep) return STACK_COMPLEX;
  return kind === 0 ? immediate : -immediate;
}

/** Instructions with ModRM: whichever of their registers is rsp or rbp. */
function byRegisters(decoder: LengthDecoder): number {
  const { modrm, rex, sib, opcode, map } = decoder;
  const middle = ((modrm >> 3) & 7) | ((rex & 4) << 1);
  const low = (modrm & 7) | ((rex & 1) << 3);
  // Moves from control and debug registers have no memory form.
  const isSystemMove = map === MAP_0F && opcode >= 0x20 && opcode <= 0x23 && !decoder.vector;
  if (modrm >> 6 === 3 || isSystemMove) {
    if (!isStackRegister(low) && !isStackRegister(middle)) return 0;
    const isMove = map === MAP_ONE_BYTE && (opcode === 0x89 || opcode === 0x8b);
    const target = opcode === 0x8b ? middle : low;
    return isMove && !isStackRegister(target) ? STACK_ADDRESS : STACK_COMPLEX;
  }
  const isLea = map === MAP_ONE_BYTE && opcode === 0x8d;
  if (isLea && !isStackRegister(middle)) {
    const base = sib >= 0 ? (sib & 7) | ((rex & 1) << 3) : low;
    const index = sib >= 0 ? ((sib >> 3) & 7) | ((rex & 2) << 2) : base;
    return isStackRegister(base) || index === RBP ? STACK_ADDRESS : 0;
  }
  if (map === MAP_ONE_BYTE && opcode === 0x89) return middle === RSP ? STACK_ADDRESS : storesFrame(middle);
  const isFarLoad = opcode === 0xc4 || opcode === 0xc5;
  const hasOpcodeInMiddle =
    map === MAP_ONE_BYTE && !isFarLoad && (opcode >= 0xc0 || (opcode >= 0x80 && opcode <= 0x83));
  return !hasOpcodeInMiddle && isStackRegister(middle) ? STACK_COMPLEX : 0;
}

/** A frame pointer that holds a stack address leaves the function's sight when it is stored. */
function storesFrame(register: number): number {
  return register === RBP ? STACK_ADDRESS : 0;
}

function withoutModrm({ opcode, rex }: LengthDecoder): number {
  const isFrameConstant = opcode === 0xb8 + RBP || opcode === 0xb8 + RSP;
  const isExchange = opcode === 0x90 + RSP || opcode === 0x90 + RBP;
  const isIncrement = opcode === 0x40 + RSP || opcode === 0x40 + RBP || opcode === 0x48 + RSP || opcode === 0x48 + RBP;
  const isByteConstant = rex !== 0 && (opcode === 0xb0 + RSP || opcode === 0xb0 + RBP);
  if (isFrameConstant || isByteConstant || isExchange || isIncrement) return STACK_COMPLEX;
  switch (opcode) {
    case 0x06:
    case 0x07:
    case 0x0e:
    case 0x16:
    case 0x17:
    case 0x1e:
    case 0x1f:
    case 0x60:
    case 0x61:
    case 0x9c:
    case 0x9d:
    case 0xc8:
    case 0xc9:
      return STACK_COMPLEX;
    default:
      return 0;
  }
}
