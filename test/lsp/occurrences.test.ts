/**
 * poollens/occurrences: the images of the workspace searched for a tag's value, with progress and cancel, and nothing
 * of it left in the index, in a hover or in the findings.
 */
import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { tagFromText } from '../../src/shared/poolTag';
import type { OccurrencesProgress, OccurrencesResult, OwnersResult } from '../../src/shared/serverProtocol';
import { temporaryFolder } from '../support/temporaryFolder';
import { buildImage, CODE_RVA, le32 } from '../unit/core/binary/imageBuilder';
import { LanguageServer } from './languageServer';

const DEMO = resolve(__dirname, '../fixtures/demo');
const LEAK = tagFromText('Leak') ?? 0;

/** The demo driver, an image that moves its tag to a register, and one that has it in its data. */
function tree(t: TestContext): string {
  const root = temporaryFolder(t, {
    'a.c': `void f(void) { ExAllocatePool2(64, 1, 'kaeL'); }`,
    'a.vcxproj': '<ConfigurationType>Driver</ConfigurationType>',
  });
  cpSync(join(DEMO, 'build/x64'), join(root, 'build'), { recursive: true });
  const exports = [{ name: 'Entry', rva: CODE_RVA }];
  const code = [0xba, ...le32(LEAK), 0xc3];
  writeFileSync(join(root, 'mover.sys'), buildImage({ machine: 'x64', code: () => code, exports }));
  writeFileSync(join(root, 'holder.sys'), buildImage({ machine: 'x64', code: () => [0xc3], data: le32(LEAK) }));
  return root;
}

const search = (server: LanguageServer, tag: number, progressToken?: string): Promise<OccurrencesResult> =>
  server.request<OccurrencesResult>('poollens/occurrences', { tag, progressToken });

test('drivers that hold the value, those that facts name left out; progress comes under the token', async (t) => {
  const root = tree(t);
  const server = await LanguageServer.start(t, { folders: [root] });
  await server.scanned(3);
  const reports: OccurrencesProgress[] = [];
  server.onProgress('mine', (value) => reports.push(value as OccurrencesProgress));
  const { modules, files, unreadable, telling } = await search(server, LEAK, 'mine');
  assert.deepEqual(
    modules.map(({ module, evidence, count }) => [module, evidence, count]),
    [
      ['mover.sys', 'constant', 1],
      ['holder.sys', 'bytes', 1],
    ],
  );
  const [found] = modules[0]?.occurrences ?? [];
  assert.deepEqual([found?.file, found?.rva, found?.function], [join(root, 'mover.sys'), CODE_RVA, 'Entry']);
  assert.deepEqual([files, unreadable, telling], [4, 0, true]);
  assert.ok(
    reports.every(({ done, total }) => done <= total && total === 4),
    JSON.stringify(reports),
  );
  assert.ok(reports.length > 0, 'no progress');
});

test('what is found stays out of the index, hovers and findings', async (t) => {
  const root = tree(t);
  const server = await LanguageServer.start(t, { folders: [root] });
  await server.scanned(3);
  const owners = async (): Promise<string[]> =>
    (await server.request<OwnersResult>('poollens/owners', { tag: LEAK })).owners.map((owner) => owner.module);
  const before = await owners();
  const hover = await server.hover(join(root, 'a.c'), 0, 40);
  const problems = await server.problems(join(root, 'a.c'));
  assert.equal((await search(server, LEAK)).modules.length, 2);
  assert.deepEqual(await owners(), before);
  assert.deepEqual(await server.hover(join(root, 'a.c'), 0, 40), hover);
  assert.deepEqual(await server.problems(join(root, 'a.c')), problems);
});

test('where scanning is switched off the images are found all the same', async (t) => {
  const root = tree(t);
  const server = await LanguageServer.start(t, { folders: [root], settings: { scan: { enable: false } } });
  await server.until('the settings', (status) => status?.state === 'idle');
  const { modules, files } = await search(server, LEAK);
  assert.equal(files, 4);
  assert.deepEqual(modules.map(({ module }) => module).sort(), ['holder.sys', 'leaky.sys', 'mover.sys']);
});

test('a search can be cancelled; bytes that are everywhere are not searched', async (t) => {
  const root = tree(t);
  const server = await LanguageServer.start(t, { folders: [root] });
  await server.scanned(3);
  assert.deepEqual(await search(server, 0), {
    modules: [],
    moreModules: 0,
    files: 0,
    unreadable: 0,
    milliseconds: 0,
    telling: false,
  });
  await assert.rejects(server.requestCancelled('poollens/occurrences', { tag: LEAK }));
  assert.equal((await search(server, LEAK)).files, 4);
});
