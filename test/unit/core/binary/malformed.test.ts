/** Damaged and hostile images: no exception, no hang, no memory by an untrusted count; damage is reported. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scanImage } from '../../../../server/core/binary/scanImage';
import { ALIGN, assemble, b, imm, label, slot, to } from './assembler';
import type { ImageParts } from './imageBuilder';
import { buildImage, CODE_RVA, le32 } from './imageBuilder';

const FRED = imm(0x64657246);
const OPTIONAL = 0x98;

/** An image with a bit of everything. */
function sample(machine: ImageParts['machine']): Uint8Array {
  const x64 = [
    b('48 83 ec 28 41 b8'),
    FRED,
    b('ff 15'),
    slot('ExAllocatePoolWithTag'),
    b('ba'),
    FRED,
    b('e8'),
    to('wrapper'),
    b('48 83 c4 28 c3'),
    ALIGN,
    label('wrapper'),
    b('48 8b 05'),
    slot('ExAllocatePoolWithTag'),
    b('44 8b c2 ff d0 74 f0 ff e0'),
    b('48 8d 0d'),
    to('wrapper'),
    b('42 8b 04 81 48 03 c1 ff e0'), // a jump table
  ];
  return buildImage({
    machine,
    imports: [
      { module: 'ntoskrnl.exe', functions: ['ExAllocatePoolWithTag', 'ExFreePoolWithTag', 3] },
      { module: 'late.sys', functions: ['Later'], delayed: true },
    ],
    exports: [{ name: 'Entry', rva: CODE_RVA }],
    functions: [
      { begin: CODE_RVA, end: CODE_RVA + 0x20 },
      { begin: CODE_RVA + 0x20, end: CODE_RVA + 0x40, chainedTo: CODE_RVA },
    ],
    code: (slotOf) => assemble(x64, slotOf).bytes,
  });
}

function run(bytes: Uint8Array): ReturnType<typeof scanImage> {
  return scanImage(bytes, { file: 'broken.sys' });
}

const machines = ['x64', 'x86', 'arm64'] as const;

test('truncated at every 16 bytes', () => {
  for (const machine of machines) {
    const whole = sample(machine);
    for (let length = 0; length < whole.length; length += 16) {
      const { issues, sites } = run(whole.subarray(0, length));
      if (length < 0x400) assert.ok(issues.length > 0, `${machine}, ${String(length)} bytes: nothing said`);
      for (const site of sites) assert.equal(site.place.kind, 'image');
    }
  }
});

test('a file that is no image is one issue', () => {
  assert.deepEqual(run(new Uint8Array(0)), { sites: [], issues: [{ message: 'not a PE image', offset: 0 }] });
  assert.deepEqual(run(new TextEncoder().encode('hello')).issues, [{ message: 'not a PE image', offset: 0 }]);
});

test('random bytes over a real image', () => {
  const property = fc.property(
    fc.constantFrom(...machines),
    fc.array(fc.tuple(fc.nat(0x1fff), fc.oneof(fc.nat(255), fc.constantFrom(0, 0xff, 0x80, 0x7f))), { maxLength: 24 }),
    (machine, changes) => {
      const bytes = sample(machine);
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      const { sites } = run(bytes);
      for (const site of sites)
        assert.ok(site.tags.every((tag) => Number.isInteger(tag) && tag >= 0 && tag <= 0xffffffff));
    },
  );
  fc.assert(property, { numRuns: 400 });
});

test('random code in a sound image', () => {
  const property = fc.property(
    fc.constantFrom(...machines),
    fc.uint8Array({ minLength: 1, maxLength: 400 }),
    (machine, noise) => {
      const bytes = buildImage({
        machine,
        imports: [{ module: 'ntoskrnl.exe', functions: ['ExAllocatePoolWithTag', 'KeQueryTick'] }],
        code: (slotOf) => [
          ...assemble([b('ff 15'), slot('ExAllocatePoolWithTag'), b('48 8b 1d'), slot('ExAllocatePoolWithTag')], slotOf)
            .bytes,
          ...noise,
          ...assemble([b('ff d3 ff 15'), slot('ExAllocatePoolWithTag')], slotOf).bytes,
        ],
      });
      run(bytes);
    },
  );
  fc.assert(property, { numRuns: 300 });
});

test('hostile counts and tables that lead into themselves', () => {
  const patch = (change: (view: DataView) => void): Uint8Array => {
    const bytes = sample('x64');
    change(new DataView(bytes.buffer));
    return bytes;
  };
  const directory = (index: number): number => OPTIONAL + 112 + index * 8;
  const cases: Readonly<Record<string, (view: DataView) => void>> = {
    'sections without end': (view) => {
      view.setUint16(0x86, 0xffff, true);
    },
    'directories without end': (view) => {
      view.setUint32(OPTIONAL + 108, 0xffffffff, true);
    },
    'an optional header of no size': (view) => {
      view.setUint16(0x94, 0, true);
    },
    'a .pdata as large as the address space': (view) => {
      view.setUint32(directory(3) + 4, 0xffffffff, true);
    },
    'imports that are the headers': (view) => {
      view.setUint32(directory(1), 0, true);
      view.setUint32(directory(1), 0x10, true);
    },
    'delay imports that are the imports': (view) => {
      view.setUint32(directory(13), view.getUint32(directory(1), true), true);
    },
    'exports that are code': (view) => {
      view.setUint32(directory(0), CODE_RVA, true);
    },
    'relocations of no size': (view) => {
      view.setUint32(directory(5), 0x4000, true);
      view.setUint32(directory(5) + 4, 0xfffffff0, true);
    },
    'a section over the whole address space': (view) => {
      view.setUint32(OPTIONAL + 240 + 8, 0xffffffff, true);
      view.setUint32(OPTIONAL + 240 + 16, 0xffffffff, true);
    },
    'sections on top of each other': (view) => {
      view.setUint32(OPTIONAL + 240 + 52, CODE_RVA, true);
    },
  };
  for (const [name, change] of Object.entries(cases)) {
    assert.doesNotThrow(() => run(patch(change)), name);
  }
});

test('unwind information chained to itself ends', () => {
  const bytes = sample('x64');
  const view = new DataView(bytes.buffer);
  const pdata = bytes.length - 0x200;
  const info = view.getUint32(pdata + 8, true);
  // The first function is chained to itself: flags 4, no codes, then its own record.
  view.setUint8(pdata + info - 0x8000, 1 + (4 << 3));
  for (const [index, field] of [CODE_RVA, CODE_RVA + 0x20, info].entries()) {
    view.setUint32(pdata + info - 0x8000 + 4 + index * 4, field, true);
  }
  assert.ok(run(bytes).sites.length > 0);
});

test('many branches into one another stay bounded, and say so', () => {
  // 2,000 conditional moves between registers in a loop: every value may be any other.
  const code: number[] = [];
  for (let index = 0; index < 2000; index += 1)
    code.push(0x0f, 0x44 + (index % 8), 0xc0 | (((index * 5) % 4) << 3) | ((index * 3) % 4), 0x74, 0xfb);
  const bytes = buildImage({
    machine: 'x64',
    imports: [{ module: 'ntoskrnl.exe', functions: ['ExFreePoolWithTag'] }],
    code: (slotOf) => [
      ...code,
      ...assemble([b('ff 15'), imm(0)], slotOf).bytes.slice(0, 2),
      ...le32(slotOf('ExFreePoolWithTag') - (CODE_RVA + code.length + 6)),
      0xc3,
    ],
  });
  const { sites } = run(bytes);
  assert.equal(sites.length, 1);
  assert.ok(sites[0]?.unresolved);
});
