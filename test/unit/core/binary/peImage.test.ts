/** PE headers, imports, delay imports, exports, .pdata and the RSDS record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPdbReference } from '../../../../server/core/binary/debugDirectory';
import { readRuntimeFunctions } from '../../../../server/core/binary/exceptionDirectory';
import { readExports } from '../../../../server/core/binary/exportDirectory';
import { readImports } from '../../../../server/core/binary/importDirectory';
import type { PeImage } from '../../../../server/core/binary/peImage';
import { readPeImage } from '../../../../server/core/binary/peImage';
import { looksLikeImage, scanImage } from '../../../../server/core/binary/scanImage';
import type { ImageParts } from './imageBuilder';
import { buildImage, CODE_RVA, VARIABLES_RVA } from './imageBuilder';

function open(parts: ImageParts): PeImage {
  const { value, issues } = readPeImage(buildImage(parts));
  assert.deepEqual(issues, []);
  assert.ok(value);
  return value;
}

const nothing = (): number[] => [0xc3];

test('headers, sections and the way from RVA to bytes', () => {
  for (const machine of ['x86', 'x64', 'arm64'] as const) {
    const image = open({ machine, code: () => [0x11, 0x22, 0x33, 0x44] });
    assert.equal(image.machine, machine);
    assert.equal(image.is64Bit, machine !== 'x86');
    assert.deepEqual(
      image.sections.map((section) => [section.name, section.executable, section.writable]),
      [
        ['.text', true, false],
        ['.rdata', false, false],
        ['.pdata', false, false],
      ],
    );
    assert.equal(image.u32(CODE_RVA), 0x44332211);
    assert.equal(image.u32(CODE_RVA + 2), undefined, 'past the section');
    assert.equal(image.offsetOf(CODE_RVA), 0x400);
    assert.equal(image.u32(0x7fffffff), undefined);
  }
});

test('a view in the middle of a larger buffer reads the same', () => {
  const file = buildImage({ machine: 'x64', imports: [{ module: 'a.sys', functions: ['One'] }], code: nothing });
  const larger = new Uint8Array(file.length + 100).fill(0xee);
  larger.set(file, 51);
  const image = readPeImage(larger.subarray(51, 51 + file.length)).value;
  assert.deepEqual(image && readImports(image).imports.map((entry) => entry.name), ['One']);
});

test('imports by name and by ordinal, from both tables', () => {
  for (const machine of ['x86', 'x64'] as const) {
    const image = open({
      machine,
      imports: [
        { module: 'ntoskrnl.exe', functions: ['ExFreePool', 7] },
        { module: 'ndis.sys', functions: ['NdisFreeMemory'] },
        { module: 'late.sys', functions: ['Later'], delayed: true },
      ],
      code: nothing,
    });
    const { imports, issues } = readImports(image);
    assert.deepEqual(issues, []);
    assert.deepEqual(
      imports.map(({ module, name, ordinal, delayed }) => [module, name ?? ordinal, delayed]),
      [
        ['ntoskrnl.exe', 'ExFreePool', false],
        ['ntoskrnl.exe', 7, false],
        ['ndis.sys', 'NdisFreeMemory', false],
        ['late.sys', 'Later', true],
      ],
    );
    const slots = imports.map((entry) => entry.slot);
    assert.equal((slots[1] ?? 0) - (slots[0] ?? 0), machine === 'x64' ? 8 : 4);
    assert.equal(new Set(slots).size, slots.length);
  }
});

test('exports that lie in the image; forwarders are left out', () => {
  const image = open({
    machine: 'x64',
    // 0x4000 is the export directory itself: an address inside it is a forwarder.
    exports: [
      { name: 'Here', rva: CODE_RVA },
      { name: 'Elsewhere', rva: 0x4004 },
    ],
    code: nothing,
  });
  assert.deepEqual(readExports(image), [{ name: 'Here', rva: CODE_RVA }]);
});

test('.pdata: chained pieces belong to their function; ARM64 packed lengths count words', () => {
  const functions = [
    { begin: 0x1000, end: 0x1010 },
    { begin: 0x1020, end: 0x1030, chainedTo: 0x1000 },
    { begin: 0x1040, end: 0x1050 },
  ];
  assert.deepEqual(readRuntimeFunctions(open({ machine: 'x64', functions, code: nothing })), [
    { begin: 0x1000, end: 0x1010, primary: 0x1000 },
    { begin: 0x1020, end: 0x1030, primary: 0x1000 },
    { begin: 0x1040, end: 0x1050, primary: 0x1040 },
  ]);
  assert.deepEqual(readRuntimeFunctions(open({ machine: 'arm64', functions: functions.slice(2), code: nothing })), [
    { begin: 0x1040, end: 0x1050, primary: 0x1040 },
  ]);
});

test('.pdata of ARM64: packed, packed fragment, .xdata, reserved', () => {
  const starts = [0x1000, 0x1040, 0x1080, 0x10c0];
  const image = buildImage({
    machine: 'arm64',
    functions: starts.map((begin) => ({ begin, end: begin + 0x10 })),
    variables: [0x08, 0, 0, 0x10], // .xdata header: eight words, one epilogue
    code: () => new Array<number>(0x200).fill(0),
  });
  const pdata = readPeImage(image).value?.offsetOf(0x8000) ?? 0;
  const view = new DataView(image.buffer);
  view.setUint32(pdata + 8 + 4, 2 + 12 * 4, true); // a fragment of twelve words
  view.setUint32(pdata + 16 + 4, VARIABLES_RVA, true);
  view.setUint32(pdata + 24 + 4, 3 + 4 * 4, true);
  const records = readRuntimeFunctions(readPeImage(image).value ?? assert.fail());
  assert.deepEqual(
    records.map(({ begin, end }) => [begin, end - begin]),
    [
      [0x1000, 0x10],
      [0x1040, 0x30],
      [0x1080, 0x20],
    ],
  );
});

test('raw offsets are rounded down to sectors, unless sections are aligned below a page', () => {
  for (const [alignment, first] of [
    [0x1000, 0x11],
    [0x80, 0x22],
  ] as const) {
    const bytes = buildImage({ machine: 'x86', code: () => [0x11, ...new Array<number>(15).fill(0), 0x22] });
    const view = new DataView(bytes.buffer);
    view.setUint32(0x98 + 32, alignment, true);
    const section = 0x98 + 96 + 128;
    assert.equal(view.getUint32(section + 20, true), 0x400);
    view.setUint32(section + 20, 0x410, true);
    const image = readPeImage(bytes).value;
    assert.equal(image && image.reader.u8(image.offsetOf(CODE_RVA) ?? -1), first, `aligned to ${String(alignment)}`);
  }
});

test('headers that lie over one another', () => {
  // The NT headers begin at 4: what says so, at 0x3c, is their section alignment.
  const bytes = buildImage({ machine: 'x64', imports: [{ module: 'a.sys', functions: ['One'] }], code: nothing });
  bytes.copyWithin(4, 0x80, 0x400 - 0x80);
  new DataView(bytes.buffer).setUint32(0x3c, 4, true);
  const image = readPeImage(bytes).value ?? assert.fail();
  assert.equal(image.machine, 'x64');
  assert.deepEqual(
    readImports(image).imports.map((entry) => entry.name),
    ['One'],
  );
});

test('the RSDS record, its GUID in the order of symbol stores', () => {
  const path = 'd:\\build\\tοaster.pdb'; // with a Greek letter: linkers write UTF-8
  const record = [
    ...[0x52, 0x53, 0x44, 0x53],
    ...[0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff],
    ...[3, 0, 0, 0],
    ...new TextEncoder().encode(path),
    0,
  ];
  const bytes = buildImage({ machine: 'x64', data: [...new Array<number>(28).fill(0), ...record], code: nothing });
  const view = new DataView(bytes.buffer);
  const rdata = 0x600; // file offset of .rdata
  const debugRva = 0x4000;
  view.setUint32(0x98 + 112 + 6 * 8, debugRva, true);
  view.setUint32(0x98 + 112 + 6 * 8 + 4, 28, true);
  view.setUint32(rdata + 12, 2, true);
  view.setUint32(rdata + 16, record.length, true);
  view.setUint32(rdata + 24, rdata + 28, true);
  const image = readPeImage(bytes).value;
  assert.deepEqual(image && readPdbReference(image), { path, guid: '00112233445566778899AABBCCDDEEFF', age: 3 });
});

test('what looks like an image, and what does not', () => {
  const image = buildImage({ machine: 'x64', code: nothing });
  assert.ok(looksLikeImage(image));
  assert.ok(!looksLikeImage(image.subarray(0, 0x80)), 'no PE signature any more');
  assert.ok(!looksLikeImage(new Uint8Array([0x4d, 0x5a])));
  assert.ok(!looksLikeImage(new Uint8Array(0)));
  const far = image.slice();
  new DataView(far.buffer).setUint32(0x3c, 0xffffffff, true);
  assert.ok(!looksLikeImage(far));
});

test('an image for another machine says so', () => {
  const bytes = buildImage({
    machine: 'x64',
    imports: [{ module: 'ntoskrnl.exe', functions: ['ExFreePoolWithTag'] }],
    code: nothing,
  });
  new DataView(bytes.buffer).setUint16(0x84, 0x1c4, true);
  const { issues, sites, image } = scanImage(bytes, { file: 'old.sys' });
  assert.deepEqual(sites, []);
  assert.deepEqual(issues, [{ message: 'calls in code for machine 0x1c4 are not searched' }]);
  assert.equal(image?.machine, 'unknown');
});
