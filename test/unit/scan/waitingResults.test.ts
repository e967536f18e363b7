/**
 * Results that wait to be given out: the newest ones, once, with what was included where that was asked for.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { scanFolders } from '../../../server/scan/scanFolders';
import type { ScannedFile } from '../../../server/scan/scanTypes';
import { InProcessScanner } from '../../../server/scan/threads/inProcessScanner';
import { WaitingResults } from '../../../server/scan/waitingResults';
import type { FileFacts } from '../../../src/shared/facts';
import { factsOf } from '../../support/facts';
import { temporaryFolder } from '../../support/temporaryFolder';

function scanned(file: string, includes?: readonly string[]): ScannedFile {
  const dependsOn = (includes ?? []).map((path) => ({ path, size: 1, mtimeMs: 1 }));
  return { facts: factsOf(file, [], includes && { includes }), dependsOn };
}

test('facts are given out once, those of the last scan, as they came', () => {
  const results = new WaitingResults(true);
  results.set('/a.c', scanned('/a.c', ['/old.h']));
  results.set('/b.c', scanned('/b.c', ['/pool.h', '/old.h']));
  results.set('/a.c', scanned('/a.c', ['/new.h', '/pool.h']));
  results.set('/c.c', scanned('/c.c'));
  results.set('/d.rs', scanned('/d.rs'));
  assert.equal(results.has('/a.c'), true);
  assert.deepEqual(results.take('/a.c'), scanned('/a.c', ['/new.h', '/pool.h']).facts);
  assert.equal(results.has('/a.c'), false);
  assert.equal(results.take('/a.c'), undefined);
  assert.deepEqual(results.take('/b.c'), scanned('/b.c', ['/pool.h', '/old.h']).facts);
  assert.deepEqual(results.take('/c.c'), scanned('/c.c').facts);
  assert.deepEqual(results.take('/d.rs'), scanned('/d.rs').facts);
});

for (const withIncludes of [true, false])
  test(`a scan ${withIncludes ? 'tells' : 'does not tell'} what sources include, from the cache as well`, async (t) => {
    const root = temporaryFolder(t, { 'a.c': '#include "a.h"\n', 'a.h': '#include "b.h"\n', 'b.h': '\n' });
    const cache = { folder: temporaryFolder(t), engine: 'engine-1' };
    for (const fromCache of [0, 3]) {
      const facts: FileFacts[] = [];
      const outcome = await scanFolders(
        new InProcessScanner(),
        { roots: [{ path: root }], withIncludes, cache },
        { facts: (of) => facts.push(of), issue: (issue) => assert.fail(issue.message) },
      );
      assert.equal(outcome.fromCache, fromCache);
      const [first] = facts;
      const expected = withIncludes ? [join(root, 'a.h'), join(root, 'b.h')] : undefined;
      assert.deepEqual(first?.includes, expected);
    }
  });
