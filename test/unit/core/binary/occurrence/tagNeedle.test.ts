/** The search for a tag's bytes against the plainest search there is, on bytes of any kind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isTelling, TagNeedle } from '../../../../../server/core/binary/occurrence/tagNeedle';
import { tagFromText, type PoolTag } from '../../../../../src/shared/poolTag';

function tag(text: string): PoolTag {
  const found = tagFromText(text);
  assert.ok(found !== undefined, text);
  return found;
}

/** Every offset, found the slow way. */
function plainly(bytes: Uint8Array, wanted: PoolTag): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: number[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 1)
    if ((view.getUint32(at, true) & 0x7fffffff) === (wanted & 0x7fffffff)) found.push(at);
  return found;
}

test('at every alignment, at both ends, overlapping, with PROTECTED_POOL', () => {
  const text = 'Fred.Fred..Fred...Fred';
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  assert.deepEqual(new TagNeedle(tag('Fred')).offsetsIn(bytes, 99), [0, 5, 11, 18]);
  assert.deepEqual(
    new TagNeedle(tag('aaab')).offsetsIn(
      Uint8Array.from('aaaab', (c) => c.charCodeAt(0)),
      9,
    ),
    [1],
  );
  bytes[3] = 0xe4; // d with bit 7
  assert.deepEqual(new TagNeedle(tag('Fred')).offsetsIn(bytes, 99), [0, 5, 11, 18]);
  assert.deepEqual(new TagNeedle((tag('Fred') | 0x80000000) >>> 0).offsetsIn(bytes, 99), [0, 5, 11, 18]);
  assert.deepEqual(new TagNeedle(tag('Fred')).offsetsIn(bytes, 2), [0, 5]);
  assert.equal(new TagNeedle(tag('Fred')).indexIn(bytes, 12), 18);
});

test('bytes that mean something to other tools are bytes like any other', () => {
  for (const text of ['.*+?', '[a-z', '\\\\x41\\', '$^()', '\\x00\\x00ab', 'a\\x00\\x00b', '\\xff\\xfe\\xfd\\x7c']) {
    const wanted = tagFromText(text);
    if (wanted === undefined) continue;
    const bytes = new Uint8Array(64).fill(0x41);
    new DataView(bytes.buffer).setUint32(33, wanted, true);
    assert.deepEqual(new TagNeedle(wanted).offsetsIn(bytes, 9), [33], text);
  }
});

test('any bytes, any tag, as views into larger buffers', () => {
  // Few different bytes, so that the tag and its beginnings are met often.
  const byte = fc.constantFrom(0x00, 0x48, 0x46, 0xc6, 0x72, 0xff);
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 300 }), fc.tuple(byte, byte, byte, byte), fc.nat(3), (list, four, skip) => {
      const bytes = Uint8Array.from([...Array<number>(skip).fill(0x46), ...list]).subarray(skip);
      const wanted = new DataView(Uint8Array.from(four).buffer).getUint32(0, true);
      assert.deepEqual(new TagNeedle(wanted).offsetsIn(bytes, 1000), plainly(bytes, wanted));
    }),
    { numRuns: 1000 },
  );
});

test('nothing is found in less than four bytes', () => {
  for (let length = 0; length < 4; length += 1)
    assert.deepEqual(
      new TagNeedle(tag('Fred')).offsetsIn(Uint8Array.from([0x46, 0x72, 0x65]).subarray(0, length), 9),
      [],
    );
});

test('four equal bytes tell nothing', () => {
  for (const [value, telling] of [
    [0, false],
    [0x80000000, false],
    [0xcccccccc, false],
    [0x20202020, false],
    [0x41414141, false],
    [0x41414142, true],
    [0xcccc4ccc, true],
    [tag('Fred'), true],
    [1, true],
  ] as const)
    assert.equal(isTelling(value), telling, value.toString(16));
});
