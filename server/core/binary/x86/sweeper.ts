/**
 * Cuts x86 and x64 code into instructions at the speed of a table: length, flow and target of what compilers mostly write,
 * with at most a REX prefix. Whatever is rarer goes to the length decoder, with which it always agrees.
 */
import {
  FLOW_BRANCH,
  FLOW_CALL,
  FLOW_CALL_INDIRECT,
  FLOW_JUMP,
  FLOW_JUMP_INDIRECT,
  FLOW_NEXT,
  FLOW_RETURN,
  FLOW_STOP,
} from '../code/flow';
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

/** Kind of an opcode: its flow, or one of these. */
const BY_MODRM = 8;
const RARE = 9;

/** Opcodes 0F xx follow the one-byte opcodes in the tables. */
const SECOND_MAP = 256;

interface Tables {
  /** Immediate bytes, with MODRM_FOLLOWS. */
  readonly layout: Uint8Array;
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
  const kind = new Uint8Array(SECOND_MAP * 2);
  const oneByte = is64Bit ? ONE_BYTE_64 : ONE_BYTE_32;
  const setFlow = (flow: number, ...opcodes: readonly number[]): void => {
    for (const opcode of opcodes) kind[opcode] = flow;
  };
  for (let opcode = 0; opcode < SECOND_MAP * 2; opcode += 1) {
    const shape = (opcode < SECOND_MAP ? oneByte[opcode] : TWO_BYTE[opcode - SECOND_MAP]) ?? 0;
    const modrm = (shape & MODRM) !== 0 ? MODRM_FOLLOWS : 0;
    layout[opcode] = modrm | ((shape & IMM_V) !== 0 ? WIDE_UNDER_REX : 0) | immediateBytes(shape);
    const isBranch =
      opcode < SECOND_MAP ? (opcode & 0xf0) === 0x70 || (opcode & 0xfc) === 0xe0 : (opcode & 0xf0) === 0x80;
    if (isBranch) kind[opcode] = FLOW_BRANCH;
    if ((shape & (INVALID | MOFFS)) !== 0) kind[opcode] = RARE;
  }
  setFlow(FLOW_CALL, 0xe8);
  setFlow(FLOW_JUMP, 0xe9, 0xeb);
  setFlow(FLOW_RETURN, 0xc2, 0xc3, 0xca, 0xcb, 0xcf, SECOND_MAP + 0x07, SECOND_MAP + 0x35, SECOND_MAP + 0xaa);
  setFlow(FLOW_STOP, 0xcc, SECOND_MAP + 0x0b, SECOND_MAP + 0xb9, SECOND_MAP + 0xff);
  setFlow(BY_MODRM, 0xff);
  // Prefixes, escapes to other maps and VEX; immediates that depend on ModRM; int, far calls and jumps; control registers.
  setFlow(RARE, 0x0f, 0x62, 0x8f, 0x9a, 0xc4, 0xc5, 0xcd, 0xea, 0xf6, 0xf7);
  setFlow(RARE, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3);
  for (const opcode of [0x20, 0x21, 0x22, 0x23, 0x38, 0x3a, 0x78]) kind[SECOND_MAP + opcode] = RARE;
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
    if (kind >= FLOW_BRANCH && kind <= FLOW_CALL) {
      this.target = at + (immediate === 1 ? ((bytes[at - 1] ?? 0) << 24) >> 24 : read32(bytes, at - 4));
    }
  }

  #decode(bytes: Uint8Array, start: number): void {
    this.#decoder.decode(bytes, start);
    ({ length: this.length, flow: this.flow, target: this.target } = this.#decoder);
  }
}

/** inc, dec, call, far call, jmp, far jmp, push. */
function flowOfGroup5(middle: number): number {
  if (middle === 2 || middle === 3) return FLOW_CALL_INDIRECT;
  return middle === 4 || middle === 5 ? FLOW_JUMP_INDIRECT : FLOW_NEXT;
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
