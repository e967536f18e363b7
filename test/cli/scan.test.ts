/**
 * `poollens scan` and `owners`: the lines of the contract, exit statuses, bad input, the cache.
 */
import assert from 'node:assert/strict';
import { chmodSync, cpSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { bundle, jsonLines, othersMayReach, poollens } from '../support/processes';
import { temporaryFolder } from '../support/temporaryFolder';

const DEMO = resolve(__dirname, '../fixtures/demo');
const ALLOCATION = `void f(void) { ExAllocatePool2(64, 1, 'derF'); }`;

test('the demo drivers: sites in sources and images, files, a summary at the end', async () => {
  const { status, stdout, stderr } = await poollens(['scan', '.', '--format', 'ndjson', '--no-cache'], { cwd: DEMO });
  assert.equal(status, 0);
  assert.equal(stderr, '');
  const lines = jsonLines(stdout);
  const sites = lines.filter((line) => line['type'] === 'site');
  const files = lines.filter((line) => line['type'] === 'file');
  const source = sites.find((s) => s['file'] === 'leaky/leaky.c' && s['role'] === 'allocate');
  assert.deepEqual([source?.['text'], source?.['module'], source?.['function']], ['Leak', 'leaky.sys', 'LeakyStore']);
  const image = sites.find(
    (s) => s['file'] === 'build/x64/leaky.sys' && s['text'] === 'Leak' && s['role'] === 'allocate',
  );
  assert.match(String(image?.['rva']), /^0x[0-9a-f]+$/);
  assert.match(String(image?.['function']), /^LeakyStore\+0x/);
  assert.match((image?.['source'] as { file: string }).file, /leaky\.c$/);
  const driver = files.find((file) => file['file'] === 'build/x64/leaky.sys');
  assert.equal(driver?.['machine'], 'x64');
  assert.equal(driver['pdb'], 'leaky.pdb');
  assert.match(String(driver['sha256']), /^[0-9a-f]{64}$/);
  const summary = lines.at(-1);
  assert.equal(summary?.['type'], 'summary');
  assert.equal(summary['files'], files.length);
  assert.equal(summary['sites'], sites.length);
  assert.equal(
    summary['bytes'],
    files.reduce((sum, file) => sum + Number(file['size']), 0),
  );
});

test('positions count from 1 and columns in UTF-16 units', async (t) => {
  const root = temporaryFolder(t, { 'a.c': `void f(void) {\n  /* 😀 */ ExAllocatePool2(64, 1,\n    'derF');\n}` });
  const { stdout } = await poollens(['scan', root, '--no-cache'], {});
  const [site] = jsonLines(stdout);
  assert.deepEqual([site?.['line'], site?.['column'], site?.['tagRange']], [2, 12, [3, 5, 3, 11]]);
  assert.equal(site?.['file'], join(root, 'a.c').replaceAll('\\', '/'));
});

test('--define and --include decide what the text says', async (t) => {
  const root = temporaryFolder(t, {
    'src/a.c': `#include <tags.h>\n#if MODE == 2\n#define TAG TAG_TWO\n#else\n#define TAG TAG_ONE\n#endif\nvoid f(void) { ExAllocatePool2(64, 1, TAG); }`,
    'elsewhere/tags.h': `#define TAG_ONE '1gaT'\n#define TAG_TWO '2gaT'`,
  });
  const scan = async (...more: readonly string[]): Promise<unknown> => {
    const { stdout } = await poollens(['scan', 'src', '--no-cache', '--include', 'elsewhere', ...more], { cwd: root });
    return jsonLines(stdout)[0]?.['text'];
  };
  assert.equal(await scan('--define', 'MODE=2'), 'Tag2');
  assert.equal(await scan('--define', 'MODE=1'), 'Tag1');
});

test('--compile-commands gives each source its own macros and folders', async (t) => {
  const text = `#include <tags.h>\nvoid f(void) { ExAllocatePool2(64, 1, TAG); }`;
  const root = temporaryFolder(t, {
    'src/a.c': text,
    'src/b.c': text,
    'one/tags.h': `#define TAG MAKE(ONE)\n#define MAKE(x) x`,
    'two/tags.h': `#define TAG 'owtX'`,
    'build/compile_commands.json': JSON.stringify([
      { directory: '../src', file: 'a.c', command: `clang-cl /DONE='enoX' "/I..\\one" -c a.c` },
      { directory: '../src', file: 'b.c', arguments: ['cl', '-I', '../two', 'b.c'] },
      { nonsense: true },
    ]),
    'broken.json': '{',
  });
  const args = ['scan', 'src', '--no-cache', '--compile-commands'];
  const { stdout } = await poollens([...args, 'build/compile_commands.json'], { cwd: root });
  assert.deepEqual(
    jsonLines(stdout)
      .filter((line) => line['type'] === 'site')
      .map((line) => [line['file'], line['text']]),
    [
      ['src/a.c', 'Xone'],
      ['src/b.c', 'Xtwo'],
    ],
  );
  const broken = await poollens([...args, 'broken.json'], { cwd: root });
  assert.equal(broken.status, 2);
  assert.match(broken.stderr, /^poollens: .*broken\.json: not a compilation database[^\n]*\n$/);
});

test('projects and the settings among the sources decide, as --configuration and --platform choose', async (t) => {
  const root = temporaryFolder(t, {
    'drv/a.c': `#include "tags.h"\nvoid f(void) { ExAllocatePool2(64, 1, TAG); }`,
    'drv/tags.h': `#if DBG\n#define TAG 'gbeD'\n#elif defined(_X86_)\n#define TAG '68xX'\n#else\n#define TAG FREE_TAG\n#endif`,
    'drv/drv.vcxproj': `<Project><ItemGroup>${['Debug|x64', 'Release|x64', 'Release|Win32']
      .map((name) => `<ProjectConfiguration Include="${name}" />`)
      .join('')}</ItemGroup><ItemDefinitionGroup><ClCompile>
      <PreprocessorDefinitions>FREE_TAG='eerF'</PreprocessorDefinitions></ClCompile></ItemDefinitionGroup></Project>`,
    'lib/b.c': `void f(void) { ExAllocatePool2(64, 1, TAG); }`,
    'lib/forced.h': `#define TAG 'croF'`,
    'lib/compile_commands.json': JSON.stringify([{ file: 'b.c', arguments: ['cl', '/FIforced.h', 'b.c'] }]),
  });
  const tags = async (...more: readonly string[]): Promise<unknown> => {
    const { stdout } = await poollens(['scan', '.', '--no-cache', ...more], { cwd: root });
    return jsonLines(stdout)
      .filter((line) => line['type'] === 'site')
      .map((line) => line['text']);
  };
  assert.deepEqual(await tags(), ['Free', 'Forc']);
  assert.deepEqual(await tags('--configuration', 'Debug'), ['Debg', 'Forc']);
  assert.deepEqual(await tags('--platform', 'Win32'), ['Xx86', 'Forc']);
  assert.deepEqual(await tags('--configuration', 'Debug', '--define', 'DBG=0'), ['Free', 'Forc']);
});

test('a path that is missing: an issue, one clear line, status 2; the others are scanned', async (t) => {
  const root = temporaryFolder(t, { 'a.c': ALLOCATION });
  const { status, stdout, stderr } = await poollens(['scan', 'missing', 'a.c', '--no-cache'], { cwd: root });
  assert.equal(status, 2);
  assert.equal(stderr, 'poollens: missing: no such file or folder\n');
  const lines = jsonLines(stdout);
  assert.deepEqual(lines[0], { type: 'issue', file: 'missing', message: 'no such file or folder' });
  assert.equal(lines[1]?.['text'], 'Fred');
});

test('a folder that may not be read is one issue, the others go on, status 0', async (t) => {
  if (process.platform === 'win32') return void t.skip('modes forbid nothing on Windows');
  const root = temporaryFolder(t, { 'closed/a.c': ALLOCATION, 'open/b.c': ALLOCATION });
  chmodSync(root, 0o755);
  chmodSync(join(root, 'closed'), 0);
  // Root reads what mode 0 forbids, so it lets somebody else try, who may not see this checkout.
  const isRoot = process.getuid?.() === 0;
  if (isRoot && !othersMayReach(process.execPath)) return void t.skip('as root, with a Node no other user may run');
  const program = temporaryFolder(t);
  chmodSync(program, 0o755);
  if (isRoot) cpSync(dirname(bundle('cli')), program, { recursive: true });
  try {
    const options = { cwd: root, ...(isRoot ? { uid: 65534, script: join(program, 'cli.js') } : {}) };
    const { status, stdout, stderr } = await poollens(['scan', '.', '--no-cache'], options);
    assert.deepEqual([status, stderr], [0, '']);
    const lines = jsonLines(stdout);
    assert.deepEqual(
      lines.filter((line) => line['type'] === 'issue'),
      [{ type: 'issue', file: 'closed', message: 'permission denied' }],
    );
    assert.equal(lines.filter((line) => line['type'] === 'site').length, 1);
    assert.equal((await poollens(['scan', 'closed', '--no-cache'], options)).status, 2);
  } finally {
    // The folder could not be removed otherwise.
    chmodSync(join(root, 'closed'), 0o700);
  }
});

test('truncated images, at every length that cuts a structure, are issues; none stops the scan', async (t) => {
  const whole = readFileSync(join(DEMO, 'build/x64/leaky.sys'));
  const lengths = [0, 1, 2, 63, 64, 128, 200, 300, 500, 1024, 1500, 2048, 3000, 4000];
  const files = Object.fromEntries(lengths.map((length) => [`cut${String(length)}.sys`, whole.subarray(0, length)]));
  const root = temporaryFolder(t, { ...files, 'whole.sys': whole });
  const { status, stdout } = await poollens(['scan', '.', '--no-cache'], { cwd: root });
  assert.equal(status, 0);
  const lines = jsonLines(stdout);
  const issues = new Set(lines.filter((line) => line['type'] === 'issue').map((line) => line['file']));
  for (const length of lengths)
    assert.ok(issues.has(`cut${String(length)}.sys`), `no issue for length ${String(length)}`);
  assert.ok(!issues.has('whole.sys'));
  assert.ok(lines.some((line) => line['type'] === 'site' && line['file'] === 'whole.sys'));
});

test('unchanged files come from the cache and say the same, and --no-cache writes none', async (t) => {
  const root = temporaryFolder(t, { 'a.c': ALLOCATION });
  const cache = join(temporaryFolder(t), 'cache');
  const lines = async (...more: readonly string[]): Promise<Record<string, unknown>[]> => {
    const { stdout } = await poollens(['scan', '.', '--cache-dir', cache, ...more], { cwd: root });
    return jsonLines(stdout).filter((line) => line['type'] !== 'summary');
  };
  await lines('--no-cache');
  assert.throws(() => readFileSync(cache), { code: 'ENOENT' });
  const first = await lines();
  // Also the milliseconds are the first scan's: the file was not scanned again.
  assert.deepEqual(await lines(), first);
});

test('images from the cache read as if scanned, also when their paths are shown in another way', async (t) => {
  const cache = join(temporaryFolder(t), 'cache');
  const lines = async (cwd: string, path: string, ...more: readonly string[]): Promise<string[]> => {
    const { stdout, status } = await poollens(['scan', path, ...more], { cwd });
    assert.equal(status, 0);
    const untimed = stdout.replaceAll(/"milliseconds":[0-9.]+/g, '"milliseconds":0');
    return untimed.split('\n');
  };
  for (const [cwd, path] of [
    [DEMO, 'build'],
    [DEMO, 'build'],
    [join(DEMO, 'build'), '.'],
    [DEMO, join(DEMO, 'build')],
  ] as const) {
    assert.deepEqual(await lines(cwd, path, '--cache-dir', cache), await lines(cwd, path, '--no-cache'));
  }
});

test('two scans with one cache at once: both are right, and so is what they leave', async (t) => {
  const cache = join(temporaryFolder(t), 'cache');
  const scan = async (): Promise<Record<string, unknown>[]> => {
    const { stdout, status } = await poollens(['scan', 'build', '--cache-dir', cache], { cwd: DEMO });
    assert.equal(status, 0);
    return jsonLines(stdout).map((line) => ({ ...line, milliseconds: 0 }));
  };
  const [one, two] = await Promise.all([scan(), scan()]);
  assert.deepEqual(one, two);
  assert.deepEqual(await scan(), one);
  assert.equal(readdirSync(cache).length, 1);
});

test('--out writes the file and nothing else; a place that can not be written is one line', async (t) => {
  const root = temporaryFolder(t, { 'a.c': ALLOCATION });
  const { status, stdout } = await poollens(['scan', '.', '--no-cache', '--out', 'facts.ndjson'], { cwd: root });
  assert.deepEqual([status, stdout], [0, '']);
  assert.equal(jsonLines(readFileSync(join(root, 'facts.ndjson'), 'utf8')).at(-1)?.['type'], 'summary');
  const failed = await poollens(['scan', '.', '--no-cache', '--out', 'none/facts.ndjson'], { cwd: root });
  assert.equal(failed.status, 2);
  assert.match(failed.stderr, /^poollens: .*none.facts\.ndjson: no such file or folder\n$/);
});

test('a table has a block for each file, a line for each site, and a summary', async () => {
  const { stdout, status, stderr } = await poollens(['scan', 'leaky', '--format', 'table', '--no-cache'], {
    cwd: DEMO,
  });
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^leaky\/leaky\.c  leaky\.sys$/m);
  assert.match(stdout, /^ {2}Tag +Role +Evidence +API +Place +Function$/m);
  assert.match(stdout, /^ {2}Leak +allocate +call +ExAllocatePool2 +39:31 +LeakyStore$/m);
  assert.match(stdout, /\n\n\d+ files, \d+ sites, 2 tags, 0 without one known tag, 0 issues in [\d.]+ s\n$/);
});

test('a table from the cache is the one that was made without', async (t) => {
  const args = ['scan', 'build', '--format', 'table', '--cache-dir', join(temporaryFolder(t), 'cache')];
  const [first, second] = [await poollens(args, { cwd: DEMO }), await poollens(args, { cwd: DEMO })];
  assert.match(second.stdout, /6 unchanged/);
  const blocks = (text: string): string => text.slice(0, text.lastIndexOf('\n\n'));
  assert.equal(blocks(second.stdout), blocks(first.stdout));
});

test('colours: on request only where nobody reads them, and never against the wish of the user', async () => {
  const coloured = async (args: readonly string[], env: Record<string, string>): Promise<boolean> => {
    const all = ['scan', 'leaky/leaky.c', '--format', 'table', '--no-cache', ...args];
    const { stdout, status } = await poollens(all, { cwd: DEMO, env: { NO_COLOR: '', ...env } });
    assert.equal(status, 0);
    return stdout.includes('\u001b[');
  };
  assert.equal(await coloured([], {}), false);
  assert.equal(await coloured([], { FORCE_COLOR: '1' }), true);
  assert.equal(await coloured(['--color', 'always'], { NO_COLOR: '1' }), true);
  assert.equal(await coloured(['--color', 'never'], { FORCE_COLOR: '1' }), false);
  const wrong = await poollens(['scan', '.', '--color', 'maybe'], { cwd: DEMO });
  assert.deepEqual([wrong.status, wrong.stderr], [2, 'poollens: --color maybe: expected one of auto, always, never\n']);
});

test('names that would steer the terminal are spelled out', async (t) => {
  if (process.platform === 'win32') return void t.skip('Windows has no such names');
  const root = temporaryFolder(t, { 'evil\u001b[2J\u202e.c': ALLOCATION, 'bad\u009b\n.sys': 'MZ' });
  const { stdout, stderr } = await poollens(['scan', '.', '--format', 'table', '--no-cache'], { cwd: root });
  assert.match(stdout, /^evil\\x1b\[2J\\u202e\.c {2}/m);
  assert.match(stdout, /^bad\\x9b\\x0a\.sys$/m);
  const hostile = [...(stdout + stderr)].filter((c) => c !== '\n' && /[\p{Cc}\p{Cf}]/u.test(c));
  assert.deepEqual(hostile, []);
});

test('links in circles and to nowhere: each file once, one issue for the broken one', async (t) => {
  if (process.platform === 'win32') return void t.skip('links need a right on Windows');
  const root = temporaryFolder(t, { 'a/b/x.c': ALLOCATION });
  symlinkSync(root, join(root, 'a/b/round'));
  symlinkSync('a', join(root, 'again'));
  symlinkSync('nowhere.c', join(root, 'broken.c'));
  const { stdout, status } = await poollens(['scan', '.', '--no-cache', '--format', 'ndjson'], { cwd: root });
  assert.equal(status, 0);
  const lines = jsonLines(stdout);
  const of = (type: string): unknown[] => lines.filter((line) => line['type'] === type).map((line) => line['file']);
  assert.deepEqual([of('file'), of('issue')], [['a/b/x.c'], ['broken.c']]);
});

test('Ctrl-C ends the scan and its threads, with its status', async (t) => {
  if (process.platform === 'win32') return void t.skip('Windows kills instead');
  const image = readFileSync(join(DEMO, 'build/x64/steady.sys'));
  const copies = Array.from({ length: 600 }, (_, at): [string, Buffer] => {
    return [`${String(at)}.sys`, Buffer.concat([image, Buffer.from(String(at))])];
  });
  const root = temporaryFolder(t, Object.fromEntries(copies));
  const { status, stdout, stderr } = await poollens(['scan', '.', '--no-cache', '--format', 'ndjson'], {
    cwd: root,
    interruptAfter: 1,
  });
  assert.deepEqual([status, stderr], [130, '']);
  assert.equal(stdout.includes('"summary"'), false);
});

test('a reader that goes away ends the program quietly', async (t) => {
  const root = temporaryFolder(t, { 'a.c': ALLOCATION.repeat(20_000) });
  const { stderr, status } = await poollens(['scan', '.', '--no-cache'], { cwd: root, closeAfter: 10 });
  assert.deepEqual([stderr, status], ['', 0]);
});

test('owners: modules by evidence, tags as text or number', async () => {
  const { stdout, status } = await poollens(
    ['owners', 'Demo', '0x6b61654c', 'None', '--in', 'leaky', 'steady', '--no-cache'],
    {
      cwd: DEMO,
    },
  );
  assert.equal(status, 0);
  assert.deepEqual(
    jsonLines(stdout).map((line) => [line['type'], line['text'], line['module'], line['evidence']]),
    [
      ['owner', 'Demo', 'leaky.sys', 'call'],
      // Passes it to its own allocator.
      ['owner', 'Demo', 'steady.sys', 'wrapper'],
      ['owner', 'Leak', 'leaky.sys', 'call'],
    ],
  );
});

test('--allocator names a wrapper whose body is absent; the service of an INF makes the default tag', async (t) => {
  const folder = temporaryFolder(t, {
    'driver.c': "void f(void) { PoolAlloc(8, 'derF'); }\nvoid g(void) { WdfMemoryCreate(a, 1, 0, 8, &m, &b); }\n",
    'driver.inf': '[i]\nAddService=%S%,2,s\n[s]\nServiceBinary=%12%\\driver.sys\n[Strings]\nS="WdfToaster"\n',
  });
  const scan = async (...more: readonly string[]): Promise<unknown[]> => {
    const { status, stdout } = await poollens(['scan', folder, '--format', 'ndjson', '--no-cache', ...more]);
    assert.equal(status, 0);
    const sites = jsonLines(stdout).filter((line) => line['type'] === 'site');
    return sites.map((line) => [line['text'], line['role'], line['evidence'], line['via']]);
  };
  const byService = ['Toas', 'allocate', 'service-name', undefined];
  assert.deepEqual(await scan(), [byService]);
  assert.deepEqual(await scan('--allocator', 'PoolAlloc:2:bind'), [
    ['Fred', 'bind', 'wrapper', 'PoolAlloc'],
    byService,
  ]);
  const { status, stderr } = await poollens(['scan', folder, '--allocator', 'PoolAlloc:0']);
  assert.equal(status, 2);
  assert.match(stderr, /--allocator PoolAlloc:0: position of PoolAlloc: expected a number from 1 to 32/);
});
