// koffi for one platform: this machine's from node_modules, any other through `npm pack` into .cache.
// Copies only the files its loader reads; nothing is compiled.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const modules = path.join(root, 'node_modules');

const loaderFiles = ['package.json', 'index.cjs', 'src/koffi/index.cjs', 'src/koffi/src/static.cjs', 'LICENSE.txt'];

/** Platform name of this machine in koffi's package names: `linux-x64`, `win32-arm64`. */
export function hostPlatform() {
  return `${process.platform}-${process.arch}`;
}

/** Folder of the package that holds koffi.node for a platform. */
function platformPackage(platform) {
  const installed = path.join(modules, '@koromix', `koffi-${platform}`);
  if (fs.existsSync(installed)) return installed;
  const { version } = JSON.parse(fs.readFileSync(path.join(modules, 'koffi', 'package.json'), 'utf8'));
  const folder = path.join(root, '.cache', 'koffi', `${platform}-${version}`);
  if (fs.existsSync(path.join(folder, 'package', 'package.json'))) return path.join(folder, 'package');
  fs.mkdirSync(folder, { recursive: true });
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const archive = execFileSync(npm, ['pack', '--silent', `@koromix/koffi-${platform}@${version}`], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  }).trim();
  execFileSync('tar', ['-xzf', archive], { cwd: folder });
  fs.rmSync(path.join(folder, archive));
  return path.join(folder, 'package');
}

/** Folders of a package that hold a koffi.node: one on Windows, glibc and musl on Linux. */
function binaryFolders(folder) {
  const names = fs.readdirSync(folder).filter((name) => fs.existsSync(path.join(folder, name, 'koffi.node')));
  if (names.length === 0) throw new Error(`${folder}: no koffi.node in it`);
  return names;
}

/** Copies koffi's loader and the binary of `platform` to `target`/koffi and `target`/@koromix. */
export function copyKoffi(platform, target) {
  const source = platformPackage(platform);
  for (const file of loaderFiles) {
    const to = path.join(target, 'koffi', file);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.copyFileSync(path.join(modules, 'koffi', file), to);
  }
  const to = path.join(target, '@koromix', `koffi-${platform}`);
  fs.mkdirSync(to, { recursive: true });
  for (const file of ['package.json', 'index.js']) fs.copyFileSync(path.join(source, file), path.join(to, file));
  for (const binary of binaryFolders(source)) {
    fs.mkdirSync(path.join(to, binary), { recursive: true });
    fs.copyFileSync(path.join(source, binary, 'koffi.node'), path.join(to, binary, 'koffi.node'));
  }
}
