/**
 * What is inside the three VSIX files, against the committed list: nothing slips in, nothing is forgotten.
 */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { zipNames } from './zipNames';

const ROOT = join(__dirname, '../..');
const PACKAGES = ['poollens.vsix', 'poollens-win32-x64.vsix', 'poollens-win32-arm64.vsix'] as const;
const MOST_BYTES = 6 * 1024 * 1024;

/** Lines of files.txt: a path in the VSIX; `<platform>` stands for a line only platform packages have. */
function expectedNames(file: string): string[] {
  const platform = /-(win32-\w+)\.vsix$/.exec(file)?.[1];
  return readFileSync(join(__dirname, 'files.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .filter((line) => platform !== undefined || !line.includes('native/'))
    .map((line) =>
      line.replaceAll('<platform>', platform ?? '').replaceAll('<binary>', platform?.replace('-', '_') ?? ''),
    )
    .sort();
}

for (const file of PACKAGES) {
  test(`${file} holds the committed list of files`, () => {
    assert.deepEqual(zipNames(readFileSync(join(ROOT, file))).sort(), expectedNames(file));
  });

  test(`${file} keeps its size`, () => {
    const { size } = statSync(join(ROOT, file));
    assert.ok(size < MOST_BYTES, `${file} has ${String(size)} bytes`);
  });
}
