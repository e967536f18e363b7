/** What the fuzzer found before: each small input in test/fixtures/malformed stays read, with the reason it is there. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { TARGETS } from '../../fuzz/targets';

const ROOT = path.join(__dirname, '../../..');
const FOLDER = path.join(ROOT, 'test/fixtures/malformed');

/** File → why it is kept. Its name begins with the target's. */
const FINDINGS: Readonly<Record<string, string>> = {
  'capture-column-cuts-a-minus-sign.bin':
    'a !poolused column so narrow that only the sign of -1 was taken as the number',
  'capture-counter-of-hundreds-of-digits.bin': 'a counter of hundreds of digits became infinite',
  'image-certificates-behind-the-end.bin': 'a security directory behind the end: the issue pointed outside the file',
  'image-section-table-behind-the-end.bin': 'a section table behind the end: the issue pointed outside the file',
  'image-signature-table-behind-the-end.bin':
    'a signature without a signer whose table lies behind the end: the issue pointed outside the file',
  'project-glob-of-stars.bin':
    'eleven stars: as a regular expression such a glob takes seconds, with more of them years',
};

test('every finding has its reason', () => {
  assert.deepEqual(Object.keys(FINDINGS), readdirSync(FOLDER).sort());
});

for (const [file, reason] of Object.entries(FINDINGS)) {
  test(reason, async () => {
    const target = TARGETS.find(({ name }) => name === file.split('-')[0]);
    assert.ok(target, file);
    await target.prepare?.(ROOT);
    target.run(new Uint8Array(readFileSync(path.join(FOLDER, file))));
  });
}

test('every target reads its own seeds, and changes of them', async () => {
  const { Random } = await import('../../fuzz/random');
  for (const target of TARGETS) {
    await target.prepare?.(ROOT);
    const random = new Random(target.name);
    const seeds = target.seeds(ROOT).slice(0, 4);
    assert.ok(seeds.length > 0, target.name);
    for (const seed of seeds) {
      target.run(seed);
      for (let change = 0; change < 5; change += 1) target.run(target.mutate(seed, random, seed));
    }
  }
});
