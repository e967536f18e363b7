/** ARM64EC, ARM64X and CHPE: which code is whose, imports of the auxiliary table, what is not searched. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHybridMetadata } from '../../../../server/core/binary/hybridMetadata';
import { readPeImage } from '../../../../server/core/binary/peImage';
import { scanImage } from '../../../../server/core/binary/scanImage';
import { tagToText } from '../../../../src/shared/poolTag';
import type { TestMachine } from './imageBuilder';
import { buildImage, CODE_RVA, le32, le64, VARIABLES_RVA, WIDE_BASE, X86_BASE } from './imageBuilder';

const CONFIGURATION_SIZE = 0x140;
const METADATA = VARIABLES_RVA + CONFIGURATION_SIZE;
const CODE_MAP = METADATA + 0x60;
const AUXILIARY = CODE_MAP + 0x40;
const RFE_TABLE = AUXILIARY + 0x20;
const X64_CODE = CODE_RVA + 0x100;
const ARM64 = 0;
const ARM64EC = 1;
const X64 = 2;

/** begin, length, kind */
type Range = readonly [number, number, number];

interface Hybrid {
  readonly machine: TestMachine;
  readonly map: readonly Range[];
  readonly mapCount?: number;
  /** ARM64 words at CODE_RVA, after which x64 bytes begin at X64_CODE. */
  readonly words: (slot: (name: string) => number) => readonly number[];
  readonly x64?: (slot: (name: string) => number) => readonly number[];
}

function metadata({ machine, map, mapCount }: Hybrid): number[] {
  const bytes = new Array<number>(RFE_TABLE + 8 - VARIABLES_RVA).fill(0);
  const put = (rva: number, value: readonly number[]): void => {
    bytes.splice(rva - VARIABLES_RVA, value.length, ...value);
  };
  put(VARIABLES_RVA, le32(CONFIGURATION_SIZE));
  if (machine === 'x86') put(VARIABLES_RVA + 0x7c, le32(X86_BASE + METADATA));
  else put(VARIABLES_RVA + 0xc8, le64(WIDE_BASE + METADATA));
  put(METADATA, [...le32(1), ...le32(CODE_MAP), ...le32(mapCount ?? map.length)]);
  put(METADATA + 0x2c, le32(AUXILIARY));
  put(METADATA + 0x40, [...le32(RFE_TABLE), ...le32(8)]);
  map.forEach(([begin, length, kind], index) => {
    put(CODE_MAP + index * 8, [...le32(begin | kind), ...le32(length)]);
  });
  // Packed unwind data: flag 1, 16 words.
  put(RFE_TABLE, [...le32(CODE_RVA), ...le32(1 + 16 * 4)]);
  return bytes;
}

function build(hybrid: Hybrid): Uint8Array {
  return buildImage({
    machine: hybrid.machine,
    imports: [{ module: 'ntoskrnl.exe', functions: ['ExAllocatePoolWithTag', 'ExFreePoolWithTag'] }],
    code: (slot) => {
      const arm = hybrid.words(slot).flatMap(le32);
      if (hybrid.x64 === undefined) return arm;
      return [...arm, ...new Array<number>(0x100 - arm.length).fill(0), ...hybrid.x64(slot)];
    },
    variables: metadata(hybrid),
    variablesReadOnly: true,
    loadConfiguration: VARIABLES_RVA,
    directories: (slot) => ({ 12: [slot('ExAllocatePoolWithTag'), 24] }),
  });
}

function scan(hybrid: Hybrid): {
  readonly lines: readonly string[];
  readonly issues: readonly string[];
  form?: string;
} {
  const { sites, issues, image } = scanImage(build(hybrid), { file: '/drivers/toaster.sys' });
  assert.equal(image?.machine, hybrid.machine);
  return {
    lines: sites.map(({ api, tags, unresolved, place }) => {
      const rva = place.kind === 'image' ? place.rva.toString(16) : '';
      return `${rva} ${api} ${tags.map(tagToText).join('|')}${unresolved === undefined ? '' : ` ? ${unresolved}`}`;
    }),
    issues: issues.map((issue) => issue.message),
    ...(image.hybrid === undefined ? {} : { form: image.hybrid }),
  };
}

/** adrp x8, ldr x8, movz and movk w2, blr x8, ret */
function armCall(at: number, slot: number, tag: number): number[] {
  const pages = Math.floor(slot / 0x1000) - Math.floor(at / 0x1000);
  return [
    (0x90000008 | ((pages & 3) << 29) | (((pages >> 2) & 0x7ffff) << 5)) >>> 0,
    (0xf9400108 | (((slot & 0xfff) / 8) << 10)) >>> 0,
    (0x52800002 | ((tag & 0xffff) << 5)) >>> 0,
    (0x72a00002 | ((tag >>> 16) << 5)) >>> 0,
    0xd63f0100,
    0xd65f03c0,
  ];
}

/** mov r8d, tag; call [slot]; ret */
function x64Call(at: number, slot: number, tag: number): number[] {
  return [0x41, 0xb8, ...le32(tag), 0xff, 0x15, ...le32(slot - (at + 12)), 0xc3];
}

const both: Hybrid = {
  machine: 'x64',
  map: [
    [CODE_RVA, 0x100, ARM64EC],
    [X64_CODE, 0x100, X64],
  ],
  words: () => armCall(CODE_RVA, AUXILIARY, 0x64657246),
  x64: (slot) => x64Call(X64_CODE, slot('ExAllocatePoolWithTag'), 0x206b6c42),
};

test('ARM64EC: both codes are searched, each with its decoder; ARM64 code calls through the auxiliary table', () => {
  assert.deepEqual(scan(both), {
    lines: ['1010 ExAllocatePoolWithTag Fred', '1106 ExAllocatePoolWithTag Blk '],
    issues: [],
    form: 'arm64ec',
  });
});

test('ARM64X: native, ARM64EC and x64 code under ARM64 headers', () => {
  const x = scan({
    ...both,
    machine: 'arm64',
    map: [
      [CODE_RVA, 0x40, ARM64],
      [CODE_RVA + 0x40, 0xc0, ARM64EC],
      [X64_CODE, 0x100, X64],
    ],
    words: (slot) => [
      ...armCall(CODE_RVA, slot('ExFreePoolWithTag'), 0x64657246),
      ...new Array<number>(10).fill(0xd503201f),
      ...armCall(CODE_RVA + 0x40, AUXILIARY + 8, 0x64657246),
    ],
  });
  assert.deepEqual([x.form, x.issues], ['arm64x', []]);
  assert.deepEqual(
    x.lines.map((line) => line.split(' ').slice(0, 2).join(' ')),
    ['1010 ExFreePoolWithTag', '1050 ExFreePoolWithTag', '1106 ExAllocatePoolWithTag'],
  );
});

test('a wrapper may be called by the other code, through thunks: its tags are never said to be all', () => {
  // x64: call wrapper with a tag; the wrapper hands its third parameter on by a tail jump's call.
  const wrapper = X64_CODE + 0x20;
  const { lines } = scan({
    ...both,
    x64: (slot) => [
      ...[0x48, 0x83, 0xec, 0x28, 0x41, 0xb8, ...le32(0x206b6c42), 0xe8, ...le32(wrapper - (X64_CODE + 15)), 0xc3],
      ...new Array<number>(16).fill(0xcc),
      ...[0x48, 0x83, 0xec, 0x28, 0xff, 0x15, ...le32(slot('ExAllocatePoolWithTag') - (wrapper + 10)), 0xc3],
    ],
  });
  assert.deepEqual(lines.slice(1), [
    '110a ExAllocatePoolWithTag Blk ',
    '1124 ExAllocatePoolWithTag Blk  ? parameter of toaster.sys+0x1120, which is also called from elsewhere',
  ]);
});

test('CHPE: x86 code is searched, the ARM64 code is named as not searched', () => {
  const chpe: Hybrid = {
    machine: 'x86',
    map: [
      [CODE_RVA, 0x100, 1],
      [X64_CODE, 0x100, 0],
    ],
    words: () => [0xd65f03c0],
    // push tag; push 8; push 0; call [slot]; ret
    x64: (slot) => [
      ...[0x68, ...le32(0x64657246), 0x6a, 8, 0x6a, 0],
      ...[0xff, 0x15, ...le32(X86_BASE + slot('ExAllocatePoolWithTag')), 0xc3],
    ],
  };
  assert.deepEqual(scan(chpe), {
    lines: ['1109 ExAllocatePoolWithTag Fred'],
    issues: ['calls in the ARM64 code of this CHPE image are not searched'],
    form: 'chpe',
  });
});

test('without a map that can be read nothing is guessed, and that is said', () => {
  const message = "the map of its ARM64EC code can't be read: calls are not searched";
  const maps: readonly Partial<Hybrid>[] = [
    { map: [] },
    { mapCount: 0xffffffff },
    { mapCount: 1000 },
    { map: [[CODE_RVA, 0x100, 3]] },
    {
      map: [
        [X64_CODE, 0x100, X64],
        [CODE_RVA, 0x200, ARM64EC],
      ],
    },
  ];
  for (const map of maps) {
    const { lines, issues, form } = scan({ ...both, ...map });
    assert.deepEqual([lines, issues, form], [[], [message], 'arm64ec'], JSON.stringify(map));
  }
});

test('ranges of one processor that touch are one', () => {
  const map: readonly Range[] = [
    [CODE_RVA, 0x40, ARM64],
    [CODE_RVA + 0x40, 0xc0, ARM64EC],
    [X64_CODE, 0x100, X64],
  ];
  const image = readPeImage(build({ ...both, machine: 'arm64', map })).value;
  assert.deepEqual(image && readHybridMetadata(image).value?.ranges, [
    { machine: 'arm64', begin: CODE_RVA, end: X64_CODE },
    { machine: 'x64', begin: X64_CODE, end: X64_CODE + 0x100 },
  ]);
});
