/**
 * A whole scan of a source tree by `poollens scan` against `ctags -R --languages=C,C++` on the same tree, run in turn as
 * whole processes; median of runs and a ratio. The tree is an argument: `npm run bench -- source FOLDER`. Judges nothing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const RUNS = 5;

function seconds(command: string, args: readonly string[], cwd: string): number {
  const start = process.hrtime.bigint();
  const result = spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`${command} ended with ${String(result.status)}: ${result.stderr.trim()}`);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function hasCtags(): boolean {
  const version = spawnSync('ctags', ['--version'], { encoding: 'utf8' });
  return version.status === 0 && version.stdout.includes('Universal Ctags');
}

/** How many files a scan took, and their bytes: the last line it wrote. */
function extent(facts: string): string {
  const last: unknown = JSON.parse(readFileSync(facts, 'utf8').trimEnd().split('\n').at(-1) ?? '');
  if (typeof last !== 'object' || last === null || !('files' in last) || !('bytes' in last)) {
    throw new Error('the scan wrote no summary');
  }
  return `${String(last.files)} files, ${(Number(last.bytes) / 1e6).toFixed(1)} MB`;
}

function compare(folder: string): void {
  const scratch = mkdtempSync(join(tmpdir(), 'poollens-bench-'));
  try {
    const tags = ['-R', '--languages=C,C++', '-f', join(scratch, 'tags'), folder];
    const facts = join(scratch, 'facts.ndjson');
    const scan = [join(root, 'dist/cli.js'), 'scan', '--no-cache', '--format', 'ndjson', '--out', facts, folder];
    const ours = [seconds(process.execPath, scan, scratch)];
    const theirs = [seconds('ctags', tags, scratch)];
    // The first run of each warmed the disk's cache.
    for (let run = 0; run < RUNS; run += 1) {
      ours[run] = seconds(process.execPath, scan, scratch);
      theirs[run] = seconds('ctags', tags, scratch);
    }
    const [a, b] = [median(ours), median(theirs)];
    console.log(`${extent(facts)}, median of ${String(RUNS)} runs, whole processes`);
    console.log(`poollens scan               ${a.toFixed(3)} s`);
    console.log(`ctags -R --languages=C,C++  ${b.toFixed(3)} s`);
    console.log(`ratio poollens / ctags: ${(a / b).toFixed(1)}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const [argument] = process.argv.slice(2);
if (argument === undefined) {
  console.log('source: needs a tree of sources: npm run bench -- source FOLDER');
} else if (!existsSync(argument) || !statSync(argument).isDirectory()) {
  console.error(`source: ${argument}: not a folder`);
  process.exitCode = 2;
} else if (!hasCtags()) {
  console.log('source: skipped: Universal Ctags is not installed (its package is universal-ctags)');
} else compare(resolve(argument));
