/**
 * The line of progress: one line whatever the names, and what it says.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wantsColour } from '../../../server/cli/colours';
import { progressText } from '../../../server/cli/terminalProgress';
import { textWidth } from '../../../server/core/report/textWidth';

test('files, speed and the file that was done last', () => {
  const state = { done: 361, total: 3000, bytes: 96e6, file: 'drivers/toaster.sys' };
  assert.equal(progressText('scanned', state, 2, 79), 'scanned 361 of 3000 files, 48 MB/s  drivers/toaster.sys');
  assert.equal(progressText('searched', { done: 1, total: 2 }, 2, 79), 'searched 1 of 2 files');
});

test('it stays one line, without control characters', () => {
  const state = { done: 361, total: 3000, bytes: 96e6, file: `${'驱动/'.repeat(40)}\u001b[2J\n.sys` };
  for (const width of [5, 30, 40, 60, 79]) {
    const text = progressText('scanned', state, 2, width);
    assert.ok(textWidth(text) <= width, text);
    assert.equal(/\p{Cc}/u.test(text), false);
  }
  assert.match(progressText('scanned', state, 2, 60), /…\S*\\x1b\[2J\\x0a\.sys$/);
});

test('whether there is colour', () => {
  assert.equal(wantsColour('auto', {}, true), true);
  assert.equal(wantsColour('auto', {}, false), false);
  assert.equal(wantsColour('auto', { NO_COLOR: '1' }, true), false);
  assert.equal(wantsColour('auto', { NO_COLOR: '' }, true), true);
  assert.equal(wantsColour('auto', { TERM: 'dumb' }, true), false);
  assert.equal(wantsColour('auto', { FORCE_COLOR: '1', NO_COLOR: '1' }, false), true);
  assert.equal(wantsColour('auto', { FORCE_COLOR: '0' }, true), false);
  assert.equal(wantsColour('always', { NO_COLOR: '1' }, false), true);
  assert.equal(wantsColour('never', { FORCE_COLOR: '1' }, true), false);
});
