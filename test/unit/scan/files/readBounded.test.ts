/**
 * Reading what stands at a path by the time it is read: too large, gone, or no plain file any more.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { readBounded, UnreadableFileError } from '../../../../server/scan/files/readBounded';
import { temporaryFolder } from '../../../support/temporaryFolder';

test('a file is read whole, up to the limit and no further', (t) => {
  const root = temporaryFolder(t, { three: 'abc', none: '' });
  assert.equal(readBounded(join(root, 'three'), 3).toString(), 'abc');
  assert.equal(readBounded(join(root, 'none'), 0).length, 0);
  assert.throws(() => readBounded(join(root, 'three'), 2), { message: 'larger than 0 MiB, not read' });
  assert.throws(() => readBounded(join(root, 'gone'), 2), { code: 'ENOENT' });
});

test('a pipe in the place of a file is not waited for', (t) => {
  if (process.platform === 'win32') return void t.skip('Windows has no pipes in folders');
  const root = temporaryFolder(t);
  execFileSync('mkfifo', [join(root, 'pipe')]);
  assert.throws(() => readBounded(join(root, 'pipe'), 100), UnreadableFileError);
  if (process.platform === 'linux') {
    // Says that it has no bytes, and would give them all the same.
    assert.equal(readBounded('/proc/self/status', 100).length, 0);
  }
});
