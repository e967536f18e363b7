/**
 * Rule known-tag. The pooltag.txt lines are of our own.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TagIndex } from '../../../../../server/core/index/tagIndex';
import { knownTag } from '../../../../../server/core/lint/rules/knownTag';
import { parsePoolTagFile } from '../../../../../server/core/tags/poolTagFile';
import type { TagSite } from '../../../../../src/shared/facts';
import { factsOf, imagePlace, site, sourcePlace } from '../../../../support/facts';
import { checkLint } from '../checkLint';

/** What is said of an image `module` that allocates with Fred. */
function messages(poolTagText: string, module: string, more: Partial<TagSite> = {}): string[] {
  const index = new TagIndex();
  index.replace(factsOf('/a.sys', [site(imagePlace('/a.sys', 0x1000), { module, ...more })]));
  return knownTag.check({ index, poolTagFile: parsePoolTagFile(poolTagText).value }).map((finding) => finding.message);
}

const isSilent = (poolTagText: string, module: string, more: Partial<TagSite> = {}): void => {
  assert.deepEqual(messages(poolTagText, module, more), [], `${poolTagText} for ${module}`);
};
const isFound = (poolTagText: string, module: string): void => {
  assert.equal(messages(poolTagText, module).length, 1, `${poolTagText} for ${module}`);
};

test('a tag of another binary is reported at the allocation, once for each module, with what the file says', () =>
  checkLint(
    {
      '/toaster/toaster.c': `void f(void *p) {
  ExAllocatePool2(64, 16, 'derF');
//                        ^^^^^^ information known-tag: pool tag Fred of toaster.sys is listed in pooltag.txt for fred.sys: Friends of Fred
  ExAllocatePool2(64, 32, 'derF');
  ExAllocatePool2(64, 16, 'ykaL');
//                        ^^^^^^ information known-tag: listed in pooltag.txt as Lak? for nt!lk: Lakes - and rivers
  ExAllocatePool2(64, 16, 'nwO ');
  ExAllocatePool2(64, 16, ' mdW'); // poollens-disable-line default-tag
  ExFreePoolWithTag(p, 'eerF');
}`,
    },
    {},
    `Fred - fred.sys - Friends of Fred.
Free - free.sys - Only freed here
Lak? - nt!lk    - Lakes - and rivers
Wdm  - wdm.sys  - Nobody chose it`,
  ));

test('a comment and a setting switch it off; without the file it does not run', async () => {
  const text = `void f(void) { ExAllocatePool2(64, 16, 'derF'); }`;
  const list = 'Fred - fred.sys - x';
  await checkLint({ '/a/a.c': text });
  await checkLint({ '/a/a.c': text }, { 'known-tag': 'off' }, list);
  await checkLint({ '/a/a.c': `${text} // poollens-disable-line known-tag` }, {}, list);
  const found = `${text}\n//                                     ^^^^^^ error known-tag: fred.sys: x`;
  await checkLint({ '/a/a.c': found }, { 'known-tag': 'error' }, list);
});

for (const [binary, module] of [
  ['fred.sys', 'fred.sys'],
  ['Fred.SYS', 'C:\\drivers\\fred.sys'],
  ['fred.sys', 'fred_x64.sys'],
  ['fred', 'fred.sys'],
  ['<fred.sys>', 'fred.sys'],
  ['win32k!Alloc::Get', 'win32k.sys'],
  ['nt!mm', 'ntoskrnl.exe'],
  ['ntoskrnl.exe', 'ntkrnlmp.exe'],
  ['nt!store or fred.sys', 'fred.sys'],
  ['old.sys/fred.sys', 'fred.sys'],
  ['fred.sys/new.sys', 'fred.sys'],
] as const) {
  test(`${binary} is ${module} itself`, () => {
    isSilent(`Fred - ${binary} - x`, module);
    isFound(`Fred - ${binary} - x`, 'freddy.sys');
  });
}

test('a line that names no binary does not count: nobody knows whose tag it is', () => {
  isSilent('Fred - <unknown> - Old friends', 'a.sys');
  isSilent('Fred - Old friends', 'a.sys');
});

test('one of several lines for the module is enough', () => {
  isSilent('Fred - b.sys - x\nFred - a.sys - y', 'a.sys');
  isFound('Fred - b.sys - x\nFred - c.sys - y', 'a.sys');
});

test('an exact line decides over wildcards, unless it names no one', () => {
  isSilent('Fr?? - b.sys - x\nFred - a.sys - y', 'a.sys');
  assert.match(messages('Fr?? - a.sys - x\nFred - b.sys - y', 'a.sys')[0] ?? '', /for b\.sys: y$/);
  isSilent('Fr?? - a.sys - x\nFred - <unknown> - y', 'a.sys');
  assert.match(messages('Fred - <unknown> - y\nFr?? - b.sys - x', 'a.sys')[0] ?? '', /as Fr\?\? for b\.sys: x$/);
  assert.match(messages('Fred - y\nFr?? - b.sys - x', 'a.sys')[0] ?? '', /as Fr\?\? for b\.sys: x$/);
});

test('a wildcard of fewer than two characters covers too much to count', () => {
  for (const pattern of ['F???', '*', '????', 'F*  ']) isSilent(`${pattern.padEnd(4)} - b.sys - x`, 'a.sys');
  for (const pattern of ['Fr??', 'Fr* ', 'F??d', '?re?']) isFound(`${pattern} - b.sys - x`, 'a.sys');
});

test('hints, frees and unresolved sites are no allocations', () => {
  const list = 'Fred - b.sys - x';
  isSilent(list, 'a.sys', { evidence: 'constant' });
  isSilent(list, 'a.sys', { role: 'free' });
  isSilent(list, 'a.sys', { unresolved: 'parameter' });
  assert.equal(messages(list, 'a.sys', { role: 'bind', evidence: 'field' }).length, 1);
});

test('image and sources of a driver are one finding, in the source', () => {
  const index = new TagIndex();
  index.replace(factsOf('/a.sys', [site(imagePlace('/a.sys', 1), { module: 'a.sys' })]));
  index.replace(factsOf('/src/a.c', [site(sourcePlace('/src/a.c', 1), { module: 'a' })]));
  const { value: poolTagFile } = parsePoolTagFile('Fred - b.sys - x');
  assert.deepEqual(
    knownTag.check({ index, poolTagFile }).map((finding) => finding.place.file),
    ['/src/a.c'],
  );
});
