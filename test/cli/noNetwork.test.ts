/**
 * Nothing of PoolLens opens a socket or looks a name up by itself: the real programs, with Node's network made to throw
 * and to leave a trace. Sources and bundles are looked through as well, for code that no run here reaches.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { LanguageServer } from '../lsp/languageServer';
import { bundle, poollens } from '../support/processes';
import { temporaryFolder } from '../support/temporaryFolder';
import { watched } from '../unit/src/monitor/watchedService';

const ROOT = resolve(__dirname, '../..');
const HOOK = join(ROOT, 'test/support/refuseNetwork.cjs');
const LEAK = join(ROOT, 'test/fixtures/demo/leak.poolrec');
const CAPTURE = join(ROOT, 'test/fixtures/captures/poolmon-examples-1.txt');
const SYMBOLS = `srv*${join(ROOT, '.cache')}*https://symbols.example/`;

interface Refused {
  readonly env: Readonly<Record<string, string>>;
  /** What used the network, one line each. */
  readonly used: () => readonly string[];
  /** Scripts and threads that ran with the network refused. */
  readonly loaded: () => readonly string[];
}

function refused(t: TestContext): Refused {
  const log = join(temporaryFolder(t), 'network.log');
  const lines = (file: string): readonly string[] =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const env = { NODE_OPTIONS: `--require ${JSON.stringify(HOOK)}`, NETWORK_LOG: log };
  return { env, used: () => lines(log), loaded: () => lines(`${log}.loaded`) };
}

/** For programs that take over this process's environment. */
function setEnvironment(t: TestContext, env: Refused['env']): void {
  for (const [name, value] of Object.entries(env)) {
    const before = process.env[name];
    process.env[name] = value;
    t.after(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
}

const ATTEMPTS: readonly (readonly [name: string, code: string, seen: RegExp])[] = [
  ['net', `require('net').connect(80, '127.0.0.1')`, /^net\.connect by/],
  ['listen', `require('net').createServer().listen(0)`, /^net\.listen by/],
  ['http', `require('http').get('http://127.0.0.1:9/')`, /^net\.connect by/],
  ['https', `require('https').get('https://127.0.0.1:9/')`, /^net\.connect by/],
  ['tls', `require('tls').connect(443, '127.0.0.1')`, /^net\.connect by/],
  ['fetch', `fetch('http://127.0.0.1:9/').catch(() => 0)`, /^fetch by/],
  ['dns', `require('dns').lookup('example.invalid', () => 0)`, /^dns\.lookup by/],
  ['dns.promises', `require('dns/promises').resolve4('example.invalid')`, /^dns\.resolve4 by/],
  ['udp', `require('dgram').createSocket('udp4').send('x', 9, '127.0.0.1')`, /^dgram\.send by/],
  [
    'thread',
    `new (require('worker_threads').Worker)("fetch('http://x/')", { eval: true }).on('error', () => 0)`,
    /thread/,
  ],
  [
    'child',
    `require('child_process').spawnSync(process.execPath, ['-e', "require('net').connect(1)"])`,
    /^net\.connect by/,
  ],
];

for (const [name, code, seen] of ATTEMPTS) {
  test(`the test can fail: ${name}`, (t) => {
    const { env, used } = refused(t);
    const caught = `try { ${code} } catch {}`;
    spawnSync(process.execPath, ['-e', caught], { env: { ...process.env, ...env }, stdio: 'ignore' });
    assert.match(used()[0] ?? 'nothing was seen', seen);
  });
}

test('scan, lint, owners, import, watch and record', async (t) => {
  const { env, used, loaded } = refused(t);
  const folder = temporaryFolder(t);
  const demo = join(ROOT, 'test/fixtures/demo');
  const images = join(ROOT, 'test/fixtures/calls');
  const runs: readonly (readonly string[])[] = [
    ['scan', demo, images, '--threads', '2', '--no-cache', '--symbols', SYMBOLS, '--format', 'ndjson'],
    ['lint', demo, '--format', 'sarif'],
    ['owners', 'Leak', '--in', demo, images],
    ['import', CAPTURE, '--record', join(folder, 'a.poolrec')],
    ['watch', '--source', `recording:${LEAK}`, '--interval', '0.05', '--count', '2', '--format', 'ndjson'],
    ['watch', '--source', 'live', '--count', '1', '--format', 'ndjson'],
  ];
  for (const run of runs) {
    const { stderr } = await poollens(run, { env });
    assert.doesNotMatch(stderr, /network was used/);
  }
  assert.deepEqual(used(), []);
  assert.ok(existsSync(join(folder, 'a.poolrec')));
  const programs = loaded().filter((line) => line.includes('cli.js'));
  assert.ok(programs.length >= runs.length, loaded().join('\n'));
  assert.ok(
    loaded().some((line) => line.endsWith('(thread)')),
    'its threads are watched, too',
  );
});

test('the language server from its start to owners, diagnostics and debugger text', async (t) => {
  const { env, used, loaded } = refused(t);
  setEnvironment(t, env);
  const root = join(ROOT, 'test/fixtures/demo');
  const server = await LanguageServer.start(t, { folders: [root], settings: { symbols: { path: SYMBOLS } } });
  await server.scanned(1);
  await server.request('poollens/debuggerCommands', { tag: 0x6b61654c });
  assert.deepEqual(used(), []);
  assert.ok(loaded().some((line) => line.includes('server.js')));
});

test('the monitor and the extension’s side of it: live, a recording, and recording', async (t) => {
  const { env, used, loaded } = refused(t);
  setEnvironment(t, env);
  const { service, folder, until } = watched(t, { script: bundle('monitor') });
  await service.open({ kind: 'ntdll' });
  await until(() => ['notLive', 'open'].includes(service.phase.kind));
  await service.open({ kind: 'recording', file: LEAK });
  await until(() => (service.readings.index ?? 0) >= 2);
  await service.startRecording(join(folder, 'a.poolrec'));
  await until(() => service.recordsTo !== undefined);
  await service.stopRecording();
  assert.deepEqual(used(), []);
  assert.ok(loaded().some((line) => line.includes('monitor.js')));
});

const FORBIDDEN =
  /(?:\bfrom|\brequire\(|\bimport\()\s*['"](?:node:)?(?:net|https?|http2|tls|dgram|dns|dns\/promises)['"]/;
const BROWSER = /\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon)\s*\(/;

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

test('no source of ours names a module or function of the network', () => {
  assert.match(`import net from 'node:net';`, FORBIDDEN);
  assert.match('await fetch(url)', BROWSER);
  const all = ['src', 'server', 'media'].flatMap((folder) => files(join(ROOT, folder)));
  assert.ok(all.length > 200);
  const named = all.filter((file) => {
    const text = readFileSync(file, 'utf8');
    return FORBIDDEN.test(text) || BROWSER.test(text);
  });
  assert.deepEqual(named, []);
});

test('bundles hold no network module but the one vscode-jsonrpc names for pipes', () => {
  const names = readdirSync(join(ROOT, 'dist')).filter((name) => name.endsWith('.js'));
  assert.ok(names.includes('extension.js') && names.includes('monitor.js'));
  for (const name of names) {
    const text = readFileSync(join(ROOT, 'dist', name), 'utf8');
    const modules = [...text.matchAll(/require\("(?:node:)?(net|https?|http2|tls|dgram|dns|dns\/promises)"\)/g)];
    assert.deepEqual(
      [...new Set(modules.map((match) => match[1]))].filter((module) => module !== 'net'),
      [],
      name,
    );
  }
});
