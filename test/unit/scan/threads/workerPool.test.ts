/**
 * The pool against threads that misbehave on purpose: crash, hang, run out of memory, never start.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { EMPTY_SETUP, type ScannedFile, type ScanTask } from '../../../../server/scan/scanTypes';
import { WorkerPool } from '../../../../server/scan/threads/workerPool';
import { temporaryFolder } from '../../../support/temporaryFolder';

/** A thread that does what a file's name says, instead of scanning it. */
const WORKER = `
const { parentPort } = require('node:worker_threads');
const open = new Map();
parentPort.on('message', (message) => {
  if (message.type === 'open') open.set(message.path, message.text);
  if (message.type !== 'scan') return;
  for (const { path, kind } of message.tasks) {
    if (path.includes('crash')) process.exit(3);
    if (path.includes('throw')) throw new Error('boom');
    if (path.includes('hang')) for (;;);
    if (path.includes('greedy')) for (const all = [];;) all.push(new Array(10000).fill(path));
    if (path.includes('skip')) { parentPort.postMessage({ type: 'scanned', files: [undefined] }); continue; }
    const facts = { file: path, kind, size: (open.get(path) ?? '').length, sites: [], issues: [], milliseconds: 0 };
    parentPort.postMessage({ type: 'scanned', files: [{ file: { facts, dependsOn: [] } }] });
  }
});
parentPort.postMessage({ type: 'ready' });
`;

function pool(t: TestContext, source = WORKER, secondsPerFile = 20, threads = 2): WorkerPool {
  const folder = temporaryFolder(t, { 'worker.js': source });
  const options = { workerFile: join(folder, 'worker.js'), threads, secondsPerFile, heapMiB: 48 };
  const workers = new WorkerPool(options);
  t.after(() => workers.dispose());
  return workers;
}

const tasks = (...names: readonly string[]): ScanTask[] => names.map((path) => ({ path, kind: 'source' }));
const many = (count: number): string[] => Array.from({ length: count }, (_, at) => `file${String(at)}`);

async function issues(workers: WorkerPool, names: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  await workers.run(tasks(...names), (file) => {
    assert.ok(file);
    assert.ok(!found.has(file.facts.file), `${file.facts.file} came twice`);
    found.set(file.facts.file, file.facts.issues.map((issue) => issue.message).join());
  });
  return found;
}

test('every task is delivered once', async (t) => {
  const found = await issues(pool(t), many(500));
  assert.deepEqual([...found.keys()].sort(), many(500).sort());
});

test('a thread that ends or throws costs the file it was at, and no other', async (t) => {
  const names = [...many(40), 'crash', ...many(10).map((n) => `b${n}`), 'throw'];
  const found = await issues(pool(t), names);
  assert.equal(found.size, names.length);
  assert.equal(found.get('crash'), 'the scan thread ended with status 3');
  assert.equal(found.get('throw'), 'the scan thread failed: boom');
  assert.equal([...found.values()].filter((message) => message !== '').length, 2);
});

test('a thread that hangs is stopped after its time', async (t) => {
  const found = await issues(pool(t, WORKER, 1), ['a', 'hang', 'b', 'c']);
  assert.equal(found.get('hang'), 'gave up after 1 seconds');
  assert.equal(found.get('c'), '');
});

test('a thread that wants too much memory is stopped', async (t) => {
  const found = await issues(pool(t), ['a', 'greedy', 'b', 'c']);
  assert.equal(found.get('greedy'), 'needs more than 48 MiB to scan');
  assert.equal([...found.values()].filter((message) => message !== '').length, 1);
});

/** Threads that count, in memory they share, how many work on something large at once. */
const COUNTING_WORKER = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', (message) => {
  if (message.type !== 'scan') return;
  for (const { path, kind, size, claims } of message.tasks) {
    const counts = new Int32Array(claims);
    const large = path.startsWith('large');
    if (large) Atomics.store(counts, 1, Math.max(Atomics.load(counts, 1), Atomics.add(counts, 0, 1) + 1));
    Atomics.wait(counts, 2, 0, 20);
    if (large) Atomics.sub(counts, 0, 1);
    parentPort.postMessage({ type: 'scanned', files: [{ file: { facts: { file: path, kind, size, sites: [], issues: [] }, dependsOn: [] } }] });
  }
});
parentPort.postMessage({ type: 'ready' });
`;

test('large files are scanned one at a time, each once, the others beside them', async (t) => {
  const claims = new SharedArrayBuffer(12);
  const names = many(20).map((name, at) => (at % 3 === 0 ? `large${name}` : name));
  const sized = names.map((path): ScanTask => {
    return { path, kind: 'image', size: path.startsWith('large') ? 200 << 20 : 100, claims };
  });
  const found: string[] = [];
  await pool(t, COUNTING_WORKER, 20, 3).run(sized, (file) => found.push(file?.facts.file ?? ''));
  assert.deepEqual(found.sort(), [...names].sort());
  assert.equal(new Int32Array(claims)[1], 1);
});

test('threads that were prepared do the work; the setup that comes later reaches them', async (t) => {
  const workers = pool(
    t,
    `const { parentPort, threadId } = require('node:worker_threads');
    let prepared = false, sources = 0;
    parentPort.on('message', (message) => {
      if (message.type === 'prepare') prepared = true;
      if (message.type === 'setup') sources = message.setup.sources.length;
      if (message.type !== 'scan') return;
      const files = message.tasks.map(({ path, kind }) => {
        const issues = [{ message: [prepared, sources].join() }];
        return { file: { facts: { file: path, kind, size: threadId, sites: [], issues, milliseconds: 0 }, dependsOn: [] } };
      });
      parentPort.postMessage({ type: 'scanned', files });
    });
    parentPort.postMessage({ type: 'ready' });`,
  );
  workers.prepare(tasks(...many(9)));
  workers.setUp({ ...EMPTY_SETUP, sources: ['a.c'] });
  const found = await issues(workers, many(200));
  assert.deepEqual([...new Set(found.values())], ['true,1']);
});

test('a pool that was prepared and never asked ends', async (t) => {
  const workers = pool(t);
  workers.prepare(tasks(...many(9)));
  await workers.dispose();
});

test('threads that can not start are one clear error, not one for each file', async (t) => {
  const workers = pool(t, `throw new Error('no module here')`);
  await assert.rejects(
    workers.run(tasks('a', 'b'), () => undefined),
    {
      message: 'scan threads do not start: the scan thread failed: no module here',
    },
  );
});

test('a task that is not to be scanned is delivered as nothing', async (t) => {
  const delivered: (ScannedFile | undefined)[] = [];
  await pool(t).run(tasks('skip', 'a'), (file) => delivered.push(file));
  assert.equal(delivered.length, 2);
  assert.equal(delivered.filter((file) => file === undefined).length, 1);
});

test('cancelling rejects at once, and the pool works on', async (t) => {
  const workers = pool(t, WORKER, 1);
  const stop = new AbortController();
  const run = workers.run(tasks('hang', 'hang2', ...many(50)), () => undefined, stop.signal);
  stop.abort(new Error('enough'));
  await assert.rejects(run, { message: 'enough' });
  await assert.rejects(
    workers.run(tasks('x'), () => undefined, AbortSignal.abort()),
    { name: 'AbortError' },
  );
  assert.equal((await issues(workers, ['after'])).get('after'), '');
});

/** A thread that works on its first file until it is told that nobody waits; then says how much of a batch was wanted. */
const STOPPABLE_WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
const state = new Int32Array(workerData.batch);
let stopped = 0;
parentPort.on('message', (message) => {
  if (message.type !== 'scan') return;
  const [{ path }] = message.tasks;
  const end = Date.now() + 15000;
  if (path === 'file0') while (Atomics.load(state, 1) === 0 && Date.now() < end);
  if (Atomics.load(state, 1) === 1) stopped += 1;
  const facts = { file: path, kind: 'source', size: stopped, sites: [], issues: [], milliseconds: 0 };
  parentPort.postMessage({ type: 'scanned', files: message.tasks.map(() => ({ file: { facts, dependsOn: [] } })) });
});
parentPort.postMessage({ type: 'ready' });
`;

test('a thread is told at its work that its batch was cancelled, and that the next one was not', async (t) => {
  const workers = pool(t, STOPPABLE_WORKER, 20, 1);
  const stop = new AbortController();
  const run = workers.run(tasks(...many(100)), () => assert.fail('delivered'), stop.signal);
  stop.abort(new Error('enough'));
  await assert.rejects(run, /enough/);
  const stopped: (number | undefined)[] = [];
  await workers.run(tasks('x'), (file) => stopped.push(file?.facts.size));
  await workers.run(tasks('y'), (file) => stopped.push(file?.facts.size));
  assert.deepEqual(stopped, [1, 1], 'one batch of three');
});

test('open texts reach threads that start later', async (t) => {
  const workers = pool(t);
  workers.setOpen('doc', 'four');
  let size = 0;
  await workers.run(tasks('doc'), (file) => (size = file?.facts.size ?? -1));
  assert.equal(size, 4);
});

test('what runs when the pool is disposed of is rejected', async (t) => {
  const workers = pool(t);
  const run = workers.run(tasks('hang'), () => undefined);
  const rejected = assert.rejects(run, { message: 'the scan was stopped' });
  await workers.dispose();
  await rejected;
});
