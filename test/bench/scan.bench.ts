/**
 * Throughput of `poollens scan` over PE files, whole processes with a warm page cache. On all cores against
 * `rg -c -a -F` (findstr's job, done by the fastest tool there is); on one core against `llvm-objdump -d`, where both are
 * installed. Files: a folder given as argument, else real PE files of npm packages; and as many copies of them as a
 * Windows folder has, each with bytes of its own.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { filesBelow, makeDrivers, packagedFiles } from './imageFiles';

const root = resolve(__dirname, '../..');
const RUNS = 5;
/** A full copy of Windows has about this much in its drivers folder and those like it. */
const MANY_BYTES = 1e9;
/** So much is enough to compare with a disassembler. */
const FEW_BYTES = 20e6;
const LONGEST_ARGUMENTS = 500;

/** Seconds of a whole process; undefined when it can't be started. */
function seconds(command: string, args: readonly string[]): number | undefined {
  const start = process.hrtime.bigint();
  const result = spawnSync(command, args, { stdio: 'ignore' });
  return result.error ? undefined : Number(process.hrtime.bigint() - start) / 1e9;
}

function median(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  return known[known.length >> 1];
}

function bytesOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(file).size, 0);
}

const scan = (...more: readonly string[]): string[] => [
  join(root, 'dist/cli.js'),
  ...['scan', '--no-cache', '--format', 'ndjson', '--out', '/dev/null'],
  ...more,
];

interface Contest {
  readonly title: string;
  readonly bytes: number;
  readonly ours: () => number | undefined;
  readonly other: string;
  readonly theirs: () => number | undefined;
}

/** In turn, so that whatever else the machine does meets both. */
function compare({ title, bytes, ours, other, theirs }: Contest): void {
  const [mine, others]: [(number | undefined)[], (number | undefined)[]] = [[], []];
  // The first round warms the page cache for both.
  for (let run = 0; run <= RUNS; run += 1) {
    const [a, b] = [ours(), theirs()];
    if (run > 0) mine.push(a);
    if (run > 0) others.push(b);
  }
  const [a, b] = [median(mine), median(others)];
  if (a === undefined) throw new Error('poollens can not be started');
  const speed = (time: number): string => `${time.toFixed(2)} s, ${(bytes / 1e6 / time).toFixed(0)} MB/s`;
  console.log(`${title}: poollens ${speed(a)}`);
  if (b === undefined) console.log(`  ${other} is not installed: no comparison`);
  else console.log(`  ${other} ${speed(b)}; throughput ours / theirs ${(b / a).toFixed(2)}`);
}

const folder = resolve(process.argv[2] ?? packagedFiles());
const files = filesBelow(folder);
const total = bytesOf(files);
const search = (where: string): number | undefined =>
  seconds('rg', ['-c', '-a', '-F', 'Fred', '--no-ignore', '--hidden', where]);
console.log(`${String(files.length)} PE files, ${(total / 1e6).toFixed(1)} MB; median of ${String(RUNS)} runs`);
compare({
  title: 'as they are, all cores',
  bytes: total,
  ours: () => seconds(process.execPath, scan(folder)),
  other: 'rg -c -a -F',
  theirs: () => search(folder),
});

const scratch = mkdtempSync(join(tmpdir(), 'poollens-bench-'));
try {
  const count = Math.ceil((MANY_BYTES / total) * files.length);
  makeDrivers(scratch, count, files);
  compare({
    title: `${String(count)} files made of them, all cores`,
    bytes: bytesOf(filesBelow(scratch)),
    ours: () => seconds(process.execPath, scan(scratch)),
    other: 'rg -c -a -F',
    theirs: () => search(scratch),
  });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

const step = Math.max(1, Math.ceil(total / FEW_BYTES), Math.ceil(files.length / LONGEST_ARGUMENTS));
const some = files.filter((_, index) => index % step === 0);
compare({
  title: `${String(some.length)} of them, one core`,
  bytes: bytesOf(some),
  ours: () => seconds('taskset', ['-c', '0', process.execPath, ...scan('--threads', '1', ...some)]),
  other: 'llvm-objdump-19 -d',
  theirs: () => seconds('taskset', ['-c', '0', 'llvm-objdump-19', '-d', ...some]),
});
