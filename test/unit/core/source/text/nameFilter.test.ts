/**
 * The hashed look for names against the plain one: every word cut out and compared.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachWord, hashOfName, NameFilter } from '../../../../../server/core/source/text/nameFilter';

const TEXT = 'int a1=0xFFu; // PoolTag\n$x_y é_z(2n) ExAllocatePool2("new (T)")\u0130q end';
const words = (text: string): string[] => [...text.matchAll(/[A-Za-z_$][\w$]*/g)].map((match) => match[0]);

test('each word of a text is found, and no part of one', () => {
  for (const word of words(TEXT)) {
    assert.ok(new NameFilter(new Set([word])).matches(TEXT), word);
    const shorter = word.slice(0, -1);
    assert.equal(new NameFilter(new Set([shorter])).matches(TEXT), words(TEXT).includes(shorter), shorter);
  }
  assert.ok(!new NameFilter(new Set()).matches(TEXT));
});

test('a stretch of a text ends words at its ends', () => {
  const filter = new NameFilter(new Set(['Pool']));
  assert.ok(!filter.matches('xPoolTag'));
  assert.ok(filter.matches('xPoolTag', 1, 5));
  assert.ok(!filter.matches('xPoolTag', 1, 6));
});

test('a name that is refused is asked for once, and others are still found', () => {
  const asked: string[] = [];
  const accepts = (name: string): boolean => {
    asked.push(name);
    return name === 'b';
  };
  assert.ok(new NameFilter(new Set(['a', 'b'])).matches('a a c a b a', 0, undefined, accepts));
  assert.deepEqual(asked, ['a', 'b']);
});

test('a name beyond ASCII is found wherever it stands', () => {
  const filter = new NameFilter(new Set(['z', '\u00e9_z']));
  assert.ok(filter.matches(TEXT));
  assert.ok(!filter.matches('e_z'));
});

test('each word gives the hash of its name, once for each place', () => {
  const seen: number[] = [];
  eachWord(TEXT, 0, TEXT.length, (hash) => seen.push(hash));
  assert.deepEqual(seen, words(TEXT).map(hashOfName));
});
