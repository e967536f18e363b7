/** Proof that each place of an image can have a tag of its own: where it holds, the very bytes; where it doesn't, why. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proveRetag, type RetagResult } from '../../../../server/core/binary/retag';
import { tagToText } from '../../../../src/shared/poolTag';
import { ALIGN, assemble, b, imm, label, slot, to } from './assembler';
import { buildImage, le32 } from './imageBuilder';
import type { Pieces } from './scanning';

const TAG = 0x64657246;
const FRED = imm(TAG);
const FILE = '/drivers/toaster.sys';

interface Built {
  readonly bytes: Uint8Array;
  readonly labels: ReadonlyMap<string, number>;
}

function build(pieces: Pieces, data: readonly number[] = []): Built {
  let labels: ReadonlyMap<string, number> = new Map();
  const bytes = buildImage({
    machine: 'x64',
    imports: [{ module: 'ntoskrnl.exe', functions: ['ExAllocatePoolWithTag', 'ExAllocatePool2', 'ExFreePoolWithTag'] }],
    code: (slotOf) => {
      const assembled = assemble(pieces, slotOf);
      labels = assembled.labels;
      return assembled.bytes;
    },
    data: [...data],
  });
  return { bytes, labels };
}

function prove(bytes: Uint8Array, taken: readonly number[] = [], tag = TAG): RetagResult {
  return proveRetag(bytes, { file: FILE, tag, taken: new Set(taken) });
}

/** mov r8d, 'derF' and a call. */
const allocation = (name: string): Pieces => [
  label(`${name}Constant`),
  b('41 b8'),
  FRED,
  label(name),
  b('ff 15'),
  slot('ExAllocatePoolWithTag'),
];

test('two calls with a constant each: both constants, names nobody uses, the file untouched', () => {
  const { bytes, labels } = build([...allocation('first'), ...allocation('second'), b('c3')]);
  const before = Buffer.from(bytes);
  const result = prove(bytes, [0x31307246]); // Fr01
  assert.ok('retag' in result, JSON.stringify(result));
  assert.deepEqual(
    result.retag.places.map(({ rva, tag, sites }) => [rva, tagToText(tag), sites.length]),
    [
      [(labels.get('firstConstant') ?? 0) + 2, 'Fr02', 1],
      [(labels.get('secondConstant') ?? 0) + 2, 'Fr03', 1],
    ],
  );
  assert.ok(before.equals(bytes), 'the image was changed');
});

test('a Buffer, whose slice is a view, stays as it is, too', () => {
  const buffer = Buffer.from(build([...allocation('first'), ...allocation('second'), b('c3')]).bytes);
  const before = Buffer.from(buffer.toString('hex'), 'hex');
  assert.ok('retag' in prove(buffer));
  assert.ok(before.equals(buffer));
});

test('constants of frees and comparisons stay', () => {
  const { bytes, labels } = build([
    ...allocation('first'),
    b('81 f9'), // cmp ecx, 'derF'
    FRED,
    b('ba'), // mov edx, 'derF'
    FRED,
    b('ff 15'),
    slot('ExFreePoolWithTag'),
    ...allocation('second'),
    b('c3'),
  ]);
  const result = prove(bytes);
  assert.ok('retag' in result);
  const [first, second] = ['firstConstant', 'secondConstant'].map((name) => (labels.get(name) ?? 0) + 2);
  assert.deepEqual(
    result.retag.places.map((place) => place.rva),
    [first, second],
  );
});

test('callers of a wrapper are places; its own call is not one more', () => {
  const { bytes } = build([
    b('b9'), // mov ecx, 'derF'
    FRED,
    b('e8'),
    to('wrapper'),
    b('b9'),
    FRED,
    b('e8'),
    to('wrapper'),
    b('c3'),
    ALIGN,
    label('wrapper'),
    b('44 8b c1'), // mov r8d, ecx
    b('ff 15'),
    slot('ExAllocatePoolWithTag'),
    b('c3'),
  ]);
  const result = prove(bytes);
  assert.ok('retag' in result, JSON.stringify(result));
  assert.deepEqual(
    result.retag.places.map(({ sites }) => sites.map((site) => site.evidence)),
    [['wrapper'], ['wrapper']],
  );
});

const REFUSED: readonly (readonly [name: string, pieces: Pieces, data: readonly number[], tag: number, why: RegExp])[] =
  [
    ['one place', [...allocation('only'), b('c3')], [], TAG, /only one place/],
    [
      'two calls, one register',
      [
        b('bb'),
        FRED,
        b('44 8b c3 ff 15'),
        slot('ExAllocatePoolWithTag'),
        b('44 8b c3 ff 15'),
        slot('ExAllocatePoolWithTag'),
        b('c3'),
      ],
      [],
      TAG,
      /from one constant/,
    ],
    [
      'a tag made of two halves',
      [
        ...allocation('first'),
        ...allocation('second'),
        b('41 b8'), // mov r8d, 'derF' - 1
        imm(TAG - 1),
        b('41 ff c0'), // inc r8d
        b('ff 15'),
        slot('ExAllocatePoolWithTag'),
        b('c3'),
      ],
      [],
      TAG,
      /not every constant/,
    ],
    ['a protected tag', [...allocation('first'), ...allocation('second'), b('c3')], [], TAG + 0x80000000, /protected/],
  ];

for (const [name, pieces, data, tag, why] of REFUSED) {
  test(`refused: ${name}`, () => {
    const result = prove(build(pieces, data).bytes, [], tag);
    assert.ok('problem' in result, JSON.stringify(result));
    assert.match(result.problem, why);
  });
}

test('what is no image is refused', () => {
  assert.ok('problem' in prove(new Uint8Array([...le32(TAG), 1, 2, 3])));
});
