/**
 * The search of files for tags: pieces and their seams, files that vanish or are none, threads that misbehave, cancel.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { OccurrenceFiles } from '../../../../server/scan/occurrence/occurrenceFile';
import { searchOccurrences, type OccurrenceSearchOptions } from '../../../../server/scan/occurrence/occurrenceSearch';
import { FRED } from '../../../support/facts';
import { temporaryFolder } from '../../../support/temporaryFolder';
import { buildImage, CODE_RVA, le32 } from '../../core/binary/imageBuilder';

const SETUP = { tags: [FRED], symbolPath: '', trusted: true } as const;
const MIB = 1 << 20;

function offsets(file: string, tags: readonly number[] = [FRED]): number[] {
  const { occurrences, issue } = new OccurrenceFiles({ ...SETUP, tags }).search(file);
  assert.equal(issue, undefined);
  return occurrences.map((found) => found.offset);
}

/** A file of zeros with the tag at some places. */
function write(folder: string, size: number, places: readonly number[]): string {
  const bytes = Buffer.alloc(size);
  for (const at of places) bytes.writeUInt32LE(FRED, at);
  const file = join(folder, `${String(size)}.sys`);
  writeFileSync(file, bytes);
  return file;
}

test('around every seam of the pieces a file is read in', (t) => {
  const folder = temporaryFolder(t);
  for (const seam of [MIB, 2 * MIB]) {
    for (let at = seam - 5; at <= seam + 2; at += 1) assert.deepEqual(offsets(write(folder, 3 * MIB + 7, [at])), [at]);
  }
  for (const size of [4, MIB - 1, MIB, MIB + 1, MIB + 3, 2 * MIB])
    assert.deepEqual(offsets(write(folder, size, [size - 4])), [size - 4]);
  assert.deepEqual(offsets(write(folder, 3, [])), []);
  assert.deepEqual(offsets(write(folder, 0, [])), []);
});

test('an ARM64 pair behind the first piece is found although the bytes never stand together', (t) => {
  const folder = temporaryFolder(t);
  const nop = le32(0xd503201f);
  const words = Array<number[]>(MIB / 2)
    .fill(nop)
    .flat();
  const pair = [0x52800002 | (0x7246 << 5), 0x72a00002 | (0x6465 << 5), 0xd65f03c0].flatMap((word) => le32(word));
  const image = buildImage({
    machine: 'arm64',
    code: () => [...words, ...pair],
    functions: [{ begin: CODE_RVA + words.length, end: CODE_RVA + words.length + pair.length }],
  });
  const file = join(folder, 'arm.sys');
  writeFileSync(file, image);
  const { occurrences } = new OccurrenceFiles(SETUP).search(file);
  assert.deepEqual(
    occurrences.map(({ evidence, rva }) => [evidence, rva]),
    [['constant', CODE_RVA + words.length + 4]],
  );
});

test('what can not be read is an issue of that file', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'folder.sys'));
  const files = new OccurrenceFiles(SETUP);
  assert.equal(files.search(join(folder, 'none.sys')).issue, 'no such file or folder');
  assert.equal(files.search(join(folder, 'folder.sys')).issue, 'is a folder');
});

/** A thread that does what a file's name says. */
const WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
parentPort.on('message', ({ files }) => {
  const told = [];
  for (const file of files) {
    if (file.includes('crash')) process.exit(3);
    if (file.includes('throw')) throw new Error('boom');
    if (file.includes('hang')) for (;;);
    if (file.includes('has')) told.push({ file, bytes: 1, occurrences: [{ tag: workerData.tags[0], evidence: 'bytes', file, offset: 0 }] });
  }
  parentPort.postMessage({ type: 'searched', told, bytes: files.length });
});
parentPort.postMessage({ type: 'ready' });
`;

async function search(
  t: TestContext,
  names: readonly string[],
  source = WORKER,
  more: Partial<OccurrenceSearchOptions> = {},
  signal?: AbortSignal,
): Promise<{ found: string[]; issues: string[]; files: number; progress: number[] }> {
  const workerFile = join(temporaryFolder(t, { 'worker.js': source }), 'worker.js');
  const found: string[] = [];
  const issues: string[] = [];
  const progress: number[] = [];
  const { files } = await searchOccurrences(
    names.map((path) => ({ path, size: 100 })),
    { ...SETUP, workerFile, threads: 2, secondsPerBatch: 20, ...more },
    {
      found: (list) => found.push(...list.map(({ file }) => file)),
      issue: ({ file, message }) => issues.push(`${file}: ${message}`),
      progress: (done) => progress.push(done),
    },
    signal,
  );
  return { found: found.sort(), issues: issues.sort(), files, progress };
}

const many = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, at) => `${name}${String(at)}`);

test('every file is searched once, on several threads', async (t) => {
  const names = [...many(300, 'empty'), ...many(40, 'has')];
  const { found, issues, files, progress } = await search(t, names);
  assert.deepEqual(found, many(40, 'has').sort());
  assert.deepEqual([issues, files, progress.at(-1)], [[], names.length, names.length]);
});

test('a file that kills its thread costs itself alone', async (t) => {
  const { found, issues, files } = await search(t, [...many(70, 'has'), 'crash', ...many(9, 'empty'), 'throw']);
  assert.equal(found.length, 70);
  assert.deepEqual(issues, ['crash: the search ended with status 3', 'throw: the search failed: boom']);
  assert.equal(files, 81);
});

test('a file over which a thread hangs is given up', async (t) => {
  const { found, issues } = await search(t, ['has1', 'hang', 'has2'], WORKER, { secondsPerBatch: 1 });
  assert.deepEqual([found, issues], [['has1', 'has2'], ['hang: gave up after 1 seconds']]);
});

test('threads that do not start are one clear error', async (t) => {
  await assert.rejects(search(t, ['a', 'b'], `throw new Error('no module here')`), {
    message: 'threads do not start: the search failed: no module here',
  });
});

test('cancelling rejects at once, whatever a thread is at', async (t) => {
  const stop = new AbortController();
  const run = search(t, ['hang', 'hang2'], WORKER, {}, stop.signal);
  stop.abort(new Error('enough'));
  await assert.rejects(run, { message: 'enough' });
  await assert.rejects(search(t, ['a'], WORKER, {}, AbortSignal.abort()), { name: 'AbortError' });
});

test('without a worker bundle this thread searches', async (t) => {
  const folder = temporaryFolder(t);
  const file = write(folder, 100, [7, 60]);
  const found: number[] = [];
  const outcome = await searchOccurrences(
    [
      { path: file, size: 100 },
      { path: join(folder, 'gone.sys'), size: 1 },
    ],
    { ...SETUP, workerFile: join(folder, 'none.js') },
    { found: (list) => found.push(...list.map(({ offset }) => offset)) },
  );
  assert.deepEqual([found, outcome], [[7, 60], { files: 2, bytes: 100 }]);
});
