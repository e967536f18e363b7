/**
 * The production monitor in a real Windows node.exe under Wine: once against Wine's own kernel, which knows no pool tags,
 * then against a double of ntdll's export that honours the buffer contract. Says nothing of real values, rights or timing.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { before, test } from 'node:test';
import { build } from 'esbuild';
import type { WineSetup } from '../../scripts/setup/wine.mjs';
import { openRecording } from '../../server/core/capture/recordingReader';
import { outstanding } from '../../src/shared/counters';
import { tagFromText } from '../../src/shared/poolTag';
import type { TagCounters } from '../../src/shared/sample';
import { rowsToCounters } from '../../src/shared/sample';
import type { DriverResult } from './driver';

const root = resolve(__dirname, '../..');
const work = join(root, '.cache', 'test-windows');
const double = join(root, 'test', 'windows', 'double', 'install.cjs');
let wine: WineSetup;

before(async () => {
  const { ensureWine } = await import('../../scripts/setup/wine.mjs');
  wine = await ensureWine();
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  await build({
    entryPoints: { monitor: join(root, 'server/monitor/main.ts'), driver: join(root, 'test/windows/driver.ts') },
    outdir: work,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['./native/*'],
    logLevel: 'error',
  });
  // As in a package for Windows: koffi's own files beside the bundle.
  cpSync(wine.native, join(work, 'native'), { recursive: true });
});

/** A Linux path as Windows programs see it. */
function windowsPath(file: string): string {
  return `Z:${file.replaceAll('/', '\\')}`;
}

function drive(
  name: string,
  preloads: readonly string[],
  environment: Readonly<Record<string, string>>,
  monitor = join(work, 'monitor.js'),
): DriverResult {
  const result = join(work, `${name}.json`);
  const files = [join(work, 'driver.js'), monitor, result, join(work, `${name}.poolrec`), ...preloads];
  execFileSync(wine.wine, [wine.node, ...files.map(windowsPath)], {
    env: { ...wine.env, ...environment, POOLLENS_DOUBLE_KOFFI: windowsPath(join(work, 'native/koffi/index.cjs')) },
    stdio: 'ignore',
    timeout: 120_000,
  });
  const answer = JSON.parse(readFileSync(result, 'utf8')) as DriverResult | { readonly failed: string };
  if ('failed' in answer) throw new Error(answer.failed);
  return answer;
}

/** Rows of the last message that lists every tag, as objects. */
function wholeRows(result: DriverResult): TagCounters[] {
  return rowsToCounters(result.samples.find((sample) => sample.reset)?.rows ?? []);
}

function row(rows: readonly TagCounters[], text: string): TagCounters {
  const found = rows.find((candidate) => candidate.tag === tagFromText(text));
  assert.ok(found, `${text} is missing`);
  return found;
}

test("Wine's kernel refuses: one clear line with the status, its name and what to do", () => {
  const result = drive('refusal', [], {});
  assert.match(result.node, /^win32-x64 /);
  assert.equal(result.hello.platform, 'win32-x64');
  assert.equal(result.hello.live.available, false);
  assert.equal(result.hello.live.ntstatus, '0xc0000003');
  assert.match(
    result.hello.live.reason ?? '',
    /^The kernel refused pool tag statistics with 0xc0000003 STATUS_INVALID_INFO_CLASS: .*gflags \/r \+ptg.*\.$/,
  );
  assert.equal(result.refused?.message, result.hello.live.reason);
  assert.deepEqual(result.refused?.data, { ntstatus: '0xc0000003' });
  assert.equal(result.opened, undefined);
  assert.equal(result.exitCode, 0);
  assert.equal(result.stderr, '');
});

test('class 22: 9,000 tags that grow while they are asked for, past 4 GiB, with wrapped counters', () => {
  const result = drive('class22', [double], { POOLLENS_DOUBLE_TAGS: '9000', POOLLENS_DOUBLE_GROW: '40' });
  assert.deepEqual(result.hello.live, { available: true });
  assert.deepEqual(result.opened, { kind: 'ntdll', label: 'Live: this machine', live: true });
  assert.equal(result.exitCode, 0);
  assert.equal(result.stderr, '');
  const rows = wholeRows(result);
  assert.ok(rows.length > 9000, String(rows.length));
  assert.equal(row(rows, 'T000').nonPaged.bytes, 5 * 2 ** 32);
  const wrapped = row(rows, 'T001').paged;
  assert.deepEqual([wrapped.allocs, wrapped.frees], [5, 0xfffffff6]);
  assert.equal(outstanding(wrapped.allocs, wrapped.frees), 15);
  assert.deepEqual(row(rows, 'T007').paged, { allocs: 1007, frees: 900, bytes: 1712 });
});

test('after the first message only rows that changed travel', () => {
  const result = drive('changes', [double], { POOLLENS_DOUBLE_TAGS: '4000' });
  const [first, second] = result.samples;
  assert.ok(first !== undefined && second !== undefined);
  assert.equal(first.reset, true);
  assert.equal(first.rows.length / 7, 4000);
  assert.equal(second.reset, false);
  // One row in eight moves, row 0 stays.
  assert.equal(second.rows.length / 7, 499);
  assert.deepEqual(second.removed, []);
});

test("totals come from Wine's own class 2 and 0", () => {
  const { samples } = drive('totals', [double], {});
  const memory = samples[1]?.memory ?? {};
  assert.ok((memory.totalBytes ?? 0) > 64 * 2 ** 20, JSON.stringify(memory));
  assert.ok((memory.availableBytes ?? 0) > 0, JSON.stringify(memory));
  assert.ok((memory.commitLimitBytes ?? 0) >= (memory.commitBytes ?? Infinity), JSON.stringify(memory));
  assert.equal(typeof memory.pageFaults, 'number');
});

test('class 255 is preferred where the kernel knows it', () => {
  const result = drive('class255', [double], { POOLLENS_DOUBLE_TAGS: '300', POOLLENS_DOUBLE_WIDE: '1' });
  const rows = wholeRows(result);
  assert.equal(rows.length, 300);
  assert.equal(row(rows, 'T000').nonPaged.bytes, 5 * 2 ** 32);
  assert.deepEqual(row(rows, 'T007').paged, { allocs: 1007, frees: 900, bytes: 1712 });
});

test('class 66: every big allocation of a tag among a hundred thousand, addresses past 2^53', () => {
  const { big } = drive('class66', [double], { POOLLENS_DOUBLE_BIG: '100000' });
  assert.ok(typeof big === 'object', 'it was refused');
  assert.equal(big.count, 2000);
  assert.equal(big.allocations.length, 2000);
  // Blocks 7, 57, 107, …, 99957: block i has i + 1 pages, and an odd one is nonpaged.
  assert.deepEqual(big.allocations[0], { address: '0xffff8a0c86750000', paged: false, bytes: 99958 * 4096 });
  assert.deepEqual(big.allocations.at(-1), { address: '0xffff8a0b00070000', paged: false, bytes: 8 * 4096 });
  assert.equal(big.bytes, 4096 * (2000 * 8 + (50 * 1999 * 2000) / 2));
});

test('class 67: the sessions there are, and the pools of one', () => {
  const { scopes, session } = drive('class67', [double], { POOLLENS_DOUBLE_SESSIONS: '3' });
  assert.deepEqual(scopes, { scopes: ['system', 'all sessions', 'session 0', 'session 1', 'session 2'] });
  assert.deepEqual([session?.scope, session?.reset], ['session 1', true]);
  const rows = rowsToCounters(session?.rows ?? []);
  assert.equal(rows.length, 20);
  assert.deepEqual(row(rows, 'T00A').paged, { allocs: 1010, frees: 900, bytes: 1760 });
});

test('sessions and big allocations that the kernel refuses are said, and the system is still read', () => {
  const { scopes, big, sessionRefused, samples } = drive('queriesDenied', [double], {
    POOLLENS_DOUBLE_QUERY_STATUS: '0xc0000022',
  });
  const denied = /with 0xc0000022 STATUS_ACCESS_DENIED: this process runs at low integrity/;
  assert.deepEqual(scopes?.scopes, ['system']);
  assert.match(scopes?.reason ?? '', denied);
  assert.ok(typeof big === 'string');
  assert.match(big, denied);
  assert.match(sessionRefused ?? '', denied);
  assert.equal(samples.length, 4);
});

test('any other refusal is said with its status', () => {
  const result = drive('denied', [double], { POOLLENS_DOUBLE_STATUS: '0xc0000022' });
  assert.deepEqual(result.refused?.data, { ntstatus: '0xc0000022' });
  assert.match(result.refused?.message ?? '', /0xc0000022 STATUS_ACCESS_DENIED: this process runs at low integrity/);
});

const LIES: readonly (readonly [name: string, lie: string, wide: string, refused: RegExp | undefined])[] = [
  ['counts of four thousand million', '1', '0', /announced 4294967295 tags and returned room for \d+\.$/],
  ['such counts in class 255', '1', '1', /announced 4294967295 tags and returned room for \d+\.$/],
  ['a returned length of 0', '2', '0', undefined],
  ['a returned length past the buffer', '3', '1', undefined],
  ['a table that never fits', '4', '0', /with 0xc0000004 STATUS_INFO_LENGTH_MISMATCH: the table grows faster/],
  ['a table of 4 GB', '5', '1', /with 0xc0000004 STATUS_INFO_LENGTH_MISMATCH: the table grows faster/],
];

for (const [name, lie, wide, why] of LIES) {
  test(`a kernel that tells of ${name} is ${why === undefined ? 'read all the same' : 'refused with that'}`, () => {
    const result = drive(`lie${lie}${wide}`, [double], { POOLLENS_DOUBLE_LIE: lie, POOLLENS_DOUBLE_WIDE: wide });
    assert.equal(result.exitCode, 0);
    assert.equal(result.stderr, '');
    if (why !== undefined) {
      assert.match(result.refused?.message ?? '', why);
      assert.deepEqual([result.hello.live.available, result.opened], [false, undefined]);
      return;
    }
    assert.equal(wholeRows(result).length, 100);
    assert.deepEqual(row(wholeRows(result), 'T007').paged, { allocs: 1007, frees: 900, bytes: 1712 });
    assert.equal(typeof result.big === 'object' && result.big.count, 20);
    assert.equal(rowsToCounters(result.session?.rows ?? []).length, 20);
  });
}

for (const [status, name] of [
  ['0xc0000002', 'STATUS_NOT_IMPLEMENTED: this Windows does not offer these statistics'],
  ['0xc0000061', 'STATUS_PRIVILEGE_NOT_HELD: start VS Code as administrator'],
  ['0xc000009a', 'STATUS_INSUFFICIENT_RESOURCES: the machine is short of memory'],
  ['0xc0001234', ''],
] as const) {
  test(`refused with ${status}: said as it is${name === '' ? ', though nobody knows its name' : ''}`, () => {
    const { refused, hello } = drive(`refused${status}`, [double], { POOLLENS_DOUBLE_STATUS: status });
    assert.equal(refused?.message.includes(`with ${status}${name === '' ? '.' : ` ${name}`}`), true, refused?.message);
    assert.equal(hello.live.ntstatus, status);
  });
}

test('a recording made on Windows opens here with every sample', () => {
  const result = drive('recording', [double], {});
  const { value, issues } = openRecording(readFileSync(join(work, 'recording.poolrec')));
  assert.deepEqual(issues, []);
  assert.equal(value?.source, 'Live: this machine');
  assert.equal(value?.sampleCount, result.recorded);
  assert.ok((result.recorded ?? 0) >= 3, String(result.recorded));
  assert.equal((value?.read()?.rows.length ?? 0) / 7, 100);
});

test('the universal package, without a native part, says which one to install', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'poollens-universal-'));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  copyFileSync(join(work, 'monitor.js'), join(folder, 'monitor.js'));
  const { hello, refused } = drive('universal', [], {}, join(folder, 'monitor.js'));
  assert.deepEqual(hello.live, {
    available: false,
    reason: 'This package of PoolLens has no native part for win32-x64: install the one made for it.',
  });
  assert.equal(refused?.message, hello.live.reason);
});
