/**
 * poollens/disassemble on the real server: the demo driver with and without its source, changed and vanished files, and
 * what no client should ask.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { URI } from 'vscode-uri';
import type { TagSite } from '../../src/shared/facts';
import { parseImageQuery } from '../../src/shared/imageAddress';
import { tagFromText } from '../../src/shared/poolTag';
import type { DisassembleResult, Disassembly, OwnersResult } from '../../src/shared/serverProtocol';
import { temporaryFolder } from '../support/temporaryFolder';
import { LanguageServer } from './languageServer';

const DEMO = resolve(__dirname, '../fixtures/demo');

async function start(t: TestContext, files: Readonly<Record<string, string>>) {
  const root = temporaryFolder(t);
  for (const [name, from] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    cpSync(join(DEMO, from), join(root, name));
  }
  const server = await LanguageServer.start(t, { folders: [root] });
  await server.scanned();
  const { owners } = await server.request<OwnersResult>('poollens/owners', { tag: tagFromText('Leak') });
  const image = owners.flatMap((owner) => owner.places.map(({ site }) => site)).find(isImageAllocation);
  return { root, server, file: join(root, 'leaky.sys'), rva: image?.place.kind === 'image' ? image.place.rva : 0x1081 };
}

function isImageAllocation({ place, role }: TagSite): boolean {
  return place.kind === 'image' && role === 'allocate';
}

function shown({ disassembly, problem }: DisassembleResult): Disassembly & { readonly at: string } {
  assert.ok(disassembly, problem);
  return { ...disassembly, at: disassembly.text.split('\n')[disassembly.line] ?? '' };
}

test('without a PDB: the call with its import and tag, and nothing about a source', async (t) => {
  const { server, file, rva } = await start(t, { 'leaky.sys': 'build/x64/leaky.sys' });
  const result = shown(await server.request<DisassembleResult>('poollens/disassemble', { file, rva }));
  assert.match(result.at, /call +qword ptr \[nt!ExAllocatePool2\] +; allocates, tag Leak$/);
  assert.deepEqual(
    [result.name, result.machine, result.source, result.local],
    ['leaky+0x1060', 'x64', undefined, undefined],
  );
  assert.ok(result.sites.includes(result.line));
  // Asked by its anchor the same text comes again.
  const again = shown(await server.request<DisassembleResult>('poollens/disassemble', { file, rva: result.anchor }));
  assert.equal(again.text, result.text);
  assert.deepEqual(again.sites, result.sites);
});

test('with a PDB and the source: lines between the code, and where the source lies', async (t) => {
  const { root, server, file } = await start(t, {
    'leaky.sys': 'build/x64/leaky.sys',
    'leaky.pdb': 'build/x64/leaky.pdb',
    'src/leaky/leaky.c': 'leaky/leaky.c',
    'src/leaky/leaky.h': 'leaky/leaky.h',
  });
  const result = shown(await server.request<DisassembleResult>('poollens/disassemble', { file, rva: 0x1081 }));
  assert.equal(result.name, 'LeakyStore');
  assert.deepEqual(result.source, { file: 'D:\\demo\\leaky\\leaky.c', line: 38 });
  assert.deepEqual(result.local, { file: join(root, 'src/leaky/leaky.c'), line: 38, column: 30 });
  assert.match(result.text, /^; leaky\.c:39 {2}message = \(PLEAKY_MESSAGE\)ExAllocatePool2\($/m);
});

test('a place that no index knows is marked because it was asked for', async (t) => {
  const { server, file } = await start(t, { 'leaky.sys': 'build/x64/leaky.sys' });
  const place = { kind: 'image', file, rva: 0x107d } as const;
  const site: TagSite = {
    tags: [tagFromText('Leak') ?? 0],
    api: '',
    role: 'allocate',
    evidence: 'bytes',
    module: 'x',
    place,
  };
  const result = shown(await server.request<DisassembleResult>('poollens/disassemble', { file, rva: 0x107d, site }));
  assert.match(result.at, /mov +r8d, 0x6b61654c +; the bytes of tag Leak stand here; tag Leak$/);
  assert.deepEqual(
    result.sites.slice(0, 2).map((line) => line - result.line),
    [0, 1],
  );
});

test('changed, damaged and vanished images, and requests that make no sense, give one line', async (t) => {
  const { root, server, file, rva } = await start(t, { 'leaky.sys': 'build/x64/leaky.sys' });
  const ask = (params: unknown): Promise<DisassembleResult> => server.request('poollens/disassemble', params);
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = 1;
  writeFileSync(file, bytes);
  const changed = shown(await ask({ file, rva }));
  assert.match(changed.text, /^; the file has changed since it was scanned/m);
  assert.deepEqual(changed.sites, []);
  assert.match(changed.at, /call/);
  assert.deepEqual(await ask({ file, rva: 0x7fffffff }), { problem: 'there is nothing at 0x7fffffff in this file' });
  writeFileSync(file, 'not any more');
  assert.deepEqual(await ask({ file, rva }), { problem: 'not a PE image' });
  rmSync(file);
  assert.deepEqual(await ask({ file, rva }), { problem: 'no such file or folder' });
  assert.deepEqual(await ask({ file: root, rva }), { problem: 'is no file' });
  for (const remote of ['\\\\server\\share\\a.sys', '//server/share/a.sys', 'relative.sys']) {
    assert.deepEqual(await ask({ file: remote, rva }), { problem: 'only files of this machine are opened' });
  }
  for (const bad of [
    {},
    { file },
    { file, rva: -1 },
    { file, rva: 1.5 },
    { file, rva: 2 ** 40 },
    { file: 7, rva },
  ] as const) {
    assert.deepEqual(await ask(bad), { problem: 'no address of an image was asked for' });
  }
});

test('references in images without a source are documents of the scheme the client shows', async (t) => {
  const root = temporaryFolder(t, { 'user.c': "void f(void) {\n  ExAllocatePool2(64, 1, 'kaeL');\n}\n" });
  cpSync(join(DEMO, 'build/x64/leaky.sys'), join(root, 'leaky.sys'));
  const server = await LanguageServer.start(t, { folders: [root], imageScheme: 'shown-image' });
  await server.scanned(2);
  const locations = (await server.references(join(root, 'user.c'), 1, 28)) ?? [];
  const shownAs = locations.map((location) => URI.parse(location.uri)).filter((uri) => uri.scheme === 'shown-image');
  assert.ok(shownAs.length > 0);
  for (const { path, query } of shownAs) {
    assert.ok(path.startsWith(`${join(root, 'leaky.sys')}!0x1`), path);
    const address = parseImageQuery(query);
    assert.ok(address);
    assert.match(shown(await server.request<DisassembleResult>('poollens/disassemble', address)).at, /tag Leak$/);
  }
  assert.equal(parseImageQuery('not json'), undefined);
  assert.equal(parseImageQuery('{"file":1,"rva":2}'), undefined);
});
