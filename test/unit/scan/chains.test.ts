/**
 * Wrappers of wrappers, each in a file of its own: however long the chain, its callers' tags arrive, and a bound that is
 * reached is said.
 */
import assert from 'node:assert/strict';
import { join, relative } from 'node:path';
import { test, type TestContext } from 'node:test';
import { scanFolders } from '../../../server/scan/scanFolders';
import { InProcessScanner } from '../../../server/scan/threads/inProcessScanner';
import { tagToText } from '../../../src/shared/poolTag';
import { temporaryFolder } from '../../support/temporaryFolder';

const PROJECT = '<ConfigurationType>Driver</ConfigurationType>';
const LENGTHS = [3, 4, 5, 6, 7, 8, 20];

/** A function for each level; the first one allocates. */
function level(at: number): string {
  const below = at === 1 ? 'ExAllocatePool2(64, n, t)' : `Take${String(at - 1)}(n, t)`;
  const declared = at === 1 ? '' : `void *Take${String(at - 1)}(int n, ULONG t);\n`;
  return `${declared}void *Take${String(at)}(int n, ULONG t) { return ${below}; }\n`;
}

function calling(at: number, tag: string): string {
  return `void *Take${String(at)}(int n, ULONG t);\nvoid f(void) { Take${String(at)}(8, '${tag}'); }\n`;
}

interface Answer {
  /** File → tags of its allocating sites. */
  readonly tags: Readonly<Record<string, string>>;
  readonly issues: readonly string[];
}

async function scan(t: TestContext, files: Record<string, string>): Promise<Answer> {
  const root = temporaryFolder(t, { 'd.vcxproj': PROJECT, ...files });
  const tags: Record<string, string> = {};
  const issues: string[] = [];
  await scanFolders(
    new InProcessScanner(),
    { roots: [{ path: root }] },
    {
      facts: ({ file, sites, issues: found }) => {
        const texts = sites.map((site) => `${site.tags.map(tagToText).sort().join('|')}${site.unresolved ?? ''}`);
        if (texts.length > 0) tags[relative(root, file)] = texts.join(' ');
        issues.push(...found.map(({ message }) => message));
      },
      issue: ({ file, message }) => issues.push(`${relative(root, file)}: ${message}`),
    },
  );
  return { tags, issues };
}

for (const length of LENGTHS) {
  test(`a chain of ${String(length)} files, called at both ends`, async (t) => {
    const files: Record<string, string> = { 'first.c': calling(1, 'srFA'), 'main.c': calling(length, 'niaM') };
    // Against the order of their scanning, and with it.
    for (let at = 1; at <= length; at += 1) files[join(at % 2 === 0 ? 'a' : 'z', `${String(at)}.c`)] = level(at);
    const { tags, issues } = await scan(t, files);
    assert.deepEqual(issues, []);
    assert.equal(tags['main.c'], 'Main');
    assert.equal(tags[join('z', '1.c')], 'AFrs|Main');
  });

  test(`a chain of ${String(length)} functions in one file, the outer ones first`, async (t) => {
    const levels = Array.from({ length }, (_, at) => level(length - at)).join('');
    for (const text of [levels, Array.from({ length }, (_, at) => level(at + 1)).join('')]) {
      const { tags, issues } = await scan(t, {
        'all.c': `${text}${calling(length, 'niaM')}`,
        'x.c': calling(1, 'srFA'),
      });
      assert.deepEqual(issues, []);
      assert.ok(tags['all.c']?.split(' ').includes('AFrs|Main'), tags['all.c']);
      assert.ok(tags['all.c']?.split(' ').includes('Main'), tags['all.c']);
    }
  });

  test(`a chain of ${String(length)} macros and functions in turns, each in a header`, async (t) => {
    const files: Record<string, string> = {};
    for (let at = 1; at <= length; at += 1) {
      const below = at === 1 ? 'ExAllocatePool2(64, n, t)' : `Take${String(at - 1)}(n, t)`;
      const include = at === 1 ? '' : `#include "l${String(at - 1)}.h"\n`;
      files[`l${String(at)}.h`] =
        at % 2 === 0
          ? `#pragma once\n${include}#define Take${String(at)}(n, t) ${below}\n`
          : `#pragma once\n${include}static inline void *Take${String(at)}(int n, ULONG t) { return ${below}; }\n`;
    }
    files['main.c'] = `#include "l${String(length)}.h"\nvoid f(void) { Take${String(length)}(8, 'niaM'); }\n`;
    const { tags, issues } = await scan(t, files);
    assert.deepEqual(issues, []);
    assert.equal(tags['main.c'], 'Main');
    assert.equal(tags['l1.h'], 'Main');
  });
}

test('what is cut off by the bounds is said', async (t) => {
  const files: Record<string, string> = { 'main.c': calling(150, 'niaM') };
  for (let at = 1; at <= 150; at += 1) files[`${String(at)}.c`] = level(at);
  assert.deepEqual((await scan(t, files)).issues, [
    '1.c: wrappers call each other through too many files: some callers are missing',
  ]);
  const all = Array.from({ length: 80 }, (_, at) => level(at + 1)).join('');
  assert.deepEqual((await scan(t, { 'all.c': all })).issues, [
    'wrappers call each other through too many levels: some callers are missing',
  ]);
});
