/**
 * Files with the same bytes: scanned once over all threads, each with its own name, path and PDB.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { ContentClaims } from '../../../../server/scan/files/contentClaims';
import { scanFolders, type ScanOutcome } from '../../../../server/scan/scanFolders';
import type { ScannedFile, ScanTask } from '../../../../server/scan/scanTypes';
import { InProcessScanner } from '../../../../server/scan/threads/inProcessScanner';
import type { Scanner } from '../../../../server/scan/threads/scanner';
import { WorkerPool } from '../../../../server/scan/threads/workerPool';
import type { FileFacts } from '../../../../src/shared/facts';
import { bundle } from '../../../support/processes';
import { temporaryFolder } from '../../../support/temporaryFolder';

const BUILD = resolve(__dirname, '../../../fixtures/demo/build/x64');
const SYS = readFileSync(join(BUILD, 'leaky.sys'));
const PDB = readFileSync(join(BUILD, 'leaky.pdb'));
/** As long as the other one, and not the same. */
const OTHER = Buffer.concat([readFileSync(join(BUILD, 'steady.sys')), Buffer.alloc(SYS.length)]).subarray(
  0,
  SYS.length,
);

interface Scanned extends ScanOutcome {
  readonly facts: ReadonlyMap<string, FileFacts>;
}

async function scan(root: string, scanner: Scanner = new InProcessScanner(), symbolPath = ''): Promise<Scanned> {
  const facts = new Map<string, FileFacts>();
  const outcome = await scanFolders(
    scanner,
    { roots: [{ path: root }], symbolPath },
    {
      facts: (file) => facts.set(relative(root, file.file).replaceAll('\\', '/'), { ...file, milliseconds: 0 }),
      issue: () => undefined,
    },
  );
  await scanner.dispose();
  return { ...outcome, facts };
}

test('copies have the sites of their content under their own name, as if scanned alone', async (t) => {
  const root = temporaryFolder(t, { 'leaky.sys': SYS, 'copy/renamed.sys': SYS, 'a.sys': OTHER, 'big.sys': SYS });
  const { copies, facts } = await scan(root);
  assert.equal(copies, 2);
  for (const name of ['leaky.sys', 'copy/renamed.sys', 'big.sys', 'a.sys']) {
    const alone = await scan(join(root, name));
    assert.deepEqual(facts.get(name), [...alone.facts.values()][0], name);
    assert.ok((facts.get(name)?.sites.length ?? 0) > 0);
    for (const { module, place } of facts.get(name)?.sites ?? []) {
      assert.deepEqual([module, place.file], [basename(name), join(root, name)]);
    }
  }
});

test('a content is scanned once, whichever of many threads meet it', async (t) => {
  const names = Array.from({ length: 60 }, (_, at) => `${String(at % 7)}/driver${String(at)}.sys`);
  const root = temporaryFolder(t, Object.fromEntries(names.map((name, at) => [name, at % 2 === 0 ? SYS : OTHER])));
  const { copies, facts } = await scan(root, new WorkerPool({ workerFile: bundle('scanWorker'), threads: 4 }));
  assert.equal(copies, 58);
  assert.equal(facts.size, 60);
  const expected = (await scan(root)).facts;
  for (const name of names) assert.deepEqual(facts.get(name), expected.get(name), name);
});

test('a copy with its PDB beside it is scanned with that, whichever came first', async (t) => {
  for (const withPdb of ['a', 'b', 'c']) {
    const root = temporaryFolder(t, {
      'a/leaky.sys': SYS,
      'b/leaky.sys': SYS,
      'c/leaky.sys': SYS,
      [`${withPdb}/leaky.pdb`]: PDB,
    });
    const { facts } = await scan(root);
    assert.equal(facts.get(`${withPdb}/leaky.sys`)?.image?.pdb, 'leaky.pdb', withPdb);
    assert.ok(facts.get(`${withPdb}/leaky.sys`)?.sites.some(({ place }) => place.kind === 'image' && place.source));
    assert.equal(facts.size, 3);
  }
});

test('what is said of a wrong PDB beside one copy is not said of the others', async (t) => {
  const other = readFileSync(join(BUILD, 'steady.pdb'));
  const root = temporaryFolder(t, { 'a/leaky.sys': SYS, 'a/leaky.pdb': other, 'b/leaky.sys': SYS });
  const { facts } = await scan(root);
  assert.equal(facts.get('a/leaky.sys')?.issues.length, 1);
  assert.deepEqual(facts.get('b/leaky.sys')?.issues, []);
});

/** Scans, but the tasks for which `fails` says so never come to an end. */
class FailingScanner extends InProcessScanner {
  readonly failed: string[] = [];

  constructor(private readonly fails: (task: ScanTask) => boolean) {
    super();
  }

  override run(tasks: readonly ScanTask[], deliver: (file: ScannedFile | undefined) => void): Promise<void> {
    return super.run(tasks, (file) => {
      const task = tasks.find(({ path }) => path === file?.facts.file);
      if (file === undefined || task === undefined || file.isCopy === true || !this.fails(task))
        return void deliver(file);
      this.failed.push(basename(task.path));
      const facts = {
        file: task.path,
        kind: task.kind,
        size: 0,
        sites: [],
        issues: [{ message: 'gave up' }],
        milliseconds: 0,
      };
      deliver({ facts, dependsOn: [], failed: true });
    });
  }
}

test('copies of a file whose scan came to no end are tried once more, and not one after the other', async (t) => {
  const root = temporaryFolder(t, { 'a.sys': SYS, 'b.sys': SYS, 'c.sys': SYS, 'd.sys': SYS });
  const once = new FailingScanner(({ path }) => path.endsWith('a.sys'));
  const { facts } = await scan(root, once);
  assert.deepEqual(
    [...facts].map(([name, { issues }]) => [name, issues.map(({ message }) => message)]),
    [
      ['a.sys', ['gave up']],
      ['b.sys', []],
      ['c.sys', []],
      ['d.sys', []],
    ],
  );
  assert.deepEqual(once.failed, ['a.sys']);
  const always = new FailingScanner(() => true);
  const all = (await scan(root, always)).facts;
  assert.deepEqual(
    [...all.values()].map(({ issues }) => issues),
    Array(4).fill([{ message: 'gave up' }]),
  );
  assert.deepEqual(always.failed, ['a.sys', 'b.sys']);
});

test('claims: each content is taken once; a full table loses nothing', () => {
  const claims = ContentClaims.forFiles(4);
  const hash = (at: number): string => at.toString(16).padStart(64, '0');
  const spread = (at: number): string => hash(at).split('').reverse().join('');
  assert.equal(claims.take(spread(1)), true);
  assert.equal(claims.take(spread(1)), false);
  assert.equal(new ContentClaims(claims.memory).take(spread(1)), false);
  for (let at = 2; at < 100; at += 1) assert.equal(claims.take(spread(at * 2 + 1)), true);
});
