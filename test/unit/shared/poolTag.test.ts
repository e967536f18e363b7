/** Pool tag spellings: the byte order people get wrong, padding, unprintable bytes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  PROTECTED_POOL,
  tagFromText,
  tagSpellings,
  tagToLiteral,
  tagToText,
  withoutProtection,
} from '../../../src/shared/poolTag';

test('the literal reads backwards in memory', () => {
  assert.deepEqual(tagSpellings(0x64657246), { text: 'Fred', literal: "'derF'", hex: '0x64657246', debugger: 'Fred' });
  assert.equal(tagToText(0x206d6457), 'Wdm ');
});

test('a short literal has NULs behind its text', () => {
  const tag = 0x6162; // 'ab'
  assert.equal(tagToText(tag), 'ba\\x00\\x00');
  assert.equal(tagToLiteral(tag), "'ab'");
  assert.equal(tagSpellings(tag).debugger, '0x00006162');
});

test('quotes and backslashes in a literal are escaped', () => {
  assert.equal(tagToLiteral(tagFromText("a'\\\\b") ?? 0), "'b\\\\\\'a'");
});

test('what people type is read: padded text, numbers, escapes', () => {
  assert.equal(tagFromText('Io'), 0x20206f49);
  assert.equal(tagFromText('0x64657246'), 0x64657246);
  assert.equal(tagFromText('\\x01abc'), 0x63626101);
  assert.equal(tagFromText(''), undefined);
  assert.equal(tagFromText('Fredd'), undefined);
  assert.equal(tagFromText('Fré€'), undefined);
});

test('text and number lead back to every tag', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), (tag) => {
      assert.equal(tagFromText(tagToText(tag)), tag);
      assert.equal(tagFromText(tagSpellings(tag).hex), tag);
    }),
  );
});

test('protected pool is a bit beside the tag', () => {
  assert.equal(withoutProtection((0x636f7250 | PROTECTED_POOL) >>> 0), 0x636f7250);
  assert.equal(tagToText(withoutProtection(0xe36f7250)), 'Proc');
});
