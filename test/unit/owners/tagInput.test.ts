/**
 * What somebody may type or select for a tag, and what is no tag at all.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTagInput } from '../../../src/owners/tagInput';

test('text is read in memory order, a quoted literal backwards, a number as it is', () => {
  assert.equal(readTagInput('Fred'), 0x64657246);
  assert.equal(readTagInput("'derF'"), 0x64657246);
  assert.equal(readTagInput('0x64657246'), 0x64657246);
});

test('a short literal is the small number C makes of it; blanks inside count', () => {
  assert.equal(readTagInput("'ab'"), 0x6162);
  assert.equal(readTagInput("' mdW'"), 0x206d6457);
  assert.equal(readTagInput('Io  '), 0x20206f49);
  assert.equal(readTagInput(' Fred '), 0x64657246);
});

test('escapes in a literal stand for their character', () => {
  assert.equal(readTagInput("'a\\'b\\\\'"), 0x6127625c);
});

test('what is no tag is refused', () => {
  for (const text of ['', '      ', 'Fredd', "'derFF'", '0x123456789', '\u20acabc', "'\u20acabc'"]) {
    assert.equal(readTagInput(text), undefined, JSON.stringify(text));
  }
});
