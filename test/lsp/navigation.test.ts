/**
 * Hover, definition, references and our own requests, on the demo drivers and on small trees.
 */
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { MarkupContent } from 'vscode-languageserver/node';
import { tagFromText } from '../../src/shared/poolTag';
import type { OwnerLabelsResult, OwnersResult, ResolvePlaceResult } from '../../src/shared/serverProtocol';
import { temporaryFolder } from '../support/temporaryFolder';
import { LanguageServer, places } from './languageServer';

const DEMO = resolve(__dirname, '../fixtures/demo');
const TREE = {
  'one/one.vcxproj': '<ConfigurationType>Driver</ConfigurationType>',
  'one/tags.h': `#define ONE_TAG 'derF'\n`,
  'one/a.c': `#include "tags.h"\nvoid f(void) {\n  ExAllocatePool2(64, 1, ONE_TAG);\n}\n`,
  'two/two.vcxproj': '<ConfigurationType>Driver</ConfigurationType>',
  'two/b.c': `void g(void *p) {\n  ExFreePoolWithTag(p, 'derF');\n}\n`,
};

async function start(
  t: TestContext,
  files: Readonly<Record<string, string>> = TREE,
): Promise<{ root: string; server: LanguageServer; at: (name: string) => string }> {
  const root = temporaryFolder(t, files);
  const server = await LanguageServer.start(t, { folders: [root] });
  await server.scanned();
  return { root, server, at: (name) => join(root, name) };
}

async function markdown(server: LanguageServer, file: string, line: number, column: number): Promise<string> {
  const hover = await server.hover(file, line, column);
  assert.ok(hover, 'no hover');
  return (hover.contents as MarkupContent).value;
}

test('hover shows the four spellings and who uses the tag where', async (t) => {
  const { server, at } = await start(t);
  const text = await markdown(server, at('one/a.c'), 2, 27);
  for (const spelling of ['`Fred`', "`'derF'`", '`0x64657246`', '`!poolused 2 Fred`'])
    assert.ok(text.includes(spelling), spelling);
  assert.match(text, /\*\*one\\\.sys\*\* \(call\): \[a\\\.c&#58;3\]\(file:[^)]*one\/a\.c#L3\)/);
  assert.match(text, /\*\*two\\\.sys\*\* \(call\): \[b\\\.c&#58;2\]/);
  assert.equal(await server.hover(at('one/a.c'), 1, 3), null);
});

test('hover says where a name is defined and which settings decided', async (t) => {
  const { server, at } = await start(t, {
    'drv/tags.h': `#if DBG\n#define MY_TAG 'gbeD'\n#else\n#define MY_TAG 'eerF'\n#endif\n`,
    'drv/a.c': `#include "tags.h"\nvoid f(void) {\n  ExAllocatePool2(64, 1, MY_TAG);\n}\n`,
    'drv/drv.vcxproj': `<Project><ItemGroup><ProjectConfiguration Include="Debug|x64" /></ItemGroup></Project>`,
  });
  const text = await markdown(server, at('drv/a.c'), 2, 27);
  assert.match(
    text,
    /Defined in \[tags\\\.h&#58;2\]\(file:[^)]*drv\/tags\.h#L2\), with `DBG=1` \(drv\\\.vcxproj Debug\\\|x64\)\./,
  );
});

test('hover on an expression that may be several tags says so', async (t) => {
  const { server, at } = await start(t, {
    'drv/a.c': `#ifdef UNKNOWN_HERE\n#define T 'enO1'\n#else\n#define T 'owT2'\n#endif\nvoid f(void) {\n  ExAllocatePool2(64, 1, T);\n}\n`,
    'drv/drv.vcxproj': '<ConfigurationType>Driver</ConfigurationType>',
  });
  const text = await markdown(server, at('drv/a.c'), 6, 26);
  assert.match(text, /One of 2 tags it may be here; also `(?:1One|2Two)`\./);
  assert.match(text, /with `UNKNOWN_HERE` \(not defined in the files at hand\)\./);
});

test('hostile names in a hover stay text', async (t) => {
  const { server, at } = await start(t, {
    'a](evil) <b>.c': "void f(void) { ExAllocatePool2(64, 1, '<`|['); }",
    'a](evil) <b>.vcxproj': '<ConfigurationType>Driver</ConfigurationType>',
  });
  const text = await markdown(server, at('a](evil) <b>.c'), 0, 40);
  assert.ok(!text.includes('<b>'), text);
  assert.ok(!/\]\(evil/.test(text.replaceAll('\\]\\(', '')), text);
  assert.match(text, /`` \[\\\|`< ``/);
});

test('definition leads from a use to the macro, from a literal to where the tag is allocated', async (t) => {
  const { root, server, at } = await start(t);
  assert.deepEqual(places(root, await server.definition(at('one/a.c'), 2, 27)), ['one/tags.h:0:8']);
  assert.deepEqual(places(root, await server.definition(at('two/b.c'), 1, 25)), ['one/tags.h:0:8']);
  assert.deepEqual(places(root, await server.definition(at('one/tags.h'), 0, 10)), ['one/tags.h:0:8']);
  assert.equal(await server.definition(at('one/a.c'), 0, 0), null);
});

test('references are all mentions and sites, with and without the definition', async (t) => {
  const { root, server, at } = await start(t);
  const uses = ['one/a.c:2:25', 'two/b.c:1:23'];
  assert.deepEqual(places(root, await server.references(at('two/b.c'), 1, 25)), [
    ...uses.slice(0, 1),
    'one/tags.h:0:8',
    ...uses.slice(1),
  ]);
  assert.deepEqual(places(root, await server.references(at('two/b.c'), 1, 25, false)), uses);
});

test('the demo: images and sources of a driver are one owner, and an image leads to its line', async (t) => {
  const root = temporaryFolder(t);
  cpSync(DEMO, root, { recursive: true });
  const server = await LanguageServer.start(t, { folders: [root] });
  const status = await server.scanned(10);
  assert.ok(status.files >= 10);

  const tag = tagFromText('Leak');
  const { owners } = await server.request<OwnersResult>('poollens/owners', { tag });
  assert.deepEqual(
    owners.map((owner) => owner.module),
    ['leaky.sys'],
  );
  const allocating = owners[0]?.places.find(({ site }) => site.role === 'allocate');
  const image = allocating?.images.find((file) => file.includes('x64'));
  assert.ok(allocating && image, 'the image has no site');
  const source = { file: 'D:\\demo\\leaky\\leaky.c', line: 38 };
  const inImage = { ...allocating.site, place: { kind: 'image', file: image, rva: 0x1081, source } };
  const place = await server.request<ResolvePlaceResult>('poollens/resolvePlace', { site: inImage });
  assert.deepEqual(place, { lines: [{ file: join(root, 'leaky', 'leaky.c'), line: 38, column: 30 }] });

  const { labels } = await server.request<OwnerLabelsResult>('poollens/ownerLabels', {
    tags: [tag, tagFromText('Demo'), 1],
  });
  assert.deepEqual(
    labels.map((label) => label.label),
    ['leaky.sys', 'steady.sys +1'],
  );
  const all = await server.request<OwnerLabelsResult>('poollens/ownerLabels', {});
  assert.ok(all.labels.length >= 2);

  const references = places(root, await server.references(join(root, 'leaky/client.c'), 9, 114));
  assert.ok(references.includes('leaky/client.c:9:112'), references.join());
  assert.ok(
    references.some((reference) => reference.startsWith('steady/pool.c')),
    references.join(),
  );
  assert.equal(new Set(references).size, references.length);
});

test('an image without a PDB has no line', async (t) => {
  const root = temporaryFolder(t);
  cpSync(join(DEMO, 'build/x64/leaky.sys'), join(root, 'leaky.sys'));
  const server = await LanguageServer.start(t, { folders: [root] });
  await server.scanned();
  const { owners } = await server.request<OwnersResult>('poollens/owners', { tag: tagFromText('Leak') });
  const place = await server.request<ResolvePlaceResult>('poollens/resolvePlace', { site: owners[0]?.places[0]?.site });
  assert.deepEqual(place, { lines: [] });
});

test("an image's place follows the source map, asks among equals, and takes the sources' own folder otherwise", async (t) => {
  const root = temporaryFolder(t, {
    'one/pool.c': '',
    'two/pool.c': '',
    'two/deep/main.c': '',
    'kept/out/pool.c': '',
  });
  cpSync(join(DEMO, 'build/x64/leaky.sys'), join(root, 'leaky.sys'));
  const server = await LanguageServer.start(t, { folders: [root] });
  await server.scanned();
  const { owners } = await server.request<OwnersResult>('poollens/owners', { tag: tagFromText('Leak') });
  const site = owners[0]?.places[0]?.site;
  assert.ok(site?.place.kind === 'image');
  const resolvePlace = async (file: string): Promise<string[]> => {
    const source = { file, line: 4 };
    const { lines } = await server.request<ResolvePlaceResult>('poollens/resolvePlace', {
      site: { ...site, place: { ...site.place, source } },
    });
    return lines.map((line) => `${line.file.slice(root.length + 1)}:${String(line.line)}`);
  };
  assert.deepEqual(await resolvePlace('d:\\agent\\TWO\\pool.c'), ['two/pool.c:4']);
  assert.deepEqual(await resolvePlace('d:\\agent\\three\\pool.c'), [
    'kept/out/pool.c:4',
    'one/pool.c:4',
    'two/pool.c:4',
  ]);
  assert.deepEqual(await resolvePlace('d:\\agent\\three\\none.c'), []);

  server.settings = { symbols: { sourceMap: { 'D:\\Agent': 'kept/out', 'D:\\bad': 7 } } };
  await server.notify('workspace/didChangeConfiguration', { settings: null });
  for (const end = performance.now() + 20_000; ;) {
    const found = await resolvePlace('d:\\agent\\pool.c');
    if (found.join() === 'kept/out/pool.c:4') break;
    assert.ok(performance.now() < end, found.join());
  }
  assert.deepEqual(await resolvePlace('d:\\agent\\..\\pool.c'), ['kept/out/pool.c:4', 'one/pool.c:4', 'two/pool.c:4']);
});
