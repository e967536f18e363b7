/** Tags of their own in ARM64 code: whole instruction words and literals, proved by doing what the script says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readPeImage } from '../../../../server/core/binary/peImage';
import { proveRetag, type Retag } from '../../../../server/core/binary/retag';
import { scanImage } from '../../../../server/core/binary/scanImage';
import { retagScript } from '../../../../server/core/report/retagScript';
import { tagToText } from '../../../../src/shared/poolTag';
import { buildImage, CODE_RVA, le32 } from './imageBuilder';

const FRED = 0x64657246;
const FILE = '/drivers/toaster.sys';

const adrp = (register: number, at: number, target: number): number => {
  const pages = Math.floor(target / 0x1000) - Math.floor(at / 0x1000);
  return (0x90000000 | ((pages & 3) << 29) | (((pages >> 2) & 0x7ffff) << 5) | register) >>> 0;
};
const load = (to: number, base: number, target: number): number =>
  (0xf9400000 | (((target & 0xfff) / 8) << 10) | (base << 5) | to) >>> 0;
const movz = (register: number, value: number, shift = 0): number =>
  (0x52800000 | ((shift / 16) << 21) | (value << 5) | register) >>> 0;
const movk = (register: number, value: number, shift = 0): number => (movz(register, value, shift) | 0x20000000) >>> 0;
const literal = (register: number, words: number): number => (0x18000000 | (words << 5) | register) >>> 0;
const BLR9 = 0xd63f0120;
const RET = 0xd65f03c0;

/** Words, and calls of the allocator, whose tag is the third argument. */
function image(code: readonly (number | 'call')[]): Uint8Array {
  return buildImage({
    machine: 'arm64',
    imports: [{ module: 'ntoskrnl.exe', functions: ['ExAllocatePoolWithTag'] }],
    code: (slotOf) => {
      const target = slotOf('ExAllocatePoolWithTag');
      const words: number[] = [];
      for (const word of code) {
        if (word !== 'call') words.push(word);
        else words.push(adrp(9, CODE_RVA + 4 * words.length, target), load(9, 9, target), BLR9);
      }
      return words.flatMap(le32);
    },
  });
}

/** Tags of the allocations, in the order of their addresses. */
function tags(bytes: Uint8Array): string[] {
  return scanImage(bytes, { file: FILE })
    .sites.filter(({ role }) => role === 'allocate')
    .map((site) => site.tags.map(tagToText).join('|'));
}

/** Does to a copy of the file what the lines of the script do to the loaded code. */
function run(bytes: Uint8Array, lines: readonly string[]): Uint8Array {
  const copy = new Uint8Array(bytes);
  const view = new DataView(copy.buffer);
  const { value } = readPeImage(bytes);
  for (const line of lines) {
    const [, rva, from, to] =
      /^\.if \(dwo\(\w+\+0x([0-9a-f]+)\) == 0x([0-9a-f]+)\) \{ ed \w+\+0x\1 0x([0-9a-f]+) \}/.exec(line) ?? [];
    if (rva === undefined || from === undefined || to === undefined) continue;
    const at = value?.offsetOf(Number.parseInt(rva, 16)) ?? -1;
    assert.equal(at % 4, 0, 'ARM64 changes whole words');
    assert.equal(view.getUint32(at, true), Number.parseInt(from, 16), line);
    view.setUint32(at, Number.parseInt(to, 16), true);
  }
  return copy;
}

function proved(bytes: Uint8Array, tag = FRED, taken: readonly number[] = []): Retag {
  const result = proveRetag(bytes, { file: FILE, tag, taken: new Set(taken) });
  assert.ok('retag' in result, JSON.stringify(result));
  return result.retag;
}

function assertScript(bytes: Uint8Array, retag: Retag, expected: readonly string[]): void {
  const lines = retagScript(retag) ?? [];
  const undo = lines.indexOf('$$ Undo');
  const changed = run(bytes, lines.slice(0, undo));
  assert.deepEqual(tags(changed), expected);
  assert.deepEqual(run(changed, lines.slice(undo)), new Uint8Array(bytes));
}

const LOW = movz(2, 0x7246);
const HIGH = movk(2, 0x6465, 16);

test('ARM64 pairs: the move that completes the tag is changed, the other half stays', () => {
  const bytes = image([LOW, HIGH, 'call', LOW, HIGH, 'call', RET]);
  const retag = proved(bytes, FRED, [0x31307246]);
  assert.deepEqual(
    retag.places.map(({ rva, from, sites }) => [rva - CODE_RVA, from, sites.length]),
    [
      [4, HIGH, 1],
      [24, HIGH, 1],
    ],
  );
  assertScript(bytes, retag, ['Fr02', 'Fr03']);
});

test('ARM64 pairs that begin with the upper half, and a lower half that two tags share', () => {
  const upperFirst = [movz(2, 0x6465, 16), movk(2, 0x7246)];
  const bytes = image([...upperFirst, 'call', LOW, HIGH, 'call', RET]);
  assertScript(bytes, proved(bytes), ['01ed', 'Fr01']);
  // mov w19, 'rF'; mov w2, w19; movk w2, 'de': both calls begin with the one lower half.
  const copied = [movz(19, 0x7246), 0x2a1303e2, HIGH, 'call', 0x2a1303e2, HIGH, 'call', RET] as const;
  const shared = image(copied);
  assertScript(shared, proved(shared), ['Fr01', 'Fr02']);
});

test('ARM64 literals: each pool’s own is changed, beside a pair', () => {
  const pool = [literal(2, 5), 'call', RET, FRED, RET] as const;
  const bytes = image([...pool, ...pool, LOW, HIGH, 'call', RET]);
  const retag = proved(bytes);
  assert.deepEqual(
    retag.places.map(({ from }) => from),
    [FRED, FRED, HIGH],
  );
  assert.equal(new Set(tags(run(bytes, retagScript(retag)?.slice(0, 10) ?? []))).size, 3);
  assertScript(bytes, retag, ['Fr01', 'Fr02', 'Fr03']);
});

test('ARM64: one literal for two calls, and a tag made in a way that is not known, are refused', () => {
  const one = image([literal(2, 9), 'call', literal(2, 5), 'call', RET, FRED]);
  assert.deepEqual(tags(one), ['Fred', 'Fred']);
  assert.deepEqual(proveRetag(one, { file: FILE, tag: FRED, taken: new Set() }), {
    problem: 'all places take the tag from one constant',
  });
  // add w2, w2, #1: the constant is another one.
  const added = [movz(2, 0x7245), HIGH, (0x11000400 | (2 << 5) | 2) >>> 0, 'call'] as const;
  const bytes = image([LOW, HIGH, 'call', LOW, HIGH, 'call', ...added, RET]);
  assert.deepEqual(tags(bytes), ['Fred', 'Fred', 'Fred']);
  assert.deepEqual(proveRetag(bytes, { file: FILE, tag: FRED, taken: new Set() }), {
    problem: 'not every constant that makes the tag is known',
  });
});

test('an ARM64 driver that clang made', () => {
  const bytes = readFileSync(path.join(__dirname, '../../../fixtures/pdb/sample-arm64.sys'));
  const retag = proved(bytes, 0x676e6952);
  assert.equal(retag.places.length, 2);
  const lines = retagScript(retag) ?? [];
  const changed = run(bytes, lines.slice(0, lines.indexOf('$$ Undo')));
  const made = new Set(retag.places.map(({ tag }) => tagToText(tag)));
  assert.ok(!tags(changed).some((text) => text.includes('Ring')), tags(changed).join());
  for (const tag of made) assert.ok(tags(changed).includes(tag), tag);
});
