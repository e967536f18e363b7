/**
 * Rule duplicate-tag.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TagIndex } from '../../../../../server/core/index/tagIndex';
import { duplicateTag } from '../../../../../server/core/lint/rules/duplicateTag';
import { factsOf, imagePlace, site, sourcePlace } from '../../../../support/facts';
import { checkLint } from '../checkLint';

test('two drivers that allocate with one tag are told of each other', () =>
  checkLint({
    '/leaky/leaky.c': `void f(void) {
  ExAllocatePool2(64, 16, 'derF');
//                        ^^^^^^ warning duplicate-tag: pool tag Fred of leaky.sys is also allocated by steady.sys
  ExAllocatePool2(64, 16, 'ykaL');
}`,
    '/steady/steady.c': `#define TAG 'derF'
void g(void) {
  ExAllocatePoolWithTag(PagedPool, 16, TAG);
//                                     ^^^ warning duplicate-tag: of steady.sys is also allocated by leaky.sys
}`,
  }));

test('a module is told once, at its first place', () =>
  checkLint({
    '/a/a.c': `void f(void) {
  ExAllocatePool2(64, 16, 'derF');
//                        ^^^^^^ warning duplicate-tag: Fred
  ExAllocatePool2(64, 32, 'derF');
}`,
    '/b/b.c': `void f(void) {
  ExAllocatePool2(64, 16, 'derF');
//                        ^^^^^^ warning duplicate-tag: Fred
}`,
  }));

test('freeing what another driver allocated is no second allocation', () =>
  checkLint({
    '/a/a.c': `void f(void) { ExAllocatePool2(64, 16, 'derF'); }`,
    '/b/b.c': `void f(void *p) { ExFreePoolWithTag(p, 'derF'); }`,
  }));

test('tags that nobody chose are no duplicates', () =>
  checkLint({ '/a/a.c': `void f(void) { ExAllocatePool2(64, 16, ' mdW'); }` }, { 'default-tag': 'off' }));

test('a comment switches it off, and a setting makes it an error', () =>
  checkLint(
    {
      '/a/a.c': `void f(void) {
  // poollens-disable-next-line duplicate-tag -- counted together on purpose
  ExAllocatePool2(64, 16, 'derF');
}`,
      '/b/b.c': `void f(void) {
  ExAllocatePool2(64, 16, 'derF');
//                        ^^^^^^ error duplicate-tag: Fred
}`,
    },
    { 'duplicate-tag': 'error' },
  ));

test('three builds of one driver and its sources are one module', () => {
  const index = new TagIndex();
  for (const machine of ['x64', 'x86', 'arm64']) {
    for (const file of [`/${machine}/toaster.sys`, `/toaster_${machine}.sys`]) {
      const module = file.slice(file.lastIndexOf('/') + 1);
      index.replace(factsOf(file, [site(imagePlace(file, 0x1000), { module })]));
    }
  }
  index.replace(factsOf('/src/toaster.c', [site(sourcePlace('/src/toaster.c', 1), { module: 'toaster' })]));
  assert.deepEqual(duplicateTag.check({ index }), []);
});

test('hints are no facts: a constant or a catalogue entry is not an allocation', () => {
  const index = new TagIndex();
  index.replace(factsOf('/a.sys', [site(imagePlace('/a.sys', 1), { module: 'a.sys', evidence: 'constant' })]));
  index.replace(factsOf('/b.sys', [site(imagePlace('/b.sys', 1), { module: 'b.sys' })]));
  assert.deepEqual(duplicateTag.check({ index }), []);
});

test('a hundred modules make a hundred findings of bounded size', () => {
  const index = new TagIndex();
  for (let at = 0; at < 100; at += 1) {
    const file = `/d${String(at)}.sys`;
    index.replace(factsOf(file, [site(imagePlace(file, 1), { module: `d${String(at)}.sys` })]));
  }
  const findings = duplicateTag.check({ index });
  assert.equal(findings.length, 100);
  for (const finding of findings) {
    assert.equal(finding.related.length, 10);
    assert.match(finding.message, /and 97 more modules$/);
  }
});

test('the wrapper of a library allocates with the tags of who calls it, not as another module', () => {
  const index = new TagIndex();
  const own = site(sourcePlace('/a/a.c', 3), { module: 'a.sys', evidence: 'wrapper', via: 'PoolGet' });
  const inside = site(sourcePlace('/lib/pool.c', 4), { module: 'lib', isPassedIn: true });
  index.replace(factsOf('/a/a.c', [own]));
  index.replace(factsOf('/lib/pool.c', [inside]));
  assert.deepEqual(duplicateTag.check({ index }), []);
  index.replace(factsOf('/lib/pool.c', [site(sourcePlace('/lib/pool.c', 4), { module: 'lib' })]));
  assert.equal(duplicateTag.check({ index }).length, 2);
});

test('a folder of headers is no module: what they allocate runs in those that include them', () =>
  checkLint({
    '/shared/pool.h': `#define FRED_ALLOC(n) ExAllocatePool2(64, (n), 'derF')`,
    '/a/a.c': `#include "../shared/pool.h"
void f(void) { p = FRED_ALLOC(16); }`,
  }));

test('drivers that use one header are told of each other, where they use it', () =>
  checkLint({
    '/shared/pool.h': `#define FRED_ALLOC(n) ExAllocatePool2(64, (n), 'derF')`,
    '/a/a.c': `#include "../shared/pool.h"
void f(void) { p = FRED_ALLOC(16); }
//                 ^^^^^^^^^^ warning duplicate-tag: of a.sys is also allocated by b.sys`,
    '/b/b.c': `#include "../shared/pool.h"
void f(void) { p = FRED_ALLOC(16); }
//                 ^^^^^^^^^^ warning duplicate-tag: of b.sys is also allocated by a.sys`,
  }));
