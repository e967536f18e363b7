/** Where Windows keeps its drivers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemImageRoots } from '../../../../server/scan/files/systemImages';

test('on Windows the drivers folder and the kernel; elsewhere, or with an odd variable, nothing', () => {
  const roots = systemImageRoots('win32', { SystemRoot: 'C:\\Windows' });
  assert.equal(roots[0], 'C:\\Windows\\System32\\drivers');
  assert.ok(roots.includes('C:\\Windows\\System32\\ntoskrnl.exe'));
  assert.deepEqual(systemImageRoots('win32', { windir: 'D:\\WINNT' })[0], 'D:\\WINNT\\System32\\drivers');
  assert.deepEqual(systemImageRoots('linux', { SystemRoot: 'C:\\Windows' }), []);
  assert.deepEqual(systemImageRoots('win32', {}), []);
  assert.deepEqual(systemImageRoots('win32', { SystemRoot: '\\\\server\\share' }), []);
});
