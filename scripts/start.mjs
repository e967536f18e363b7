#!/usr/bin/env node
// `npm start`: from a fresh clone to VS Code with PoolLens and the demo workspace. Uses the `code` on the PATH, else
// code-server in .cache: quiet, offline, its address printed, stopped by Ctrl-C. Node builtins until npm ci is done.
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from './setup/apt.mjs';
import { ensureCodeServer, freePort, installExtension, prepareProfile, startCodeServer } from './setup/codeServer.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const demo = path.join(root, 'test', 'fixtures', 'demo');
const profile = path.join(root, '.cache', 'start');
const demoSource = path.join(demo, 'leaky', 'leaky.c');
const usualPort = 8127;

const usage = `npm start [-- --browser] [-- --folder PATH] [-- --port N]
  --browser      use code-server even if VS Code's "code" is on the PATH
  --folder PATH  open this folder instead of the demo workspace
  --port N       port of code-server (${usualPort}, or a free one)`;

function readArguments(words) {
  const options = { browser: false, folder: demo, port: undefined };
  for (let at = 0; at < words.length; at++) {
    if (words[at] === '--browser') options.browser = true;
    else if (words[at] === '--folder' && words[at + 1] !== undefined) options.folder = path.resolve(words[++at]);
    else if (words[at] === '--port' && /^\d+$/.test(words[at + 1] ?? '')) options.port = Number(words[++at]);
    else return undefined;
  }
  return options;
}

/** `code`, where it can open a window. */
function desktopCode() {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return undefined;
  return findProgram('code');
}

function openDesktop(code, folder) {
  console.log(`opening ${folder} in VS Code with PoolLens`);
  const quote = (text) => (process.platform === 'win32' ? `"${text}"` : text);
  const child = spawn(
    quote(code),
    [
      '--new-window',
      quote(`--extensionDevelopmentPath=${root}`),
      quote(folder),
      ...(folder === demo ? [quote(demoSource)] : []),
    ],
    {
      stdio: 'inherit',
      shell: process.platform === 'win32',
    },
  );
  child.on('exit', (status) => (process.exitCode = status ?? 1));
}

/** Hash over all files that go into the package, so that an unchanged one is not installed again. */
function packageHash() {
  const hash = crypto.createHash('sha256');
  const add = (file) => {
    if (fs.statSync(file).isDirectory()) for (const name of fs.readdirSync(file).sort()) add(path.join(file, name));
    else hash.update(path.relative(root, file)).update(fs.readFileSync(file));
  };
  const parts = [
    'package.json',
    'package.nls.json',
    'README.md',
    'media/icons',
    'media/languages',
    'dist',
    'scripts/package.mjs',
    '.vscodeignore',
  ];
  for (const part of parts.map((name) => path.join(root, name))) if (fs.existsSync(part)) add(part);
  return hash.digest('hex');
}

async function installIntoProfile(server) {
  const stamp = path.join(profile, 'installed');
  const hash = packageHash();
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === hash) return;
  const { makePackages } = await import('./package.mjs');
  const [vsix] = await makePackages(['universal']);
  installExtension(server, profile, vsix);
  fs.writeFileSync(stamp, hash);
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

async function openBrowserServer(options) {
  const server = ensureCodeServer();
  prepareProfile(profile);
  await installIntoProfile(server);
  const port = options.port ?? ((await isFree(usualPort)) ? usualPort : await freePort());
  const running = await startCodeServer(server, { data: profile, port });
  const address = new URL(running.address);
  address.searchParams.set('folder', options.folder);
  // A driver source in the editor wakes the extension, and its panel then shows the recording the demo names.
  if (options.folder === demo) {
    const source = `vscode-remote://${address.host}${demoSource}`;
    address.searchParams.set('payload', JSON.stringify([['openFile', source]]));
  }
  console.log(`\nPoolLens is ready: ${address.href}\nCtrl-C stops it.`);
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await running.stop();
    console.log('\nstopped');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop());
  await running.exited;
  if (!stopping) throw new Error(`code-server ended by itself; see ${path.join(profile, 'code-server.log')}`);
}

const options = readArguments(process.argv.slice(2));
if (options === undefined) {
  console.error(usage);
  process.exit(2);
}
try {
  ensureDependencies();
  const { build } = await import('./build.mjs');
  await build();
  const code = options.browser ? undefined : desktopCode();
  if (code !== undefined) openDesktop(code, options.folder);
  else await openBrowserServer(options);
} catch (error) {
  console.error(`start: ${error.message}`);
  process.exitCode = 1;
}
