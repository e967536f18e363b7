/**
 * `poollens lint`: formats, exit statuses, rule settings, baseline.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import type { Log } from 'sarif';
import { poollens } from '../support/processes';
import { temporaryFolder } from '../support/temporaryFolder';

const DEMO = resolve(__dirname, '../fixtures/demo');

interface Finding {
  readonly rule: string;
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly tag: string;
  readonly related: readonly { readonly file: string; readonly line: number }[];
  readonly suppressed: boolean;
}

const lint = (...args: readonly string[]): ReturnType<typeof poollens> =>
  poollens(['lint', '--no-cache', ...args], { cwd: DEMO });

async function findings(...args: readonly string[]): Promise<readonly Finding[]> {
  const { stdout } = await lint('--format', 'json', ...args);
  return (JSON.parse(stdout) as { findings: readonly Finding[] }).findings;
}

test('the demo shares a tag between its drivers, and the text names both places', async () => {
  const { stdout, stderr, status } = await lint('leaky', 'steady');
  assert.equal(status, 1);
  assert.equal(stderr, '');
  assert.match(
    stdout,
    /^leaky\/client\.c:10:\d+: warning: .*Demo.* \[duplicate-tag\]\n {2}steady\/steady\.c:\d+:\d+: note: /m,
  );
});

test('JSON has the positions and related places of the contract', async () => {
  const found = await findings('leaky', 'steady');
  const shared = found.find((finding) => finding.rule === 'duplicate-tag' && finding.file === 'leaky/client.c');
  assert.ok(shared);
  assert.deepEqual([shared.line, shared.tag, shared.suppressed], [10, '0x6f6d6544', false]);
  assert.equal(shared.related[0]?.file, 'steady/steady.c');
});

test('images of the same driver do not quarrel with each other nor with the sources', async () => {
  const pairs = (await findings('.'))
    .filter((finding) => finding.rule === 'duplicate-tag')
    .map((finding) => finding.file);
  assert.deepEqual(pairs.sort(), ['leaky/client.c', 'steady/steady.c']);
});

test('SARIF names the rules and places', async () => {
  const { stdout } = await lint('--format', 'sarif', 'leaky', 'steady');
  const [run] = (JSON.parse(stdout) as Log).runs;
  assert.equal(run?.tool.driver.name, 'PoolLens');
  assert.ok(run.results?.some((result) => result.ruleId === 'duplicate-tag'));
});

test('GitHub commands', async () => {
  const { stdout } = await lint('--format', 'github', 'leaky', 'steady');
  assert.match(stdout, /^::warning file=leaky\/client\.c,line=10,.*title=duplicate-tag::/m);
});

test('--fail-on and --rule decide the exit status', async () => {
  assert.equal((await lint('leaky', 'steady', '--fail-on', 'error')).status, 0);
  assert.equal((await lint('leaky', 'steady', '--fail-on', 'error', '--rule', 'duplicate-tag=error')).status, 1);
  const off = ['--rule', 'duplicate-tag=off', '--rule', 'default-tag=off'];
  const { stdout, status } = await lint('leaky', 'steady', ...off);
  assert.deepEqual([stdout, status], ['', 0]);
});

test('a baseline accepts what was there', async (t) => {
  const folder = temporaryFolder(t);
  const baseline = join(folder, 'baseline.json');
  writeFileSync(baseline, (await lint('--format', 'json', 'leaky', 'steady')).stdout);
  assert.equal((await lint('leaky', 'steady', '--baseline', baseline)).status, 0);
  writeFileSync(baseline, 'no JSON');
  const { status, stderr } = await lint('leaky', '--baseline', baseline);
  assert.equal(status, 2);
  assert.match(stderr, /baseline\.json: not the output of poollens lint --format json\n$/);
});

test('--pooltag-file reports tags of other binaries, and what is odd about the file', async (t) => {
  const root = temporaryFolder(t, {
    'tags.txt': 'Leak - leaky.sys - its own\r\nDemo - demo.exe - Examples\r\nFred-fred.sys-x\r\n\x1a',
    'empty.txt': 'Dear diary,\n',
  });
  const { stdout, stderr, status } = await lint('leaky', '--pooltag-file', join(root, 'tags.txt'));
  assert.match(
    stdout,
    /^leaky\/client\.c:10:\d+: information: pool tag Demo of leaky\S* is listed in pooltag\.txt for demo\.exe: Examples \[known-tag\]$/m,
  );
  assert.doesNotMatch(stdout, /Leak/);
  assert.match(stderr, /^\S+tags\.txt: line 3 is no `Tag - binary - text` \(at offset 56\)\n$/);
  assert.equal(status, 0);
  assert.equal((await lint('leaky', '--pooltag-file', join(root, 'tags.txt'), '--fail-on', 'information')).status, 1);
  assert.match(
    (await lint('leaky', '--pooltag-file', join(root, 'empty.txt'))).stderr,
    /empty\.txt: no line describes/,
  );
});

test('a pooltag file that is missing or a folder: one line, status 2, and nothing is scanned', async () => {
  for (const [path, reason] of [
    ['missing.txt', 'no such file or folder'],
    ['leaky', 'is a folder'],
  ] as const) {
    const { stdout, stderr, status } = await lint('leaky', 'steady', '--pooltag-file', path);
    assert.deepEqual([stdout, stderr, status], ['', `poollens: ${path}: ${reason}\n`, 2]);
  }
});

test('a comment in the source switches a finding off', async (t) => {
  const root = temporaryFolder(t, {
    'a.c': `void f(void) {\n  // poollens-disable-next-line default-tag -- as documented\n  ExAllocatePool2(64, 1, ' mdW');\n}`,
  });
  const { status, stdout } = await poollens(['lint', '--no-cache', '.', '--format', 'json'], { cwd: root });
  assert.equal(status, 0);
  assert.deepEqual((JSON.parse(stdout) as { summary: object }).summary, {
    findings: 1,
    information: 0,
    warning: 0,
    error: 0,
    suppressed: 1,
  });
});

test('a path that is missing: status 2, whatever was found', async () => {
  const { status, stderr } = await lint('leaky', 'missing');
  assert.equal(status, 2);
  assert.match(stderr, /^poollens: missing: no such file or folder$/m);
});
