/** The tag a command is given by links, key bindings and the panel's context menu. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tagArgument } from '../../../../src/commands/tagArgument';

test('a number, or what the context menu hands on', () => {
  assert.equal(tagArgument(0x64657246), 0x64657246);
  assert.equal(tagArgument({ webviewSection: 'row', tag: 0xffffffff }), 0xffffffff);
});

test('anything else is no tag', () => {
  for (const value of [undefined, null, -1, 1.5, 2 ** 32, NaN, '1', {}, { tag: '1' }, { tag: -1 }, [1]]) {
    assert.equal(tagArgument(value), undefined, JSON.stringify(value));
  }
});
