/**
 * `poollens owners` where nobody is seen using a tag: constants and bytes of the images, what pooltag.txt lists, and
 * when the images are searched at all.
 */
import assert from 'node:assert/strict';
import { cpSync, truncateSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { tagFromText } from '../../src/shared/poolTag';
import { jsonLines, poollens } from '../support/processes';
import { temporaryFolder } from '../support/temporaryFolder';
import { buildImage, CODE_RVA, le32 } from '../unit/core/binary/imageBuilder';

const DEMO = resolve(__dirname, '../fixtures/demo');

function tag(text: string): number {
  const found = tagFromText(text);
  assert.ok(found !== undefined, text);
  return found;
}

/** An image whose one function, exported as Entry, moves a tag to a register; and one that has it in its data. */
function images(t: TestContext, text: string): string {
  const code = [0xba, ...le32(tag(text)), 0xc3];
  const exports = [{ name: 'Entry', rva: CODE_RVA }];
  const root = temporaryFolder(t);
  writeFileSync(join(root, 'mover.sys'), buildImage({ machine: 'x64', code: () => code, exports }));
  writeFileSync(join(root, 'holder.sys'), buildImage({ machine: 'x64', code: () => [0xc3], data: le32(tag(text)) }));
  return root;
}

async function owners(cwd: string, ...args: readonly string[]): Promise<Record<string, unknown>[]> {
  const { status, stdout, stderr } = await poollens(['owners', ...args, '--in', '.', '--no-cache'], { cwd });
  assert.deepEqual([status, stderr], [0, '']);
  return jsonLines(stdout);
}

const brief = (lines: readonly Record<string, unknown>[]): unknown[] =>
  lines.map((line) => [line['type'], line['module'], line['evidence'], line['sites']]);

test('nobody uses the tag: the images are searched, an instruction before mere bytes', async (t) => {
  const root = images(t, 'Zq7!');
  const lines = await owners(root, 'Zq7!');
  const [mover, holder] = lines;
  assert.deepEqual(mover, {
    type: 'owner',
    tag: '0x2137715a',
    text: 'Zq7!',
    module: 'mover.sys',
    evidence: 'constant',
    sites: 1,
    file: 'mover.sys',
    rva: '0x1000',
    offset: 0x400,
    section: '.text',
    function: 'Entry',
  });
  assert.deepEqual(
    [holder?.['module'], holder?.['evidence'], holder?.['section'], holder?.['function']],
    ['holder.sys', 'bytes', '.rdata', undefined],
  );
  assert.equal(lines.length, 2);
  assert.deepEqual(await owners(root, 'Zq7!', '--no-bytes'), []);
});

test('somebody uses it: the images are searched when that is asked for, and the user stays first and alone of its name', async (t) => {
  const root = images(t, 'Leak');
  cpSync(join(DEMO, 'build'), join(root, 'build'), { recursive: true });
  assert.deepEqual(
    (await owners(root, 'Leak')).map((line) => line['module']),
    ['leaky.sys'],
  );
  assert.deepEqual(
    (await owners(root, 'Leak', '--bytes')).map((line) => [line['module'], line['evidence']]),
    [
      ['leaky.sys', 'call'],
      ['mover.sys', 'constant'],
      ['holder.sys', 'bytes'],
    ],
  );
});

test('several tags in one search, each with its own; tags of NULs and characters that other tools read as patterns', async (t) => {
  for (const text of ['.*+?', '[^$|', 'A\\x00\\x00\\x00', '\\x01\\x02"\\x03', "'`<>"]) {
    const root = images(t, text);
    const lines = await owners(root, text, 'Zzz9');
    assert.deepEqual(brief(lines), [
      ['owner', 'mover.sys', 'constant', 1],
      ['owner', 'holder.sys', 'bytes', 1],
    ]);
    assert.equal(lines[0]?.['text'], text);
  }
});

test('bytes that are everywhere are not searched, and that is said', async (t) => {
  const root = images(t, 'Zq7!');
  const { status, stdout, stderr } = await poollens(['owners', '0x0', '--in', '.', '--no-cache'], { cwd: root });
  assert.deepEqual([status, stdout], [0, '']);
  assert.equal(stderr, 'poollens: four bytes like those of 0x00000000 are everywhere: not searched\n');
});

test('a truncated image has bytes at an offset', async (t) => {
  const root = images(t, 'Zq7!');
  truncateSync(join(root, 'mover.sys'), 0x405);
  const line = (await owners(root, 'Zq7!')).find((owner) => owner['module'] === 'mover.sys');
  assert.deepEqual([line?.['evidence'], line?.['offset']], ['constant', 0x400]);
  writeFileSync(join(root, 'mover.sys'), `MZ, but no image: Zq7!`);
  const text = (await owners(root, 'Zq7!')).find((owner) => owner['module'] === 'mover.sys');
  assert.deepEqual([text?.['evidence'], text?.['offset'], text?.['rva']], ['bytes', 18, undefined]);
});

test('pooltag.txt is evidence of its own, between what is seen and what only occurs', async (t) => {
  const root = images(t, 'Zq7!');
  writeFileSync(join(root, 'pooltag.txt'), 'Zq?! - listed.sys - Things \u001b[31m\nLeak - leaky.sys - Leaks\n');
  const lines = await owners(root, 'Zq7!', '--pooltag-file', 'pooltag.txt');
  assert.deepEqual(brief(lines), [
    ['owner', 'listed.sys', 'catalogue', 0],
    ['owner', 'mover.sys', 'constant', 1],
    ['owner', 'holder.sys', 'bytes', 1],
  ]);
  assert.deepEqual([lines[0]?.['pattern'], lines[0]?.['text']], ['Zq?!', 'Zq7!']);
  const missing = await poollens(['owners', 'Zq7!', '--in', '.', '--pooltag-file', 'none.txt'], { cwd: root });
  assert.deepEqual([missing.status, missing.stderr], [2, 'poollens: none.txt: no such file or folder\n']);
});

test('--bytes and --no-bytes together are wrong usage', async () => {
  const { status, stderr } = await poollens(['owners', 'Leak', '--in', '.', '--bytes', '--no-bytes'], { cwd: DEMO });
  assert.deepEqual([status, stderr], [2, 'poollens: owners: --bytes and --no-bytes exclude each other\n']);
});
