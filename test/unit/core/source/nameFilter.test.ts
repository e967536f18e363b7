/**
 * The hashed look for names against the plain one: every word cut out and compared.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashedName, NameFilter, TextWords } from '../../../../server/core/source/nameFilter';

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

test('what a text may hold covers every word it holds, and rules most others out', () => {
  const seen = new TextWords(TEXT);
  for (const word of words(TEXT)) assert.ok(seen.mayHold(hashedName(word)), word);
  const others = Array.from({ length: 1000 }, (_, at) => `other_${String(at)}`);
  assert.ok(others.filter((name) => seen.mayHold(hashedName(name))).length < 50);
});
