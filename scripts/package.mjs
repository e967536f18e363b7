#!/usr/bin/env node
// Makes the three VSIX files: win32-x64 and win32-arm64 with koffi inside, and a universal one without native code.
// `npm run package` makes all; `npm run package -- universal` one. Packed from a staging folder, never from the checkout.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './setup/dependencies.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const stage = path.join(root, '.cache', 'package');

/** Name → what vsce and koffi call the platform; the universal package has neither. */
export const targets = {
  'win32-x64': { platform: 'win32-x64', file: 'poollens-win32-x64.vsix' },
  'win32-arm64': { platform: 'win32-arm64', file: 'poollens-win32-arm64.vsix' },
  universal: { platform: undefined, file: 'poollens.vsix' },
};

const copied = [
  'package.nls.json',
  'README.md',
  'CHANGELOG.md',
  'SUPPORT.md',
  'LICENSE',
  '.vscodeignore',
  'media/icons',
  'media/languages',
  'media/walkthrough',
];

/** The manifest without what only a checkout needs. */
function writeManifest() {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  for (const key of ['scripts', 'bin', 'dependencies', 'devDependencies']) delete manifest[key];
  fs.writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

async function prepareStage() {
  const { build } = await import('./build.mjs');
  fs.rmSync(stage, { recursive: true, force: true });
  fs.mkdirSync(stage, { recursive: true });
  await build({ production: true, koffi: 'none', dist: path.join(stage, 'dist') });
  writeManifest();
  for (const name of copied) {
    const from = path.join(root, name);
    if (fs.existsSync(from)) fs.cpSync(from, path.join(stage, name), { recursive: true });
  }
}

async function pack({ platform, file }) {
  const { copyKoffi } = await import('./setup/koffi.mjs');
  const native = path.join(stage, 'dist', 'native');
  fs.rmSync(native, { recursive: true, force: true });
  if (platform !== undefined) copyKoffi(platform, native);
  const output = path.join(root, file);
  execFileSync(
    process.execPath,
    [
      path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce'),
      ...['package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'],
      ...(platform === undefined ? [] : ['--target', platform]),
      ...['--out', output],
    ],
    { cwd: stage, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  console.log(`${file}: ${(fs.statSync(output).size / 1024 / 1024).toFixed(1)} MB`);
  return output;
}

/** Makes the named packages (all of them by default) and gives their paths. */
export async function makePackages(names = Object.keys(targets)) {
  await prepareStage();
  const files = [];
  for (const name of names) files.push(await pack(targets[name]));
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !(name in targets));
  if (unknown !== undefined) {
    console.error(`package: no target named ${unknown}; there are ${Object.keys(targets).join(', ')}`);
    process.exit(2);
  }
  ensureDependencies();
  await makePackages(names.length === 0 ? undefined : names);
}
