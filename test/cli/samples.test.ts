/**
 * `poollens import`, `watch` and `monitor`: sample lines, recordings, sources that are not there, wrong usage of all.
 */
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { bundle, jsonLines, poollens, run } from '../support/processes';
import { temporaryFolder } from '../support/temporaryFolder';

const RECORDING = resolve(__dirname, '../fixtures/demo/leak.poolrec');
const SCREEN = ` Memory:  523620K Avail:  147160K  PageFlts:   147   InRam Krnl: 2728K P:18536K
 Commit: 407844K Limit:1277144K Peak: 489800K            Pool N:12240K P:18844K
 System pool information
 Tag  Type     Allocs            Frees            Diff   Bytes       Per Alloc

 Fred Paged         5 (   1)         2 (   0)        3     192 (     64)     64
`;

test('PoolMon text and a recording become sample lines', async (t) => {
  const root = temporaryFolder(t, { 'pool.txt': SCREEN });
  const { status, stdout, stderr } = await poollens(['import', 'pool.txt', RECORDING], { cwd: root });
  assert.deepEqual([status, stderr], [0, '']);
  const [first, ...rest] = jsonLines(stdout);
  assert.equal(first?.['type'], 'sample');
  assert.equal(first['source'], 'capture');
  assert.equal((first['memory'] as { availableBytes: number }).availableBytes, 147160 * 1024);
  assert.deepEqual(first['tags'], [
    ['Fred', { paged: { allocs: 5, frees: 2, bytes: 192 }, nonPaged: { allocs: 0, frees: 0, bytes: 0 } }],
  ]);
  assert.ok(rest.length > 10);
  assert.ok(rest.every((line) => line['source'] === 'recording'));
});

test('a text that is no PoolMon output is one line that names it; the others are read', async (t) => {
  const root = temporaryFolder(t, { 'no.txt': 'Dear diary,\n', 'pool.txt': SCREEN });
  const { status, stdout, stderr } = await poollens(['import', 'no.txt', 'missing.txt', 'pool.txt'], { cwd: root });
  assert.equal(status, 2);
  assert.equal(jsonLines(stdout).length, 1);
  const lines = stderr.trimEnd().split('\n');
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? '', /no\.txt: neither PoolMon output nor/);
  assert.match(lines[1] ?? '', /missing\.txt: no such file/);
});

test('watch plays a recording, and what it records is the same again', async (t) => {
  const root = temporaryFolder(t);
  const args = ['watch', '--source', `recording:${RECORDING}`, '--count', '3', '--record', 'again.poolrec'];
  const { status, stdout } = await poollens(args, { cwd: root });
  assert.equal(status, 0);
  assert.equal(jsonLines(stdout).length, 3);
  const again = await poollens(['import', join(root, 'again.poolrec')]);
  assert.deepEqual(jsonLines(again.stdout), jsonLines(stdout));
});

test('watch --format table prints what PoolMon prints', async () => {
  const { stdout } = await poollens(['watch', '--source', `capture:${RECORDING}`, '--count', '1', '--format', 'table']);
  assert.match(stdout, /^ Tag {2}Type +Allocs/m);
});

test(
  'no live source here: one clear line, status 2',
  { skip: process.platform === 'win32' && 'there is one' },
  async () => {
    const { status, stdout, stderr } = await poollens(['watch', '--format', 'ndjson']);
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^poollens: .*Windows.*\n$/);
    assert.equal(stderr.split('\n').length, 2);
  },
);

test('the monitor ends when its input does', async () => {
  const { status, stdout } = await poollens(['monitor', '--stdio']);
  assert.deepEqual([status, stdout], [0, '']);
});

for (const [args, message] of [
  [[], undefined],
  [['frobnicate'], /no command 'frobnicate'/],
  [['scan'], /name at least one file or folder/],
  [['scan', '.', '--bogus'], /--bogus/],
  [['scan', '.', '--format', 'xml'], /--format xml: expected one of ndjson, table/],
  [['scan', '.', '--threads', '0'], /--threads 0/],
  [['scan', '.', '--define', '1=2'], /--define 1=2/],
  [['lint', '.', '--rule', 'nope=off'], /no rule 'nope'/],
  [['lint', '.', '--rule', 'default-tag=loud'], /loud/],
  [['lint', '.', '--fail-on', 'never'], /--fail-on never/],
  [['owners', 'Fred'], /--in/],
  [['owners', 'Freddy', '--in', '.'], /'Freddy' is no pool tag/],
  [['watch', '--interval', '-1'], /interval/],
  [['watch', '--source', 'nowhere'], /--source nowhere/],
  [['import'], /name at least one file/],
  [['monitor'], /--stdio/],
] as const) {
  test(`wrong usage is one line and status 2: poollens ${args.join(' ')}`, async () => {
    const { status, stderr } = await poollens(args);
    assert.equal(status, 2);
    if (message === undefined) return;
    assert.match(stderr, message);
    assert.match(stderr, /^poollens: [^\n]+\n$/);
  });
}

test('help and version of all commands', async () => {
  const { stdout, status } = await poollens(['--help']);
  assert.equal(status, 0);
  for (const name of ['scan', 'lint', 'owners', 'watch', 'import', 'monitor']) {
    assert.ok(stdout.includes(`\n  ${name} `), name);
    const help = await poollens([name, '--help']);
    assert.equal(help.status, 0);
    assert.ok(help.stdout.startsWith(`poollens ${name}`), name);
  }
  assert.match((await poollens(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
});

test('watch follows a command that prints, to as many samples as are wanted', async () => {
  const print = 'console.log(" Fred Nonp 7 (0) 2 (0) 5 640 (0) 128")';
  const args = ['watch', '--format', 'ndjson', '--count', '2', '--interval', '0.05', '--source', 'text', '--'];
  const { status, stdout } = await poollens([...args, process.execPath, '-e', print]);
  const lines = jsonLines(stdout);
  assert.deepEqual([status, lines.length, lines[0]?.['source']], [0, 2, 'command']);
});

test('watch says why a remote monitor gives nothing, and goes on trying', async () => {
  const args = ['watch', '--format', 'ndjson', '--source', 'monitor', '--', process.execPath, '-e'];
  const { stderr } = await poollens([...args, 'process.kill(process.ppid, "SIGINT"); process.exitCode = 9']);
  assert.match(stderr, /^poollens: Connecting: /);
});

test("PoolMon's /n writes one reading that import reads", async (t) => {
  const root = temporaryFolder(t, { 'pool.txt': SCREEN });
  const { status } = await poollens(['watch', '--source', 'capture:pool.txt', '/n', 'snap.log'], { cwd: root });
  assert.equal(status, 0);
  const { stdout } = await poollens(['import', 'snap.log'], { cwd: root });
  const [line] = jsonLines(stdout);
  assert.deepEqual(line?.['tags'], [
    ['Fred', { paged: { allocs: 5, frees: 2, bytes: 192 }, nonPaged: { allocs: 0, frees: 0, bytes: 0 } }],
  ]);
});

test(
  'a recording that the disk refuses is said, and watching goes on',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const root = temporaryFolder(t);
    const source = `recording:${RECORDING}`;
    const cli = [process.execPath, bundle('cli'), 'watch', '--source', source, '--record', 'r.poolrec'];
    // No file may grow past 8 KiB: what a full disk does, at a place we choose.
    const { status, stdout, stderr } = await run(
      '/bin/sh',
      ['-c', `trap '' XFSZ; ulimit -f 8; exec "$@"`, 'sh', ...cli],
      root,
    );
    assert.equal(status, 2);
    assert.match(stderr, /r\.poolrec: recording stopped after \d+ samples: /);
    const all = jsonLines((await poollens(['import', RECORDING])).stdout);
    assert.equal(jsonLines(stdout).length, all.length);
    // What was written before the disk was full is all there.
    const kept = jsonLines((await poollens(['import', 'r.poolrec'], { cwd: root })).stdout);
    assert.equal(kept.length, Number(/after (\d+) samples/.exec(stderr)?.[1]));
    assert.deepEqual(kept, all.slice(0, kept.length));
  },
);

test('captures become CSV with one heading, PoolMon text that is read again, or one recording', async (t) => {
  const root = temporaryFolder(t, { 'a.txt': SCREEN, 'b.txt': SCREEN });
  const csv = await poollens(['import', 'a.txt', 'b.txt', '--format', 'csv'], { cwd: root });
  const lines = csv.stdout.trimEnd().split('\n');
  assert.equal(lines.length, 3);
  assert.equal(lines.filter((line) => line.startsWith('time,')).length, 1);
  assert.match(lines[2] ?? '', /,"system","Fred",0x64657246,paged,5,2,3,192,64$/);
  const text = await poollens(['import', 'a.txt', '--format', 'poolmon', '--out', 'c.txt'], { cwd: root });
  assert.deepEqual([text.status, text.stdout], [0, '']);
  const again = await poollens(['import', 'c.txt'], { cwd: root });
  const [tags] = jsonLines(again.stdout);
  assert.deepEqual(tags?.['tags'], jsonLines((await poollens(['import', 'a.txt'], { cwd: root })).stdout)[0]?.['tags']);
  const made = await poollens(['import', 'a.txt', 'b.txt', '--record', 'both.poolrec'], { cwd: root });
  assert.deepEqual([made.status, made.stdout, made.stderr], [0, '', '']);
  assert.equal(jsonLines((await poollens(['import', 'both.poolrec'], { cwd: root })).stdout).length, 2);
});

test('watch /g prints what a pooltag.txt says: a named one, the one in the folder, and none is said', async (t) => {
  const root = temporaryFolder(t, { 'named.txt': 'Fred - fred.sys - Fred things\n', 'pool.txt': SCREEN });
  const watch = (...more: readonly string[]): ReturnType<typeof poollens> =>
    poollens(['watch', '--source', 'capture:pool.txt', '--count', '1', '--format', 'table', ...more], { cwd: root });
  const named = await watch('/g', 'named.txt');
  assert.equal(named.status, 0);
  assert.match(named.stdout, /Fred Paged .* \[fred\.sys - Fred things\]/);
  if (process.platform !== 'win32') {
    const none = await watch('/g');
    assert.equal(none.status, 2);
    assert.match(none.stderr, /\/g found no pooltag\.txt here/);
  }
  const snapshot = await watch('/g', join(root, 'named.txt'), '/n', 'snap.log');
  assert.equal(snapshot.status, 0);
  const read = await poollens(['import', 'snap.log'], { cwd: root });
  assert.match(read.stdout, /"Fred"/);
  const lines = await poollens(['watch', '--source', 'capture:pool.txt', '--format', 'ndjson', '/g', 'named.txt'], {
    cwd: root,
  });
  assert.equal(lines.status, 2);
});
