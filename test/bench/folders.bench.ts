/**
 * What folders cost, whole processes of `poollens scan`: 3,000 unchanged drivers from the cache against a program that
 * only stats them; peak memory; cost per file for 10 to 10,000 drivers. Drivers: the images of a folder given as
 * argument, else the demo's, each copy with some bytes of its own behind it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { filesBelow, makeDrivers } from './imageFiles';

const root = resolve(__dirname, '../..');
const RUNS = 7;
const COUNTS = [10, 100, 1000, 3000, 10_000];
const CACHED = 3000;

const STAT_ALL = `
const fs = require('fs'), path = require('path');
(function walk(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) walk(file);
    else fs.statSync(file);
  }
})(process.argv[1]);`;

interface Cost {
  readonly seconds: number;
  /** Most memory of the process, in MB; 0 where the system does not tell. */
  readonly megabytes: number;
}

/** Tells the parent, as its last act, the most memory it ever had. */
const REPORT_MEMORY = `process.on('exit', () => require('fs').writeSync(2, 'peak ' + process.resourceUsage().maxRSS + '\\n'));`;

function run(args: readonly string[]): Cost {
  const start = process.hrtime.bigint();
  const result = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (result.status !== 0) throw new Error(`status ${String(result.status)}: ${result.stderr.toString()}`);
  const peak = /peak (\d+)/.exec(result.stderr.toString())?.[1];
  return { seconds, megabytes: Number(peak ?? 0) / 1024 };
}

const best = (times: readonly Cost[]): number => Math.min(...times.map(({ seconds }) => seconds));
const ms = (seconds: number): string => `${(seconds * 1000).toFixed(1)} ms`;

const given = process.argv[2];
const images = filesBelow(given === undefined ? join(root, 'test/fixtures/demo/build') : resolve(given));
const scratch = mkdtempSync(join(tmpdir(), 'poollens-bench-'));
try {
  const memory = join(scratch, 'memory.cjs');
  writeFileSync(memory, REPORT_MEMORY);
  const cache = join(scratch, 'cache');
  const scan = (folder: string, ...more: readonly string[]): string[] => {
    const args = ['scan', '--format', 'ndjson', '--out', '/dev/null', ...more, folder];
    return ['--require', memory, join(root, 'dist/cli.js'), ...args];
  };
  for (const count of COUNTS) {
    const folder = join(scratch, String(count));
    makeDrivers(folder, count, images);
    const { seconds, megabytes } = run(scan(folder, '--no-cache'));
    console.log(
      `${String(count).padStart(6)} drivers: ${seconds.toFixed(2)} s, ${ms(seconds / count)} a file, peak ${megabytes.toFixed(0)} MB`,
    );
    if (count === CACHED) {
      run(scan(folder, '--cache-dir', cache));
      const cached: Cost[] = [];
      const statted: Cost[] = [];
      for (let at = 0; at < RUNS; at += 1) {
        cached.push(run(scan(folder, '--cache-dir', cache)));
        statted.push(run(['-e', STAT_ALL, folder]));
      }
      const [ours, theirs] = [best(cached), best(statted)];
      console.log(
        `${String(count)} unchanged drivers from the cache: ${ms(ours)}, peak ${(cached[0]?.megabytes ?? 0).toFixed(0)} MB`,
      );
      console.log(`a Node program that only stats them:    ${ms(theirs)}`);
      console.log(`ratio cache / stat: ${(ours / theirs).toFixed(1)}`);
    }
    rmSync(folder, { recursive: true });
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
