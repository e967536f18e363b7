// code-server: a real VS Code workbench with a real Node extension host, kept in .cache.
// `npm start` shows it where no desktop VS Code is on the PATH; test/vscode drives it. Quiet and offline once installed.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * What is installed: the current VS Code, and the oldest one that package.json's `engines` admits. Each needs its own
 * Node, which comes from npm beside it. code-server's own front of the old one wants a compiled module (argon2), so the
 * VS Code server inside is started directly.
 */
const editions = {
  current: { codeServer: '4.139.1', node: '24.21.0', program: 'out/node/entry.js', direct: false },
  minimum: { codeServer: '4.100.3', node: '20.19.5', program: 'lib/vscode/out/server-main.js', direct: true },
};

/** Settings that keep the workbench quiet: no telemetry, no welcome page, no chat. */
const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.autofetch': false,
  'git.openRepositoryInParentFolders': 'never',
};

function nodePackage() {
  const supported = { linux: ['x64', 'arm64'], darwin: ['x64', 'arm64'] };
  if (!supported[process.platform]?.includes(process.arch)) {
    throw new Error(
      `code-server does not run on ${process.platform}-${process.arch}: put VS Code's "code" on the PATH`,
    );
  }
  return `node-${process.platform}-${process.arch}`;
}

function npmInstall(folder, options, node) {
  const searchPath =
    node === undefined ? process.env.PATH : `${path.dirname(node)}${path.delimiter}${process.env.PATH}`;
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...options], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PATH: searchPath },
  });
}

/**
 * Installs code-server unless it is there.
 * @param {'current' | 'minimum'} edition
 * @returns {{ node: string, entry: string, direct: boolean }} Its Node, and the program to run with it.
 */
export function ensureCodeServer(edition = 'current') {
  const name = nodePackage();
  const { codeServer, node: nodeVersion, program, direct } = editions[edition];
  const folder = path.join(root, '.cache', 'code-server', codeServer);
  const node = path.join(folder, 'node_modules', name, 'bin', 'node');
  const entry = path.join(folder, 'node_modules', 'code-server', program);
  const stamp = path.join(folder, 'complete');
  if (fs.existsSync(stamp)) return { node, entry, direct };
  console.log(`installing code-server ${codeServer} into .cache (once, up to 800 MB)`);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  npmInstall(folder, ['--no-save', `${name}@${nodeVersion}`, `code-server@${codeServer}`]);
  // VS Code's own dependencies, without compiling: kerberos and its like are not needed here.
  npmInstall(path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode'), ['--omit=dev'], node);
  fs.writeFileSync(stamp, '');
  return { node, entry, direct };
}

/** A port nobody listens on now. */
export async function freePort() {
  const server = net.createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function profileArguments(server, data) {
  const folders = ['--user-data-dir', path.join(data, 'user'), '--extensions-dir', path.join(data, 'extensions')];
  return server.direct
    ? [...folders, '--server-data-dir', path.join(data, 'server'), '--accept-server-license-terms']
    : [...folders, '--config', path.join(data, 'code-server.yaml')];
}

/** Quiet, offline, for this machine only. */
function serveArguments(server, port, workspaceTrust) {
  const trust = workspaceTrust ? [] : ['--disable-workspace-trust'];
  const common = ['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', ...trust];
  return server.direct
    ? ['--host', '127.0.0.1', '--port', String(port), '--without-connection-token', ...common]
    : ['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-proxy', '--ignore-last-opened', ...common];
}

function profileEnvironment(data) {
  const home = path.join(data, 'home');
  const environment = { ...process.env };
  // A terminal inside VS Code passes these on, and code-server would then talk to that VS Code.
  for (const name of Object.keys(environment)) if (name.startsWith('VSCODE_')) delete environment[name];
  return {
    ...environment,
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_DATA_HOME: path.join(home, '.local', 'share'),
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
  };
}

/** Makes the folders of a profile and writes its settings, if they are not there. */
export function prepareProfile(data, settings = {}) {
  for (const folder of ['home', 'extensions', 'user/User']) fs.mkdirSync(path.join(data, folder), { recursive: true });
  fs.writeFileSync(path.join(data, 'code-server.yaml'), 'auth: none\n');
  const file = path.join(data, 'user', 'User', 'settings.json');
  if (!fs.existsSync(file)) fs.writeFileSync(file, `${JSON.stringify({ ...quietSettings, ...settings }, null, 2)}\n`);
}

/** Installs a VSIX into a profile. Throws with what code-server said. */
export function installExtension(server, data, vsix) {
  const options = [server.entry, ...profileArguments(server, data), '--install-extension', vsix, '--force'];
  // It complains at length about native modules that nothing here uses: its words matter only when it fails.
  const { status, stderr, stdout } = spawnSync(server.node, options, {
    env: profileEnvironment(data),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`code-server could not install ${path.basename(vsix)}:\n${stdout}${stderr}`);
}

function answers(url) {
  return new Promise((resolve) => {
    http
      .get(url, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      })
      .on('error', () => resolve(false));
  });
}

/** Ends a process group: politely, then after five seconds for good. */
async function stopGroup(child) {
  const signal = (name) => {
    try {
      process.kill(-child.pid, name);
    } catch {
      // The group has ended already.
    }
  };
  if (child.exitCode !== null || child.signalCode !== null) return signal('SIGKILL');
  const ended = new Promise((resolve) => child.once('exit', resolve));
  signal('SIGTERM');
  await Promise.race([ended, pause(5000, undefined, { ref: false })]);
  signal('SIGKILL');
  await ended;
}

/**
 * Starts code-server in a process group of its own and waits until it answers.
 * @param {{ node: string, entry: string, direct: boolean }} server
 * @param {{ data: string, port?: number, workspaceTrust?: boolean, environment?: Record<string, string> }} options
 * @returns {Promise<{ address: string, exited: Promise<number | null>, stop: () => Promise<void> }>}
 */
export async function startCodeServer(server, options) {
  const port = options.port ?? (await freePort());
  const log = fs.openSync(path.join(options.data, 'code-server.log'), 'w');
  const child = spawn(
    server.node,
    [
      server.entry,
      ...profileArguments(server, options.data),
      ...serveArguments(server, port, options.workspaceTrust === true),
    ],
    {
      env: { ...profileEnvironment(options.data), ...options.environment },
      stdio: ['ignore', log, log],
      detached: true,
    },
  );
  fs.closeSync(log);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  // Whatever ends this program, the server ends with it.
  process.once('exit', () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Already ended.
    }
  });
  const address = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 60_000;
  while (!(await answers(`${address}/${server.direct ? 'version' : 'healthz'}`))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stopGroup(child);
      throw new Error(`code-server did not start; see ${path.join(options.data, 'code-server.log')}`);
    }
    await pause(100);
  }
  return { address, exited, stop: () => stopGroup(child) };
}
