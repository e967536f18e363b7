/**
 * poollens/tagDescriptions: the file the setting names, changed while the server runs, and ignored without trust.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { MarkupContent } from 'vscode-languageserver/node';
import { tagFromText } from '../../src/shared/poolTag';
import type { OwnersResult, TagDescriptionsResult } from '../../src/shared/serverProtocol';
import { temporaryFolder } from '../support/temporaryFolder';
import { LanguageServer } from './languageServer';

const FRED = tagFromText('Fred') ?? 0;
const FILES = {
  'a.c': `void f(void) { ExAllocatePool2(64, 1, 'derF'); }`,
  'a.vcxproj': '<ConfigurationType>Driver</ConfigurationType>',
  'one.txt': 'Fre? - fred.sys - every Fred',
  'two.txt': 'Fred - fred.sys - the one Fred',
};

const ask = (server: LanguageServer): Promise<TagDescriptionsResult> =>
  server.request<TagDescriptionsResult>('poollens/tagDescriptions', { tags: [FRED, 1] });

test('descriptions come from the file that the setting names, as it is now', async (t) => {
  const root = temporaryFolder(t, FILES);
  const server = await LanguageServer.start(t, {
    folders: [root],
    settings: { pooltag: { file: join(root, 'one.txt') } },
  });
  await server.scanned();
  const first = await ask(server);
  assert.deepEqual(first.descriptions, [{ tag: FRED, text: 'every Fred', detail: 'Fre? - fred.sys - every Fred' }]);
  server.settings = { pooltag: { file: join(root, 'two.txt') } };
  await server.notify('workspace/didChangeConfiguration', { settings: {} });
  let second = await ask(server);
  while (second.revision === first.revision) second = await ask(server);
  assert.equal(second.descriptions[0]?.text, 'the one Fred');
  const hover = await server.hover(join(root, 'a.c'), 0, 41);
  const text = (hover?.contents as MarkupContent).value;
  assert.ok(text.includes('Listed in pooltag\\.txt:\n\n```text\nFred - fred.sys - the one Fred\n```'), text);
});

test('owners: what the file lists stands beside what was seen, and says which line it is', async (t) => {
  const root = temporaryFolder(t, { ...FILES, 'both.txt': 'Fre? - other.sys - every Fred\nFred - fred.sys - the one' });
  const settings = { pooltag: { file: join(root, 'both.txt') } };
  const server = await LanguageServer.start(t, { folders: [root], settings });
  await server.scanned();
  const { owners, listed } = await server.request<OwnersResult>('poollens/owners', { tag: FRED });
  assert.deepEqual(
    owners.map((owner) => owner.evidence),
    ['call'],
  );
  assert.deepEqual(
    listed.map(({ binary, pattern, description }) => [binary, pattern, description]),
    [
      ['fred.sys', 'Fred', 'the one'],
      ['other.sys', 'Fre?', 'every Fred'],
    ],
  );
  assert.deepEqual((await server.request<OwnersResult>('poollens/owners', { tag: 1 })).listed, []);
});

test('no file of the settings is read in an untrusted workspace', async (t) => {
  const root = temporaryFolder(t, FILES);
  const settings = { pooltag: { file: join(root, 'one.txt') } };
  const server = await LanguageServer.start(t, { folders: [root], settings, trusted: false });
  await server.scanned();
  assert.deepEqual((await ask(server)).descriptions, []);
});
