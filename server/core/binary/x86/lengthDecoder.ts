/**
 * Length, control flow and layout of one x86 or x64 instruction: prefixes, opcode map, ModRM, displacement, immediate.
 * Meaning is `lift.ts`. Bytes past the end read as zero, so the caller checks that the instruction fits.
 */
import { FLOW_NEXT, FLOW_STOP } from '../code/flow';
import { BY_IMMEDIATE, BY_MODRM, FLOW_TABLE, flowOfGroup5, flowOfInterrupt, isDirect, SECOND_MAP } from './flowTable';
import {
  IMM16,
  IMM8,
  IMM_V,
  IMM_Z,
  INVALID,
  MODRM,
  MOFFS,
  ONE_BYTE_32,
  ONE_BYTE_64,
  REL_Z,
  TWO_BYTE,
} from './opcodeTable';

/** The processor's limit. */
const LONGEST_INSTRUCTION = 15;

/** Opcode maps: `opcode` is the byte inside the map. */
export const MAP_ONE_BYTE = 0;
export const MAP_0F = 1;
export const MAP_0F38 = 2;
export const MAP_0F3A = 3;
/** AMD's XOP and EVEX's extra maps: vector instructions, no more is known. */
export const MAP_OTHER = 4;

/** Bytes that are prefixes: most instructions have none. */
function prefixTable(is64Bit: boolean): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of [0x66, 0x67, 0xf2, 0xf3, 0x64, 0x65, 0x26, 0x2e, 0x36, 0x3e, 0xf0]) table[byte] = 1;
  return is64Bit ? table.fill(1, 0x40, 0x50) : table;
}

const PREFIX_32 = prefixTable(false);
const PREFIX_64 = prefixTable(true);

/** One decoder a scan: `decode` overwrites the fields. */
export class LengthDecoder {
  /** Bytes of the instruction; an invalid one counts as one byte. */
  length = 1;
  valid = false;
  flow = FLOW_NEXT;
  /** Offset a direct branch, jump or call leads to; meaningless for other flows. */
  target = 0;
  map = MAP_ONE_BYTE;
  opcode = 0;
  /** REX byte, or the equivalent bits of VEX and EVEX; 0 without one. */
  rex = 0;
  /** VEX, EVEX or XOP encoded. */
  vector = false;
  /** VEX.vvvv: the register named by the prefix. */
  vectorRegister = 0;
  operandSize16 = false;
  addressSizePrefix = false;
  /** FS or GS override: the operand is not in this image. */
  segment = false;
  repeat = 0;
  modrm = -1;
  sib = -1;
  displacement = 0;
  /** Offset of the displacement's first byte, when it has 4 bytes; -1 otherwise. */
  displacementAt = -1;
  immediate = 0;
  immediateSize = 0;

  readonly #oneByte: Uint8Array;
  readonly #isPrefix: Uint8Array;

  constructor(readonly is64Bit: boolean) {
    this.#oneByte = is64Bit ? ONE_BYTE_64 : ONE_BYTE_32;
    this.#isPrefix = is64Bit ? PREFIX_64 : PREFIX_32;
  }

  /** Decodes the instruction at `start`. */
  decode(bytes: Uint8Array, start: number): void {
    this.#reset();
    let at = start;
    let shape: number;
    let first = bytes[at] ?? 0;
    if (this.#isPrefix[first] === 1) {
      at = this.#prefixes(bytes, start);
      first = bytes[at] ?? 0;
    }
    at += 1;
    if (first === 0x0f) {
      const second = bytes[at] ?? 0;
      at += 1;
      if (second === 0x38 || second === 0x3a) {
        this.map = second === 0x38 ? MAP_0F38 : MAP_0F3A;
        this.opcode = bytes[at] ?? 0;
        at += 1;
        shape = second === 0x38 ? MODRM : MODRM | IMM8;
      } else {
        this.map = MAP_0F;
        this.opcode = second;
        shape = TWO_BYTE[second] ?? 0;
      }
    } else if (this.#isVectorPrefix(first, bytes[at] ?? 0)) {
      at = this.#vectorPrefix(bytes, first, at);
      shape = this.#vectorShape(first);
    } else {
      this.opcode = first;
      shape = this.#oneByte[first] ?? 0;
    }
    if ((shape & INVALID) !== 0) {
      this.#invalidate();
      return;
    }
    if ((shape & MODRM) !== 0) {
      at = this.#modrm(bytes, at);
      shape = this.#shapeByModrm(shape);
    }
    if ((shape & ~MODRM) !== 0) at = this.#immediates(bytes, at, shape);
    this.length = at - start;
    if (this.length > LONGEST_INSTRUCTION) this.#invalidate();
    else if (this.map <= MAP_0F && !this.vector) this.#controlFlow(at);
  }

  #reset(): void {
    this.valid = true;
    this.flow = FLOW_NEXT;
    this.map = MAP_ONE_BYTE;
    this.rex = 0;
    this.vector = false;
    this.vectorRegister = 0;
    this.operandSize16 = false;
    this.addressSizePrefix = false;
    this.segment = false;
    this.repeat = 0;
    this.modrm = -1;
    this.sib = -1;
    this.displacement = 0;
    this.displacementAt = -1;
    this.immediate = 0;
    this.immediateSize = 0;
  }

  #invalidate(): void {
    this.length = 1;
    this.valid = false;
    this.flow = FLOW_STOP;
    this.modrm = -1;
    this.displacementAt = -1;
  }

  /** Legacy prefixes in any order, then REX, which counts only right before the opcode. */
  #prefixes(bytes: Uint8Array, start: number): number {
    for (let at = start; at < start + LONGEST_INSTRUCTION; at += 1) {
      const byte = bytes[at] ?? 0;
      if (this.is64Bit && (byte & 0xf0) === 0x40) {
        this.rex = byte;
        continue;
      }
      switch (byte) {
        case 0x66:
          this.operandSize16 = true;
          break;
        case 0x67:
          this.addressSizePrefix = true;
          break;
        case 0xf2:
        case 0xf3:
          this.repeat = byte;
          break;
        case 0x64:
        case 0x65:
          this.segment = true;
          break;
        case 0x26:
        case 0x2e:
        case 0x36:
        case 0x3e:
          // The last override counts; 64-bit code knows only FS and GS.
          if (!this.is64Bit) this.segment = false;
          break;
        case 0xf0:
          break;
        default:
          return at;
      }
      this.rex = 0;
    }
    return start + LONGEST_INSTRUCTION;
  }

  /** C4, C5, 62 and 8F are prefixes in 64-bit code, and in 32-bit code where the old instruction would be invalid. */
  #isVectorPrefix(first: number, second: number): boolean {
    if (first === 0xc4 || first === 0xc5 || first === 0x62) return this.is64Bit || (second & 0xc0) === 0xc0;
    return first === 0x8f && (second & 0x1f) >= 8;
  }

  #vectorPrefix(bytes: Uint8Array, first: number, from: number): number {
    let at = from;
    this.vector = true;
    const p0 = bytes[at] ?? 0;
    at += 1;
    if (first === 0xc5) {
      this.map = MAP_0F;
      this.rex = (~p0 >> 5) & 4;
      this.vectorRegister = (~p0 >> 3) & 0xf;
    } else {
      const p1 = bytes[at] ?? 0;
      at += 1;
      const map = p0 & (first === 0x62 ? 0x07 : 0x1f);
      this.map = map >= 1 && map <= 3 ? map : MAP_OTHER;
      this.rex = ((~p0 >> 5) & 7) | ((p1 >> 4) & 8);
      this.vectorRegister = (~p1 >> 3) & 0xf;
      if (first === 0x8f) this.immediateSize = map === 8 ? 1 : map === 10 ? 4 : 0;
      if (first === 0x62) at += 1;
    }
    this.opcode = bytes[at] ?? 0;
    return at + 1;
  }

  #vectorShape(first: number): number {
    if (first === 0x8f) {
      const size = this.immediateSize;
      this.immediateSize = 0;
      return size === 1 ? MODRM | IMM8 : size === 4 ? MODRM | IMM_Z : MODRM;
    }
    if (this.map === MAP_0F3A) return MODRM | IMM8;
    if (this.map !== MAP_0F) return MODRM;
    if (this.opcode === 0x77 && first !== 0x62) return 0;
    const shape = TWO_BYTE[this.opcode] ?? 0;
    return MODRM | (shape & IMM8);
  }

  #modrm(bytes: Uint8Array, from: number): number {
    let at = from;
    const modrm = bytes[at] ?? 0;
    at += 1;
    this.modrm = modrm;
    const mod = modrm >> 6;
    // Moves to and from control and debug registers have no memory form.
    if (mod === 3 || (this.map === MAP_0F && this.opcode >= 0x20 && this.opcode <= 0x23 && !this.vector)) return at;
    if (this.addressSizePrefix && !this.is64Bit) return this.#displacement16(at, mod, modrm & 7);
    let rm = modrm & 7;
    if (rm === 4) {
      this.sib = bytes[at] ?? 0;
      at += 1;
      rm = this.sib & 7;
    }
    if (mod === 1) {
      this.displacement = ((bytes[at] ?? 0) << 24) >> 24;
      return at + 1;
    }
    if (mod === 2 || rm === 5) {
      this.displacementAt = at;
      this.displacement = read32(bytes, at);
      return at + 4;
    }
    return at;
  }

  #displacement16(at: number, mod: number, rm: number): number {
    if (mod === 1) return at + 1;
    return mod === 2 || rm === 6 ? at + 2 : at;
  }

  /** The few opcodes whose immediate depends on ModRM's middle field or on a prefix. */
  #shapeByModrm(shape: number): number {
    const middle = (this.modrm >> 3) & 7;
    if (this.map === MAP_ONE_BYTE && !this.vector) {
      if (this.opcode === 0xf6 && middle < 2) return shape | IMM8;
      if (this.opcode === 0xf7 && middle < 2) return shape | IMM_Z;
    } else if (this.map === MAP_0F && this.opcode === 0x78 && (this.operandSize16 || this.repeat === 0xf2)) {
      return shape | IMM16; // SSE4a extrq and insertq carry two 8-bit immediates
    }
    return shape;
  }

  #immediates(bytes: Uint8Array, from: number, shape: number): number {
    let at = from;
    let size = 0;
    if ((shape & IMM_Z) !== 0) size = this.operandSize16 && (this.rex & 8) === 0 ? 2 : 4;
    else if ((shape & REL_Z) !== 0) size = this.operandSize16 && !this.is64Bit ? 2 : 4;
    else if ((shape & IMM_V) !== 0) size = (this.rex & 8) !== 0 ? 8 : this.operandSize16 ? 2 : 4;
    else if ((shape & MOFFS) !== 0) size = this.is64Bit !== this.addressSizePrefix ? (this.is64Bit ? 8 : 2) : 4;
    if (size > 0) {
      this.immediate = size === 2 ? read16(bytes, at) : read32(bytes, at);
      this.immediateSize = size;
      at += size;
    }
    if ((shape & IMM16) !== 0) {
      if (size === 0) this.immediate = read16(bytes, at) & 0xffff;
      this.immediateSize = 2;
      at += 2;
    }
    if ((shape & IMM8) !== 0) {
      if ((shape & IMM16) === 0) this.immediate = ((bytes[at] ?? 0) << 24) >> 24;
      this.immediateSize = 1;
      at += 1;
    }
    return at;
  }

  #controlFlow(end: number): void {
    const kind = FLOW_TABLE[this.map === MAP_0F ? SECOND_MAP + this.opcode : this.opcode] ?? FLOW_NEXT;
    if (kind === FLOW_NEXT) return;
    if (isDirect(kind)) this.#branch(kind, end);
    else if (kind === BY_MODRM) this.flow = flowOfGroup5((this.modrm >> 3) & 7);
    else this.flow = kind === BY_IMMEDIATE ? flowOfInterrupt(this.immediate) : kind;
  }

  #branch(flow: number, end: number): void {
    // In 32-bit code the operand-size prefix cuts the target to 16 bits: no program does that.
    if (this.operandSize16 && !this.is64Bit) {
      this.#invalidate();
      return;
    }
    this.flow = flow;
    this.target = end + this.immediate;
  }
}

/** Signed 32-bit value at `at`. */
export function read32(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}

function read16(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)) << 16) >> 16;
}
