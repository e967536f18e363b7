/**
 * Pulled diagnostics: result ids, edits, other files, settings, folders, and the workspace's request that stays open.
 */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { describe, LanguageServer, uri, type StartOptions } from './languageServer';

const DRIVER = '<ConfigurationType>Driver</ConfigurationType>';
const allocation = (tag: string): string => `void f(void) {\n  ExAllocatePool2(64, 1, '${tag}');\n}\n`;
const TREE = {
  'one/one.vcxproj': DRIVER,
  'one/a.c': allocation('derF'),
  'two/two.vcxproj': DRIVER,
  'two/b.c': allocation('derF'),
};
const FOUND = ['1:25-31 duplicate-tag'];

async function start(
  t: TestContext,
  files: Readonly<Record<string, string>> = TREE,
  more: Partial<StartOptions> = {},
): Promise<{ root: string; server: LanguageServer; at: (name: string) => string }> {
  const root = temporaryFolder(t, files);
  const server = await LanguageServer.start(t, { folders: [root], ...more });
  await server.until('the first scan', (status) => status?.state === 'idle');
  return { root, server, at: (name) => join(root, name) };
}

test('capabilities: pull with dependencies between files, UTF-16, incremental sync; watching is registered', async (t) => {
  const { server } = await start(t);
  const capabilities = server.initialized?.capabilities;
  assert.equal(capabilities?.positionEncoding, 'utf-16');
  assert.deepEqual(capabilities.diagnosticProvider, {
    identifier: 'poollens',
    interFileDependencies: true,
    workspaceDiagnostics: true,
  });
  await server.until('registrations', () => server.registrations.length >= 2);
  assert.deepEqual(server.registrations.sort(), [
    'workspace/didChangeConfiguration',
    'workspace/didChangeWatchedFiles',
  ]);
});

test('a tag two drivers share is a warning in both, with the other place', async (t) => {
  const { server, at } = await start(t);
  const report = await server.diagnose(at('one/a.c'));
  assert.ok(report.kind === 'full');
  const [diagnostic] = report.items;
  assert.ok(diagnostic);
  assert.equal(describe(diagnostic), FOUND[0]);
  assert.deepEqual([diagnostic.source, diagnostic.severity], ['PoolLens', 2]);
  assert.equal(diagnostic.relatedInformation?.[0]?.location.uri, uri(at('two/b.c')));
  assert.deepEqual(await server.problems(at('two/b.c')), FOUND);
});

test('an unchanged result is said to be unchanged', async (t) => {
  const { server, at } = await start(t);
  const { resultId } = (await server.diagnose(at('one/a.c'))) as { resultId: string };
  assert.deepEqual(await server.diagnose(at('one/a.c'), resultId), { kind: 'unchanged', resultId });
  const full = await server.diagnose(at('one/a.c'), 'another');
  assert.equal(full.kind, 'full');
});

test('the text being edited counts, at once, and the other file learns of it', async (t) => {
  const { server, at } = await start(t);
  await server.open(at('one/a.c'), TREE['one/a.c']);
  await server.edit(at('one/a.c'), `\n${allocation('derF')}`);
  assert.deepEqual(await server.problems(at('one/a.c')), ['2:25-31 duplicate-tag']);
  const refreshes = server.refreshes;
  await server.edit(at('one/a.c'), allocation('ruoM'));
  assert.deepEqual(await server.problems(at('one/a.c')), []);
  assert.deepEqual(await server.problems(at('two/b.c')), []);
  await server.until('a refresh', () => server.refreshes > refreshes);
  await server.close(at('one/a.c'));
  assert.deepEqual(await server.problems(at('one/a.c')), FOUND);
});

test('an edited header reaches the files that include it', async (t) => {
  const { server, at } = await start(t, {
    'tags.h': `#define TAG 'derF'`,
    'a.c': `#include "tags.h"\nvoid f(void) { ExAllocatePool2(64, 1, TAG); }`,
  });
  assert.deepEqual(await server.problems(at('a.c')), []);
  await server.open(at('tags.h'), `#define TAG 'derF'`);
  await server.edit(at('tags.h'), `#define TAG ' mdW'`);
  await server.untilProblems(at('a.c'), ['1:38-41 default-tag']);
});

test("an edited wrapper reaches its callers in the project's other files", async (t) => {
  const wrapper = (tag: string): string =>
    `void *PoolAlloc(int n, ULONG tag) { return ExAllocatePool2(64, n, ${tag}); }`;
  const { server, at } = await start(t, {
    'd.vcxproj': DRIVER,
    'alloc.c': wrapper('0x1234'),
    'caller.c': `extern void *PoolAlloc(int n, ULONG tag);\nvoid f(void) { PoolAlloc(1, ' mdW'); }`,
  });
  assert.deepEqual(await server.problems(at('caller.c')), []);
  await server.open(at('alloc.c'), wrapper('0x1234'));
  await server.edit(at('alloc.c'), wrapper('tag'));
  await server.untilProblems(at('caller.c'), ['1:28-34 default-tag']);
});

test('a document that is on no disk is linted by its text', async (t) => {
  const { server } = await start(t);
  await server.open('untitled:Untitled-1', allocation(' mdW'));
  assert.deepEqual(await server.problems('untitled:Untitled-1'), ['1:25-31 default-tag']);
});

test('a file of another machine is refused', async (t) => {
  const { server } = await start(t);
  await server.open('file://server/share/a.c', allocation(' mdW'));
  assert.deepEqual(await server.problems('file://server/share/a.c'), []);
});

test('the workspace pull gives what changed, and waits when nothing did', async (t) => {
  const { server, at } = await start(t);
  const first = await server.diagnoseWorkspace();
  assert.deepEqual(first.items.map((item) => item.uri).sort(), [uri(at('one/a.c')), uri(at('two/b.c'))].sort());
  const known = first.items.map((item) => ({ uri: item.uri, value: item.resultId ?? '' }));
  let answered = false;
  const second = server.diagnoseWorkspace(known).then((report) => {
    answered = true;
    return report;
  });
  await server.diagnose(at('one/a.c'));
  assert.equal(answered, false);
  await server.open(at('one/a.c'), TREE['one/a.c']);
  await server.edit(at('one/a.c'), allocation('ruoM'));
  const { items } = await second;
  assert.deepEqual(
    items.map((item) => [item.kind, item.kind === 'full' ? item.items.length : -1]),
    [
      ['full', 0],
      ['full', 0],
    ],
  );
});

test('settings: rules, excludes and switching off, while the server runs', async (t) => {
  const { server, at } = await start(t);
  const change = async (settings: Record<string, unknown>): Promise<void> => {
    const refreshes = server.refreshes;
    server.settings = settings;
    await server.notify('workspace/didChangeConfiguration', { settings: null });
    await server.until('a refresh', (status) => server.refreshes > refreshes && status?.state === 'idle');
  };
  await change({ lint: { rules: { 'duplicate-tag': 'error', 'default-tag': 'nonsense' } } });
  const report = await server.diagnose(at('one/a.c'));
  assert.equal(report.kind === 'full' && report.items[0]?.severity, 1);
  await change({ lint: { enable: false } });
  assert.deepEqual(await server.problems(at('one/a.c')), []);
  // The refresh that tells of a new setting may come before the scan it causes has ended.
  await change({});
  await server.untilProblems(at('one/a.c'), FOUND);
  await change({ scan: { exclude: ['two'] } });
  await server.untilProblems(at('one/a.c'), []);
  await change({});
  await server.untilProblems(at('one/a.c'), FOUND);
});

test('folders come and go', async (t) => {
  const { server, root, at } = await start(t, TREE);
  const other = temporaryFolder(t, {
    'three.vcxproj': DRIVER,
    'c.c': allocation('eerT'),
    'four/four.vcxproj': DRIVER,
    'four/d.c': allocation('eerT'),
  });
  const folder = { uri: uri(other), name: 'other' };
  await server.notify('workspace/didChangeWorkspaceFolders', { event: { added: [folder], removed: [] } });
  await server.scanned(4);
  assert.deepEqual(await server.problems(join(other, 'c.c')), FOUND);
  const removed = [{ uri: uri(root), name: root }];
  await server.notify('workspace/didChangeWorkspaceFolders', { event: { added: [], removed } });
  await server.until('two sites', (status) => status?.state === 'idle' && status.sites === 2);
  assert.deepEqual(await server.problems(at('one/a.c')), []);
});

test('files that change on disk: changed, made, deleted', async (t) => {
  const { server, root, at } = await start(t);
  const changed = (name: string, type: 1 | 2 | 3): Promise<void> =>
    server.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: uri(at(name)), type }] });
  writeFiles(root, { 'two/b.c': allocation('ruoM') });
  await changed('two/b.c', 2);
  await server.untilProblems(at('one/a.c'), []);
  writeFiles(root, { 'two/new.c': allocation('derF') });
  await changed('two/new.c', 1);
  await server.untilProblems(at('one/a.c'), FOUND);
  rmSync(at('two/new.c'));
  await changed('two/new.c', 3);
  await server.untilProblems(at('one/a.c'), []);
});

test('an untrusted workspace: folders of its settings are not scanned', async (t) => {
  const elsewhere = temporaryFolder(t, { 'x.c': allocation('derF') });
  const settings = { scan: { folders: [elsewhere] } };
  const trusted = await start(t, TREE, { settings, trusted: true });
  assert.equal((await trusted.server.request<{ sites: number }>('poollens/scanStatus')).sites, 3);
  const untrusted = await start(t, TREE, { settings, trusted: false });
  assert.equal((await untrusted.server.request<{ sites: number }>('poollens/scanStatus')).sites, 2);
});

test('broken files are listed in the status, and a rescan with the cache says the same', async (t) => {
  const storagePath = temporaryFolder(t);
  const { server, root } = await start(t, { ...TREE, 'broken.sys': 'MZ' }, { storagePath });
  const before = await server.scanned(2);
  assert.equal(before.issues.length, 1);
  assert.ok(before.issues[0]?.startsWith(join(root, 'broken.sys')));
  await server.request('poollens/rescan');
  const after = await server.request<typeof before>('poollens/scanStatus');
  assert.deepEqual({ ...after, milliseconds: 0 }, { ...before, milliseconds: 0 });
});

test('the server ends with status 0 after shutdown, also in the middle of a scan', async (t) => {
  const files = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`f${String(at)}.c`, allocation('derF')]));
  const root = temporaryFolder(t, files);
  const server = await LanguageServer.start(t, { folders: [root] });
  await server.stop();
  assert.equal(server.exitCode, 0);
});

test('a free that does not fit names the allocation in another file, and is gone once the tag fits', async (t) => {
  const header = (tag: string): string => `typedef struct _EXT { void *Buffer; } EXT;\n#define PUT_TAG '${tag}'\n`;
  const { server, at } = await start(t, {
    'drv.vcxproj': DRIVER,
    'ext.h': header('BBBB'),
    'get.c': `#include "ext.h"\nvoid Get(EXT *e) {\n  e->Buffer = ExAllocatePool2(64, 8, 'AAAA');\n}\n`,
    'put.c': `#include "ext.h"\nvoid Put(EXT *e) {\n  ExFreePoolWithTag(e->Buffer, PUT_TAG);\n}\n`,
  });
  await server.untilProblems(at('put.c'), ['2:31-38 mismatched-free']);
  const report = await server.diagnose(at('put.c'));
  const related = report.kind === 'full' ? report.items[0]?.relatedInformation?.[0] : undefined;
  assert.equal(related?.location.uri, uri(at('get.c')));
  assert.equal(related.location.range.start.line, 2);
  await server.open(at('ext.h'), header('BBBB'));
  await server.edit(at('ext.h'), header('AAAA'));
  await server.untilProblems(at('put.c'), []);
});

test('a pooltag.txt that the setting names is checked against, as it is now', async (t) => {
  const files = { ...TREE, 'two/b.c': allocation('omeD'), 'listed.txt': 'Fred - other.sys - somebody else' };
  const root = temporaryFolder(t, files);
  const settings = { pooltag: { file: join(root, 'listed.txt') } };
  const server = await LanguageServer.start(t, { folders: [root], settings });
  await server.scanned();
  assert.deepEqual(await server.problems(join(root, 'one/a.c')), ['1:25-31 known-tag']);
  writeFiles(root, { 'listed.txt': 'Demo - yet another.sys - not Fred' });
  assert.deepEqual(await server.problems(join(root, 'one/a.c')), []);
  assert.deepEqual(await server.problems(join(root, 'two/b.c')), ['1:25-31 known-tag']);
  server.settings = {};
  await server.notify('workspace/didChangeConfiguration', { settings: null });
  while ((await server.problems(join(root, 'two/b.c'))).length > 0);
});

test('without trust no pooltag.txt of the settings is checked against', async (t) => {
  const root = temporaryFolder(t, { ...TREE, 'two/b.c': allocation('omeD'), 'listed.txt': 'Fred - other.sys - x' });
  const settings = { pooltag: { file: join(root, 'listed.txt') } };
  const server = await LanguageServer.start(t, { folders: [root], settings, trusted: false });
  await server.scanned();
  assert.deepEqual(await server.problems(join(root, 'one/a.c')), []);
});
