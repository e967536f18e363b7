/**
 * Throughput of `poollens scan` over PE files against `rg -c -a -F` (findstr's job, done by the fastest tool there is)
 * on the same files, run in turn as whole processes. Files: a folder given as argument, else real PE files of npm packages.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const RUNS = 5;
const PACKAGES = [
  '@rollup/rollup-win32-x64-msvc@4.50.0',
  '@rollup/rollup-win32-ia32-msvc@4.50.0',
  '@rollup/rollup-win32-arm64-msvc@4.50.0',
  '@esbuild/win32-x64@0.25.0',
];

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() && /\.(sys|dll|exe|efi|node)$/i.test(entry.name) ? [path] : [];
  });
}

function packagedFiles(): string {
  const folder = join(root, '.cache/bench/pe');
  if (existsSync(folder)) return folder;
  for (const name of PACKAGES) {
    const into = join(folder, name.replaceAll(/[^A-Za-z0-9]+/g, '-'));
    mkdirSync(into, { recursive: true });
    execFileSync('npm', ['pack', '--silent', '--pack-destination', into, name], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    for (const archive of readdirSync(into)) execFileSync('tar', ['-xzf', archive], { cwd: into });
  }
  return folder;
}

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
