/**
 * Cuts x86 and x64 code into instructions at the speed of a table: length, flow and target of what compilers mostly write,
 * with at most a REX prefix. Whatever is rarer goes to the length decoder, with which it always agrees.
 */
import { FLOW_NEXT } from '../code/flow';
import { BY_MODRM, FLOW_TABLE, flowOfGroup5, isDirect, SECOND_MAP } from './flowTable';
import { LengthDecoder, read32 } from './lengthDecoder';
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

/** In the table of flows: not decoded here. */
const RARE = 255;
/** Prefixes, escapes to other maps and VEX; immediates that depend on ModRM; int, far calls and jumps; control registers. */
const RARE_OPCODES = [
  ...[0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3],
  ...[0x0f, 0x62, 0x8f, 0x9a, 0xc4, 0xc5, 0xcd, 0xea, 0xf6, 0xf7],
  ...[0x20, 0x21, 0x22, 0x23, 0x38, 0x3a, 0x78].map((opcode) => SECOND_MAP + opcode),
];

interface Tables {
  /** Immediate bytes, with MODRM_FOLLOWS. */
  readonly layout: Uint8Array;
  /** Flow, BY_MODRM or RARE. */
  readonly kind: Uint8Array;
}

const MODRM_FOLLOWS = 0x80;
const WIDE_UNDER_REX = 0x40;
const SIZE = 0x3f;

function immediateBytes(shape: number): number {
  if ((shape & (IMM_Z | REL_Z | IMM_V)) !== 0) return 4;
  return ((shape & IMM16) !== 0 ? 2 : 0) + ((shape & IMM8) !== 0 ? 1 : 0);
}

function tablesOf(is64Bit: boolean): Tables {
  const layout = new Uint8Array(SECOND_MAP * 2);
  const kind = FLOW_TABLE.slice();
  const oneByte = is64Bit ? ONE_BYTE_64 : ONE_BYTE_32;
  for (let opcode = 0; opcode < SECOND_MAP * 2; opcode += 1) {
    const shape = (opcode < SECOND_MAP ? oneByte[opcode] : TWO_BYTE[opcode - SECOND_MAP]) ?? 0;
    const modrm = (shape & MODRM) !== 0 ? MODRM_FOLLOWS : 0;
    layout[opcode] = modrm | ((shape & IMM_V) !== 0 ? WIDE_UNDER_REX : 0) | immediateBytes(shape);
    if ((shape & (INVALID | MOFFS)) !== 0) kind[opcode] = RARE;
  }
  for (const opcode of RARE_OPCODES) kind[opcode] = RARE;
  if (is64Bit) kind.fill(RARE, 0x40, 0x50);
  return { layout, kind };
}

const TABLES_32 = tablesOf(false);
const TABLES_64 = tablesOf(true);

/** Fields describe the instruction last asked for; the same as the decoder's of those names. */
export class Sweeper {
  length = 1;
  flow = FLOW_NEXT;
  target = 0;
  readonly #layout: Uint8Array;
  readonly #kind: Uint8Array;
  readonly #decoder: LengthDecoder;

  constructor(private readonly is64Bit: boolean) {
    const { layout, kind } = is64Bit ? TABLES_64 : TABLES_32;
    this.#layout = layout;
    this.#kind = kind;
    this.#decoder = new LengthDecoder(is64Bit);
  }

  step(bytes: Uint8Array, start: number): void {
    let at = start;
    let opcode = bytes[at] ?? 0;
    let isWide = false;
    if (this.is64Bit && (opcode & 0xf0) === 0x40) {
      isWide = (opcode & 8) !== 0;
      at += 1;
      opcode = bytes[at] ?? 0;
    }
    at += 1;
    if (opcode === 0x0f) {
      opcode = SECOND_MAP | (bytes[at] ?? 0);
      at += 1;
    }
    const kind = this.#kind[opcode] ?? RARE;
    if (kind === RARE) {
      this.#decode(bytes, start);
      return;
    }
    const layout = this.#layout[opcode] ?? 0;
    this.flow = kind;
    if ((layout & MODRM_FOLLOWS) !== 0) {
      const modrm = bytes[at] ?? 0;
      if (kind === BY_MODRM) this.flow = flowOfGroup5((modrm >> 3) & 7);
      at = endOfModrm(bytes, at, modrm);
    }
    const immediate = layout & SIZE;
    at += isWide && (layout & WIDE_UNDER_REX) !== 0 ? 8 : immediate;
    this.length = at - start;
    if (isDirect(kind)) {
      this.target = at + (immediate === 1 ? ((bytes[at - 1] ?? 0) << 24) >> 24 : read32(bytes, at - 4));
    }
  }

  #decode(bytes: Uint8Array, start: number): void {
    this.#decoder.decode(bytes, start);
    ({ length: this.length, flow: this.flow, target: this.target } = this.#decoder);
  }
}

/** Offset behind ModRM, SIB and displacement. */
function endOfModrm(bytes: Uint8Array, at: number, modrm: number): number {
  const mod = modrm >> 6;
  if (mod === 3) return at + 1;
  let end = at + 1;
  let base = modrm & 7;
  if (base === 4) {
    base = (bytes[end] ?? 0) & 7;
    end += 1;
  }
  if (mod === 1) return end + 1;
  return mod === 2 || base === 5 ? end + 4 : end;
}
