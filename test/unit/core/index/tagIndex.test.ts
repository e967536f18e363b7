/**
 * The index: file by file replacement, look-ups by tag, module and include.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TagIndex } from '../../../../server/core/index/tagIndex';
import { PROTECTED_POOL } from '../../../../src/shared/poolTag';
import { factsOf, FRED, imagePlace, site, sourcePlace } from '../../../support/facts';

const other = 0x31323334;

test('replacing a file forgets what it said before', () => {
  const index = new TagIndex();
  index.replace(factsOf('/a.c', [site(sourcePlace('/a.c', 1)), site(sourcePlace('/a.c', 2), { tags: [other] })]));
  assert.deepEqual(index.counts, { files: 1, sites: 2, tags: 2 });
  index.replace(factsOf('/a.c', [site(sourcePlace('/a.c', 3), { tags: [other] })]));
  assert.deepEqual(index.counts, { files: 1, sites: 1, tags: 1 });
  assert.deepEqual(index.sites(FRED), []);
  assert.equal(index.sites(other).length, 1);
});

test('the revision grows with every change and only then', () => {
  const index = new TagIndex();
  index.replace(factsOf('/a.c', [site(sourcePlace('/a.c', 1))]));
  const before = index.revision;
  assert.equal(index.remove('/nothing.c'), false);
  assert.equal(index.revision, before);
  assert.equal(index.remove('/a.c'), true);
  assert.ok(index.revision > before);
  assert.deepEqual(index.counts, { files: 0, sites: 0, tags: 0 });
  assert.deepEqual(index.modules(), []);
});

test('a set of tags is found by each of them, an unresolved site by none', () => {
  const index = new TagIndex();
  const set = site(sourcePlace('/a.c', 1), { tags: [other, FRED] });
  const open = site(sourcePlace('/a.c', 2), { tags: [], unresolved: 'run-time value' });
  index.replace(factsOf('/a.c', [set, open]));
  assert.deepEqual(index.sites(FRED), [set]);
  assert.deepEqual(index.sites(other), [set]);
  assert.deepEqual(index.tags(), [other, FRED]);
});

test('PROTECTED_POOL does not tell tags apart: the pool tables mask it', () => {
  const index = new TagIndex();
  const protectedSite = site(sourcePlace('/a.c', 1), { tags: [(FRED | PROTECTED_POOL) >>> 0] });
  index.replace(factsOf('/a.c', [protectedSite]));
  assert.deepEqual(index.sites(FRED), [protectedSite]);
  assert.deepEqual(index.sites((FRED | PROTECTED_POOL) >>> 0), [protectedSite]);
});

test('image and source of one driver are one module, in any spelling', () => {
  const index = new TagIndex();
  index.replace(factsOf('/a.c', [site(sourcePlace('/a.c', 1), { module: 'toaster' })]));
  index.replace(factsOf('/bin/Toaster.SYS', [site(imagePlace('/bin/Toaster.SYS', 16), { module: 'Toaster.SYS' })]));
  assert.deepEqual(index.modules(), ['toaster']);
  assert.equal(index.sitesOfModule('TOASTER.sys').length, 2);
});

test('includers are known by what they include, until their facts change', () => {
  const index = new TagIndex();
  index.replace(factsOf('/b.c', [], { includes: ['/pool.h'] }));
  index.replace(factsOf('/a.c', [], { includes: ['/pool.h', '/other.h'] }));
  assert.deepEqual(index.includersOf('/pool.h'), ['/a.c', '/b.c']);
  index.replace(factsOf('/a.c', [], { includes: ['/other.h'] }));
  assert.deepEqual(index.includersOf('/pool.h'), ['/b.c']);
  assert.equal(index.isIncluded('/pool.h'), true);
  index.remove('/b.c');
  assert.equal(index.isIncluded('/pool.h'), false);
  assert.equal(index.isIncluded('/other.h'), true);
  assert.deepEqual(index.includersOf('/other.h'), ['/a.c']);
  assert.deepEqual(index.includesOf('/a.c'), ['/other.h']);
  assert.deepEqual(index.includesOf('/b.c'), []);
});

test('mentions are found without a site', () => {
  const index = new TagIndex();
  const range = { start: { line: 0, column: 12 }, end: { line: 0, column: 18 } };
  index.replace(factsOf('/tags.h', [], { mentions: [{ tag: FRED, range, kind: 'definition' }] }));
  assert.deepEqual(
    index.filesMentioning(FRED).map((facts) => facts.file),
    ['/tags.h'],
  );
  assert.deepEqual(index.filesMentioning(other), []);
});
