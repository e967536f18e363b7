/** The allocator catalogue: shape of every row, and the few rows whose position everyone relies on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALLOCATORS, findAllocator } from '../../../../server/core/tags/allocators';
import { DEFAULT_TAGS, findDefaultTag } from '../../../../server/core/tags/wellKnownTags';
import { tagToText } from '../../../../src/shared/poolTag';

test('every tag position lies inside its parameter list, and every name is listed once', () => {
  for (const allocator of ALLOCATORS) {
    assert.ok(allocator.tagPosition >= 0 && allocator.tagPosition <= allocator.parameters.length, allocator.name);
    assert.equal(allocator.tagPosition === 0, allocator.role === 'untagged', allocator.name);
    assert.equal(findAllocator(allocator.name), allocator);
  }
});

test('positions of the WDK declarations', () => {
  const named = (name: string): string | undefined => {
    const allocator = findAllocator(name);
    return allocator?.parameters[allocator.tagPosition - 1];
  };
  assert.equal(named('ExAllocatePool2'), 'Tag');
  assert.equal(named('ExFreePoolWithTag'), 'Tag');
  assert.equal(named('NdisAllocateMemoryWithTagPriority'), 'Tag');
  assert.equal(named('FLT_CONTEXT_REGISTRATION'), 'PoolTag');
  assert.equal(named('WdfMemoryCreate'), 'PoolTag');
});

test('default tags show as tools print them', () => {
  assert.deepEqual(
    DEFAULT_TAGS.map((d) => tagToText(d.tag)),
    ['None', 'Wdm ', 'Ddk ', 'FxDr', 'NDam', 'Ovfl'],
  );
  assert.equal(findDefaultTag(0x64657246), undefined);
});
