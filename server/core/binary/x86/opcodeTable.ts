/**
 * Shapes of x86 and x64 instructions by opcode: does a ModRM byte follow, and which immediate.
 * Only what the length needs. Source: Intel SDM volume 2, appendix A. Where Intel and AMD differ, Intel's reading.
 */

/** A ModRM byte follows. */
export const MODRM = 0x01;
/** An 8-bit immediate follows. */
export const IMM8 = 0x02;
/** 16 bits with an operand-size prefix, else 32. */
export const IMM_Z = 0x04;
/** As IMM_Z, but 64 bits under REX.W (mov r64, imm64). */
export const IMM_V = 0x08;
export const IMM16 = 0x10;
/** An address-sized displacement (mov eax, moffs). */
export const MOFFS = 0x20;
/** A branch displacement: 32 bits in 64-bit code whatever the prefixes, else as IMM_Z. */
export const REL_Z = 0x40;
/** Not an instruction. */
export const INVALID = 0x80;

/** Fills `table` from ranges of opcodes, both ends included. */
function fill(table: Uint8Array, rows: readonly (readonly [from: number, to: number, shape: number])[]): Uint8Array {
  for (const [from, to, shape] of rows) table.fill(shape, from, to + 1);
  return table;
}

function oneByteTable(is64Bit: boolean): Uint8Array {
  const only32 = is64Bit ? INVALID : 0;
  const table = new Uint8Array(256);
  for (let row = 0; row < 0x40; row += 8) {
    table.fill(MODRM, row, row + 4);
    table[row + 4] = IMM8;
    table[row + 5] = IMM_Z;
    table.fill(only32, row + 6, row + 8);
  }
  return fill(table, [
    [0x60, 0x61, only32],
    [0x62, 0x63, MODRM],
    [0x68, 0x68, IMM_Z],
    [0x69, 0x69, MODRM | IMM_Z],
    [0x6a, 0x6a, IMM8],
    [0x6b, 0x6b, MODRM | IMM8],
    [0x70, 0x7f, IMM8],
    [0x80, 0x80, MODRM | IMM8],
    [0x81, 0x81, MODRM | IMM_Z],
    [0x82, 0x82, is64Bit ? INVALID : MODRM | IMM8],
    [0x83, 0x83, MODRM | IMM8],
    [0x84, 0x8f, MODRM],
    [0x9a, 0x9a, is64Bit ? INVALID : IMM_Z | IMM16],
    [0xa0, 0xa3, MOFFS],
    [0xa8, 0xa8, IMM8],
    [0xa9, 0xa9, IMM_Z],
    [0xb0, 0xb7, IMM8],
    [0xb8, 0xbf, IMM_V],
    [0xc0, 0xc1, MODRM | IMM8],
    [0xc2, 0xc2, IMM16],
    [0xc4, 0xc5, MODRM],
    [0xc6, 0xc6, MODRM | IMM8],
    [0xc7, 0xc7, MODRM | IMM_Z],
    [0xc8, 0xc8, IMM16 | IMM8],
    [0xca, 0xca, IMM16],
    [0xcd, 0xcd, IMM8],
    [0xce, 0xce, only32],
    [0xd0, 0xd3, MODRM],
    [0xd4, 0xd5, is64Bit ? INVALID : IMM8],
    [0xd6, 0xd6, only32],
    [0xd8, 0xdf, MODRM],
    [0xe0, 0xe7, IMM8],
    [0xe8, 0xe9, REL_Z],
    [0xea, 0xea, is64Bit ? INVALID : IMM_Z | IMM16],
    [0xeb, 0xeb, IMM8],
    [0xf6, 0xf7, MODRM],
    [0xfe, 0xff, MODRM],
  ]);
}

/** Opcodes after 0F; 38 and 3A lead to further maps, whose opcodes all carry ModRM. */
function twoByteTable(): Uint8Array {
  return fill(new Uint8Array(256).fill(MODRM), [
    [0x04, 0x04, INVALID],
    [0x05, 0x09, 0],
    [0x0a, 0x0a, INVALID],
    [0x0b, 0x0b, 0],
    [0x0c, 0x0c, INVALID],
    [0x0e, 0x0e, 0],
    [0x0f, 0x0f, MODRM | IMM8],
    [0x24, 0x27, INVALID],
    [0x30, 0x35, 0],
    [0x36, 0x36, INVALID],
    [0x37, 0x37, 0],
    [0x39, 0x39, INVALID],
    [0x3b, 0x3f, INVALID],
    [0x70, 0x73, MODRM | IMM8],
    [0x77, 0x77, 0],
    [0x7a, 0x7b, INVALID],
    [0x80, 0x8f, REL_Z],
    [0xa0, 0xa2, 0],
    [0xa4, 0xa4, MODRM | IMM8],
    [0xa8, 0xaa, 0],
    [0xac, 0xac, MODRM | IMM8],
    [0xba, 0xba, MODRM | IMM8],
    [0xc2, 0xc2, MODRM | IMM8],
    [0xc4, 0xc6, MODRM | IMM8],
    [0xc8, 0xcf, 0],
  ]);
}

export const ONE_BYTE_32 = oneByteTable(false);
export const ONE_BYTE_64 = oneByteTable(true);
export const TWO_BYTE = twoByteTable();
