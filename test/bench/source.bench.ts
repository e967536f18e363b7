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

interface Cost {
  readonly seconds: number;
  /** Largest resident size of the process, MB; of our own runs only. */
  readonly peak: number;
}

/** Makes a Node process say its peak when it ends; its threads are part of it. */
const TELL_PEAK = `process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS))`;
const OURS = ['--import', `data:text/javascript,${encodeURIComponent(TELL_PEAK)}`];

function run(command: string, args: readonly string[], cwd: string): Cost {
  const start = process.hrtime.bigint();
  const result = spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`${command} ended with ${String(result.status)}: ${result.stderr.trim()}`);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  return { seconds, peak: Number(/peak (\d+)$/.exec(result.stderr)?.[1] ?? 0) / 1024 };
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
    const scan = [
      ...OURS,
      join(root, 'dist/cli.js'),
      'scan',
      '--no-cache',
      '--format',
      'ndjson',
      '--out',
      facts,
      folder,
    ];
    // The first run of each warms the disk's cache.
    const turns = Array.from({ length: RUNS + 1 }, () => ({
      ours: run(process.execPath, scan, scratch),
      theirs: run('ctags', tags, scratch),
    })).slice(1);
    const a = median(turns.map(({ ours }) => ours.seconds));
    const b = median(turns.map(({ theirs }) => theirs.seconds));
    const peak = median(turns.map(({ ours }) => ours.peak));
    console.log(`${extent(facts)}, median of ${String(RUNS)} runs, whole processes`);
    console.log(`poollens scan               ${a.toFixed(3)} s, at most ${peak.toFixed(0)} MB resident`);
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
