/**
 * Throughput of `poollens scan` over PE files against `rg -c -a -F` (findstr's job, done by the fastest tool there is)
 * on the same files, run in turn as whole processes. Files: a folder given as argument, else real PE files of npm packages.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { filesBelow, packagedFiles } from './imageFiles';

const root = resolve(__dirname, '../..');
const RUNS = 5;

function seconds(command: string, args: readonly string[]): number {
  const start = process.hrtime.bigint();
  const result = spawnSync(command, args, { stdio: 'ignore' });
  if (result.error) {
    console.log(`scan: ${command} can't be started (${result.error.message}); the comparison needs it on the PATH`);
    process.exit(1);
  }
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

const folder = resolve(process.argv[2] ?? packagedFiles());
const files = filesBelow(folder);
const megabytes = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
const scan = [join(root, 'dist/cli.js'), 'scan', '--no-cache', '--format', 'ndjson', '--out', '/dev/null', folder];
const search = ['-c', '-a', '-F', 'Fred', '--no-ignore', '--hidden', folder];
seconds(process.execPath, scan);
seconds('rg', search);
const ours: number[] = [];
const theirs: number[] = [];
for (let run = 0; run < RUNS; run += 1) {
  ours.push(seconds(process.execPath, scan));
  theirs.push(seconds('rg', search));
}
const [a, b] = [median(ours), median(theirs)];
console.log(
  `${String(files.length)} PE files, ${megabytes.toFixed(1)} MB, median of ${String(RUNS)} runs, whole processes`,
);
console.log(`poollens scan  ${a.toFixed(3)} s  ${(megabytes / a).toFixed(0)} MB/s`);
console.log(`rg -c -a -F    ${b.toFixed(3)} s  ${(megabytes / b).toFixed(0)} MB/s`);
console.log(`ratio poollens / rg: ${(a / b).toFixed(1)}`);
