/**
 * Fuzz target: machine code in a sound image, for decoders, value search and wrappers. The first byte chooses the
 * machine, the rest is code; calls of imports are put in so that there is something to search for.
 */
import path from 'node:path';
import { scanImage } from '../../../server/core/binary/scanImage';
import { buildImage, CODE_RVA, le32 } from '../../unit/core/binary/imageBuilder';
import { joinBytes, mutateBytes } from '../mutate';
import type { Random } from '../random';
import type { FuzzTarget } from '../target';
import { checkImage, imageLayout, imagesIn } from './image';

const MACHINES = ['x64', 'x86', 'arm64'] as const;
const MOST_CODE = 0x2800;
const IMPORTS = ['ExAllocatePoolWithTag', 'ExFreePoolWithTag', 'KeQueryTick', 'WdfVersionBind'];

/** Bytes in the code that stand for a call of the import with that number: `CA 11` and the number. */
const CALL_MARK = [0xca, 0x11] as const;

/** Instructions that lead somewhere: moves of constants, jumps back and forth, jump tables, stack moves, literal loads. */
const PIECES: readonly (readonly number[])[] = [
  [0xb9, 0x46, 0x72, 0x65, 0x64],
  [0x41, 0xb8, 0x46, 0x72, 0x65, 0x64],
  [0x68, 0x46, 0x72, 0x65, 0x64],
  [0xeb, 0xf0],
  [0x74, 0x08],
  [0xe8, 0x10, 0, 0, 0],
  [0xe9, 0xe0, 0xff, 0xff, 0xff],
  [0x48, 0x8b, 0xc4],
  [0x48, 0x83, 0xec, 0x28],
  [0xff, 0x24, 0xc5, 0, 0x10, 0, 0],
  [0x0f, 0x44, 0xc1],
  [0xc2, 0x08, 0],
  [0x20, 0x00, 0x80, 0xd2],
  [0xc8, 0xcc, 0x8c, 0x52],
  [0xa8, 0xac, 0xac, 0x72],
  [0x00, 0x01, 0x3f, 0xd6],
  [0xf3, 0x53, 0xbe, 0xa9],
  [0xe1, 0xff, 0xff, 0x54],
  [0x08, 0x00, 0x00, 0x90],
  [0x00, 0x01, 0x1f, 0xd6],
];

/** Puts calls where the marks stand: call [slot] on x86 and x64; adrp, ldr, blr on ARM64. */
function linkCalls(bytes: Uint8Array, machine: (typeof MACHINES)[number], slotOf: (name: string) => number): number[] {
  const code: number[] = [];
  for (let index = 0; index < bytes.length && code.length < MOST_CODE; index += 1) {
    if (bytes[index] !== CALL_MARK[0] || bytes[index + 1] !== CALL_MARK[1]) {
      code.push(bytes[index] ?? 0);
      continue;
    }
    const slot = slotOf(IMPORTS[(bytes[index + 2] ?? 0) % IMPORTS.length] ?? '');
    index += 2;
    const at = CODE_RVA + code.length;
    if (machine === 'x64') code.push(0xff, 0x15, ...le32(slot - at - 6));
    else if (machine === 'x86') code.push(0xff, 0x15, ...le32(slot + 0x10000));
    else {
      while (code.length % 4 !== 0) code.push(0);
      const pages = (slot >> 12) - ((CODE_RVA + code.length) >> 12);
      const page = (0x90000008 | ((pages & 3) << 29) | ((pages >> 2) << 5)) >>> 0;
      const load = 0xf9400108 | (((slot & 0xfff) >> 3) << 10);
      for (const word of [page, load, 0xd63f0100]) code.push(...le32(word | 0));
    }
  }
  return code;
}

export function codeImage(input: Uint8Array): Uint8Array {
  const machine = MACHINES[(input[0] ?? 0) % MACHINES.length] ?? 'x64';
  const functions = [
    { begin: CODE_RVA, end: CODE_RVA + 0x400 },
    { begin: CODE_RVA + 0x400, end: CODE_RVA + MOST_CODE },
  ];
  return buildImage({
    machine,
    imports: [{ module: 'ntoskrnl.exe', functions: IMPORTS }],
    ...(machine === 'x86' ? {} : { functions }),
    exports: [{ name: 'DriverEntry', rva: CODE_RVA }],
    code: (slotOf) => linkCalls(input.subarray(1), machine, slotOf),
  });
}

function mutateCode(input: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  if (random.chance(2)) return mutateBytes(input, random, other).slice(0, MOST_CODE);
  let bytes: Uint8Array = Uint8Array.from(input);
  for (let left = 1 + random.below(8); left > 0; left -= 1) {
    const call = [...CALL_MARK, random.below(4)];
    const piece = Uint8Array.from(random.chance(3) ? call : (random.pickSome(PIECES) ?? call));
    const at = 1 + random.below(bytes.length);
    const count = random.chance(12) ? 1 + random.below(600) : 1;
    const behind = random.chance(2) ? at + piece.length : at;
    bytes = joinBytes(bytes.subarray(0, at), ...Array.from({ length: count }, () => piece), bytes.subarray(behind));
  }
  return bytes.slice(0, MOST_CODE);
}

export const codeTarget: FuzzTarget = {
  name: 'code',
  seeds: (root) =>
    imagesIn(path.join(root, 'test/fixtures')).map((image) => {
      const { fileHeader, sections } = imageLayout(image);
      const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
      const machine = { 0x8664: 0, 0x14c: 1, 0xaa64: 2 }[view.getUint16(fileHeader, true)] ?? 0;
      const raw = view.getUint32(sections + 20, true);
      return joinBytes(Uint8Array.of(machine), image.subarray(raw, raw + 0x400));
    }),
  accepts: () => false,
  mutate: mutateCode,
  run: (input) => {
    const image = codeImage(input);
    checkImage(image);
    // The image around the code is sound: whatever the code, it is read.
    if (scanImage(image, { file: 'a.sys' }).image === undefined) throw new Error('a sound image was refused');
  },
};
