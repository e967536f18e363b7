/** Allocators named in a setting: what is taken, and what is said of the rest. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseNamedAllocator, readNamedAllocators } from '../../../../server/core/tags/namedAllocators';

test('entries of the setting', () => {
  const { value, issues } = readNamedAllocators([
    { name: 'PoolAlloc', position: 2 },
    { name: 'PoolFree', position: 1, role: 'free' },
    { name: 'PoolAlloc', position: 3, role: 'bind' },
    { name: 'no call', position: 1 },
    { name: 'Zero', position: 0 },
    { name: 'Many', position: 33 },
    { name: 'Odd', position: 1, role: 'steal' },
    'PoolAlloc:2',
  ]);
  assert.deepEqual(value, [
    { name: 'PoolAlloc', tagPosition: 3, role: 'bind' },
    { name: 'PoolFree', tagPosition: 1, role: 'free' },
  ]);
  assert.deepEqual(
    issues.map((issue) => issue.replace(/: expected.*/, '')),
    ['entry 4: name', 'entry 5: position of Zero', 'entry 6: position of Many', 'entry 7: role of Odd', 'entry 8'],
  );
  assert.deepEqual(readNamedAllocators(undefined), { value: [], issues: [] });
  assert.equal(readNamedAllocators({ name: 'x' }).issues.length, 1);
});

test('the spelling of the command line', () => {
  assert.deepEqual(parseNamedAllocator('PoolAlloc:2'), { name: 'PoolAlloc', tagPosition: 2, role: 'allocate' });
  assert.deepEqual(parseNamedAllocator('PoolFree:1:free'), { name: 'PoolFree', tagPosition: 1, role: 'free' });
  for (const bad of ['PoolAlloc', 'PoolAlloc:', 'PoolAlloc:two', ':2', 'A::B:2', 'P:2:free:x', 'P:0', 'P:2:steal'])
    assert.equal(typeof parseNamedAllocator(bad), 'string', bad);
});
