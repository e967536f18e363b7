/** Headers of a tree too large to be kept: texts are forgotten, what they lead to is not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanSource, type ScannedSource } from '../../../../server/core/source/scanSource';
import { SourceCache } from '../../../../server/core/source/sourceCache';
import { describeSite, parsers, treeFiles } from './annotated';

const FILLER = '/* nothing of interest */\n';
const MORE_THAN_IS_KEPT = FILLER.repeat(250_000);
const POOL = '#define GET(size, tag) ExAllocatePool2(64, size, tag)\n';
const USE = '#include "large.h"\n#include "pool.h"\nvoid f(void) { p = GET(8, \'derF\'); }\n';
const PLAIN = '#include "large.h"\n#include "pool.h"\nvoid g(void) { work(); }\n';

async function scanner(tree: Record<string, string>): Promise<{
  readonly cache: SourceCache;
  readonly reads: string[];
  readonly scan: (file: string) => ScannedSource;
}> {
  const cache = new SourceCache();
  const reads: string[] = [];
  const plain = treeFiles(tree);
  const files = { ...plain, readText: (path: string) => (reads.push(path), plain.readText(path)) };
  const options = { module: 'toaster', files, parsers: await parsers(), cache };
  return { cache, reads, scan: (file) => scanSource(tree[file] ?? '', { ...options, file: `/${file}` }) };
}

test('a file of no interest is told so without its headers being read again', async () => {
  const tree = { 'large.h': MORE_THAN_IS_KEPT, 'pool.h': POOL, 'a.c': USE, 'b.c': PLAIN };
  const { cache, reads, scan } = await scanner(tree);
  assert.equal(scan('a.c').sites.length, 1);
  cache.trim();
  reads.length = 0;
  assert.deepEqual(scan('b.c').includes, ['/pool.h', '/large.h']);
  assert.ok(!reads.includes('/large.h'), reads.join());
});

test('what was forgotten is read again where it counts, and as it is by then', async () => {
  const tree: Record<string, string> = { 'large.h': MORE_THAN_IS_KEPT, 'pool.h': POOL, 'a.c': USE };
  const { cache, scan } = await scanner(tree);
  const first = scan('a.c').sites.map(describeSite);
  cache.trim();
  assert.deepEqual(scan('a.c').sites.map(describeSite), first);
  cache.trim();
  tree['pool.h'] = POOL.replace('64, size, tag', "64, size, 'treB'");
  cache.invalidate('/pool.h');
  assert.deepEqual(scan('a.c').sites.map(describeSite), [(first[0] ?? '').replace('Fred', 'Bert')]);
  cache.trim();
  tree['pool.h'] = '#define GET(size, tag) other(size)\n';
  cache.invalidate('/pool.h');
  assert.deepEqual(scan('a.c').sites, []);
});
