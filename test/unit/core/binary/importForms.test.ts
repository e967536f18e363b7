/** Imports as linkers, binders and packers leave them: bound, without a name table, by ordinal among names, delayed by address. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImportTable } from '../../../../server/core/binary/importDirectory';
import { readImports } from '../../../../server/core/binary/importDirectory';
import type { PeImage } from '../../../../server/core/binary/peImage';
import { DirectoryEntry, readPeImage } from '../../../../server/core/binary/peImage';
import { scanImage } from '../../../../server/core/binary/scanImage';
import { siteTag } from '../../../../src/shared/facts';
import { assemble, b, imm, slot } from './assembler';
import type { ImageParts } from './imageBuilder';
import { buildImage, CODE_RVA, le32, X86_BASE } from './imageBuilder';

type Machine = ImageParts['machine'];
const DESCRIPTOR = { originalFirstThunk: 0, timeDateStamp: 4, firstThunk: 16 } as const;

function sample(machine: Machine, delayed = false): Uint8Array {
  return buildImage({
    machine,
    imports: [
      { module: 'ntoskrnl.exe', functions: ['ExFreePool', 77, 'ExAllocatePoolWithTag', 3], delayed },
      { module: 'ndis.sys', functions: ['NdisFreeMemory'], delayed },
    ],
    // mov r8d, 'Fred'; call [ExAllocatePoolWithTag]; ret
    code: (slotOf) =>
      assemble([b('41 b8'), imm(0x64657246), b('ff 15'), slot('ExAllocatePoolWithTag'), b('c3')], slotOf).bytes,
  });
}

function open(bytes: Uint8Array): PeImage {
  const { value } = readPeImage(bytes);
  assert.ok(value);
  return value;
}

const names = ({ imports }: ImportTable): (string | number | undefined)[] =>
  imports.map((entry) => entry.name ?? entry.ordinal);

/** Changes fields of the first import descriptor; the callback writes at RVAs. */
function change(
  bytes: Uint8Array,
  edit: (descriptor: number, put: (rva: number, value: number) => void, get: (rva: number) => number) => void,
): Uint8Array {
  const image = open(bytes);
  const view = new DataView(bytes.buffer);
  const descriptor = image.directory(DirectoryEntry.Import)?.rva ?? 0;
  edit(
    descriptor,
    (rva, value) => {
      view.setUint32(image.offsetOf(rva, 4) ?? -1, value, true);
    },
    (rva) => image.u32(rva) ?? 0,
  );
  return bytes;
}

/** What a binder does: a time stamp, and addresses in place of names. */
function bind(bytes: Uint8Array): Uint8Array {
  return change(bytes, (descriptor, put, get) => {
    put(descriptor + DESCRIPTOR.timeDateStamp, 0xffffffff);
    const table = get(descriptor + DESCRIPTOR.firstThunk);
    for (let index = 0; index < 4; index += 1)
      put(table + index * (open(bytes).is64Bit ? 8 : 4), 0x004d7000 + index * 16);
  });
}

test('ordinals among names shift nothing', () => {
  for (const machine of ['x86', 'x64'] as const) {
    const table = readImports(open(sample(machine)));
    assert.deepEqual(names(table), ['ExFreePool', 77, 'ExAllocatePoolWithTag', 3, 'NdisFreeMemory']);
    const width = machine === 'x64' ? 8 : 4;
    const first = table.imports[0]?.slot ?? 0;
    assert.deepEqual(
      table.imports.slice(0, 4).map((entry) => (entry.slot - first) / width),
      [0, 1, 2, 3],
    );
  }
});

test('bound imports are read from the name table, and their calls are found', () => {
  for (const machine of ['x86', 'x64'] as const) {
    const table = readImports(open(bind(sample(machine))));
    assert.deepEqual(names(table), ['ExFreePool', 77, 'ExAllocatePoolWithTag', 3, 'NdisFreeMemory']);
    assert.deepEqual(table.issues, []);
  }
  const { sites } = scanImage(bind(sample('x64')), { file: 'bound.sys' });
  assert.deepEqual(
    sites.map((site) => [site.api, siteTag(site)]),
    [['ExAllocatePoolWithTag', 0x64657246]],
  );
});

test('bound without a name table: what is lost is said, the next module is read', () => {
  const bytes = change(bind(sample('x64')), (descriptor, put) => {
    put(descriptor + DESCRIPTOR.originalFirstThunk, 0);
  });
  const { imports, issues } = readImports(open(bytes));
  assert.deepEqual(names({ imports, issues }), ['NdisFreeMemory']);
  assert.deepEqual(
    issues.map((issue) => issue.message),
    ['imports of ntoskrnl.exe are bound and have no name table: they are not known'],
  );
});

test('without a name table, or with one that leads nowhere, the address table is read', () => {
  for (const table of [0, 0x00fffff0]) {
    const bytes = change(sample('x64'), (descriptor, put) => {
      put(descriptor + DESCRIPTOR.originalFirstThunk, table);
    });
    const { imports, issues } = readImports(open(bytes));
    assert.deepEqual(names({ imports, issues }), ['ExFreePool', 77, 'ExAllocatePoolWithTag', 3, 'NdisFreeMemory']);
    assert.deepEqual(issues, []);
  }
});

test('delay imports of Visual C++ 6: addresses in place of RVAs', () => {
  const bytes = sample('x86', true);
  const image = open(bytes);
  const view = new DataView(bytes.buffer);
  const add = (rva: number): number => {
    const at = image.offsetOf(rva, 4) ?? -1;
    const value = view.getUint32(at, true);
    if (value !== 0 && value < 0x80000000) view.setUint32(at, value + X86_BASE, true);
    return value;
  };
  const directory = image.directory(DirectoryEntry.DelayImport)?.rva ?? 0;
  for (const descriptor of [directory, directory + 32]) {
    view.setUint32(image.offsetOf(descriptor, 4) ?? -1, 0, true);
    const [, , , nameTable] = [4, 8, 12, 16].map((field) => add(descriptor + field));
    for (let at = nameTable ?? 0; add(at) !== 0;) at += 4;
  }
  const table = readImports(open(bytes));
  assert.deepEqual(table.issues, []);
  assert.deepEqual(names(table), ['ExFreePool', 77, 'ExAllocatePoolWithTag', 3, 'NdisFreeMemory']);
  assert.ok(table.imports.every((entry) => entry.delayed && entry.slot > 0x4000 && entry.slot < 0x8000));
});

test('a directory without a size is read all the same', () => {
  const bytes = sample('x64');
  new DataView(bytes.buffer).setUint32(0x98 + 112 + 8 + 4, 0, true);
  assert.equal(readImports(open(bytes)).imports.length, 5);
});

test('a directory of nonsense is a few issues, not thousands', () => {
  // Descriptors of code bytes: each names a module that is not there.
  const bytes = buildImage({
    machine: 'x64',
    code: () => new Array<number>(0x2000).fill(0x90),
    directories: () => ({ 1: [0x1000, 0x2000] }),
  });
  const { imports, issues } = readImports(open(bytes));
  assert.deepEqual(imports, []);
  assert.equal(issues.length, 16);
});

test('calls of an allocator that the image exports count, of one that it forwards do not', () => {
  // Without imports the export directory stands at 0x4000: an address inside it is a forwarder's text.
  for (const [rva, expected] of [
    [CODE_RVA + 0x20, ['ExAllocatePoolWithTag']],
    [0x4004, []],
  ] as const) {
    const bytes = buildImage({
      machine: 'x64',
      exports: [{ name: 'ExAllocatePoolWithTag', rva }],
      // mov r8d, 'Fred'; call rva; ret
      code: () => [
        ...[0x41, 0xb8, ...le32(0x64657246), 0xe8, ...le32(rva - (CODE_RVA + 11)), 0xc3],
        ...new Array<number>(0x14).fill(0xcc),
        0xc3,
      ],
    });
    const { sites } = scanImage(bytes, { file: 'ntoskrnl.exe' });
    assert.deepEqual(
      sites.map((site) => site.api),
      expected,
    );
  }
});
