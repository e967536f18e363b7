/**
 * The lines of an image and the facts behind them: there and back, and under another path.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { scanImage } from '../../../../server/core/binary/scanImage';
import { imageLines, KEPT_IN_LINES, readImageLines, withPath } from '../../../../server/core/report/imageLines';
import type { FileFacts } from '../../../../src/shared/facts';
import { factsOf, imagePlace, site } from '../../../support/facts';

const BUILD = resolve(__dirname, '../../../fixtures/demo/build');
const FILE = '/drivers/"quoted"\n$& \u202e.sys';
const itself = (path: string): string => path;

/** Everything that facts can say, with text that tries to be taken for something else. */
const HOSTILE: FileFacts = factsOf(
  FILE,
  [
    site(imagePlace(FILE, 0x2d6f, { function: '"file":"' + FILE, source: { file: FILE, line: 0 } }), {
      tags: [0, 0xffffffff],
      unresolved: `"file":"x"},\n{"type":"file"`,
      via: '\0$1',
    }),
    site(imagePlace(FILE, 0), { tags: [], role: 'untagged' }),
  ],
  {
    kind: 'image',
    sha256: 'ab'.repeat(32),
    size: 12,
    milliseconds: 1.5,
    issues: [{ message: '"file":""' }, { message: 'cut', offset: 0 }],
    image: {
      machine: 'arm64',
      hybrid: 'arm64x',
      version: { company: 'Fabrikam', product: '', description: '\u2028', fileVersion: '1' },
      signer: { name: 'Somebody', issuer: 'CA', program: 'p', also: ['else'] },
      pdb: 'a.pdb',
    },
  },
);

test('the facts come back as they were', () => {
  assert.deepEqual(readImageLines(imageLines(HOSTILE, itself), FILE), HOSTILE);
  const bare = factsOf(FILE, [], { kind: 'image', issues: [{ message: 'no image' }] });
  assert.deepEqual(readImageLines(imageLines(bare, itself), FILE), bare);
  for (const machine of ['x64', 'x86', 'arm64']) {
    const file = join(BUILD, machine, 'leaky.sys');
    const bytes = readFileSync(file);
    const loadPdb = () => ({ file: 'leaky.pdb', bytes: readFileSync(join(BUILD, machine, 'leaky.pdb')) });
    const facts = factsOf(file, [], { kind: 'image', ...scanImage(bytes, { file, loadPdb }) });
    assert.ok(facts.sites.length > 0);
    assert.deepEqual(readImageLines(imageLines(facts, itself), file), facts);
  }
});

test('the facts of this test have every field there is', () => {
  const fields = [...Object.keys(HOSTILE), ...Object.keys(HOSTILE.image ?? {})];
  assert.deepEqual(fields.sort(), Object.keys(KEPT_IN_LINES).sort());
});

test('each line is one of the contract', () => {
  const lines = imageLines(HOSTILE, () => 'shown.sys')
    .trimEnd()
    .split('\n');
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    parsed.map(({ type, file }) => [type, file]),
    [
      ['site', 'shown.sys'],
      ['site', 'shown.sys'],
      ['file', 'shown.sys'],
      ['issue', 'shown.sys'],
      ['issue', 'shown.sys'],
    ],
  );
});

test('another path: the lines are those that would have been made with it', () => {
  for (const [before, now] of [
    [FILE, 'x.sys'],
    ['x.sys', FILE],
    ['', '$1\\'],
  ] as const) {
    const made = imageLines(HOSTILE, () => before);
    assert.equal(
      withPath(made, before, now),
      imageLines(HOSTILE, () => now),
    );
  }
});

test('lines that tell of no image are refused', () => {
  for (const lines of ['', '{"type":"issue","message":"x"}\n', '{', 'null\n']) {
    assert.throws(() => readImageLines(lines, FILE), lines);
  }
});
