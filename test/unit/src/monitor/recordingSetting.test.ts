/**
 * Where the recording named in the settings may lie: inside the folder, or where an absolute path says, on this machine.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { recordingPath } from '../../../../src/monitor/recordingSetting';

test('relative paths stay inside the workspace folder', () => {
  const at = (setting: string): string => {
    const found = recordingPath(setting, '/home/me/driver', path.posix);
    return found.kind === 'file' ? found.file : found.kind;
  };
  assert.equal(at('leak.poolrec'), '/home/me/driver/leak.poolrec');
  assert.equal(at('./a/../leak.poolrec'), '/home/me/driver/leak.poolrec');
  assert.equal(at('..hidden/leak.poolrec'), '/home/me/driver/..hidden/leak.poolrec');
  assert.equal(at('/var/leak.poolrec'), '/var/leak.poolrec');
  for (const bad of ['..', '../leak.poolrec', 'a/../../leak.poolrec', '.', 'a/..'])
    assert.equal(at(bad), 'outside', bad);
  assert.equal(at(''), 'none');
});

test("Windows' paths: drives, and no other machine", () => {
  const at = (setting: string): string => {
    const found = recordingPath(setting, 'C:\\src\\driver', path.win32);
    return found.kind === 'file' ? found.file : found.kind;
  };
  assert.equal(at('rec\\leak.poolrec'), 'C:\\src\\driver\\rec\\leak.poolrec');
  assert.equal(at('D:\\leak.poolrec'), 'D:\\leak.poolrec');
  assert.equal(at('..\\leak.poolrec'), 'outside');
  assert.equal(at('D:leak.poolrec'), 'outside', 'relative to another drive');
  for (const bad of [
    '\\\\host\\share\\leak.poolrec',
    '//host/share/leak.poolrec',
    '\\\\?\\UNC\\host\\x',
    '\\/host/x',
  ]) {
    assert.equal(at(bad), 'remote', bad);
  }
});

test('a relative path needs a folder', () => {
  assert.equal(recordingPath('leak.poolrec', undefined, path.posix).kind, 'noFolder');
});
