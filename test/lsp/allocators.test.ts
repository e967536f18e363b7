/** `poollens.allocators`: functions whose bodies are not at hand, named by the user with each role, while the server runs. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { MarkupContent } from 'vscode-languageserver/node';
import { temporaryFolder } from '../support/temporaryFolder';
import { LanguageServer } from './languageServer';

const ROLES = ['allocate', 'free', 'bind', 'verify'] as const;
/** `Ours_allocate(1, 'derF')`, one a role, and a call that the catalogue knows. */
const SOURCE = [
  'void f(void *p) {',
  ...ROLES.map((role) => `  Ours_${role}(p, 'derF');`),
  "  ExAllocatePool2(64, 1, 'derF');",
  '}',
].join('\n');
const NAMED = ROLES.map((role) => ({ name: `Ours_${role}`, position: 2, role }));
const KNOWN_LINE = 5;
const COLUMN = 27;

async function lines(server: LanguageServer, file: string): Promise<number[]> {
  const found = await server.references(file, KNOWN_LINE, COLUMN);
  return [...new Set((found ?? []).map(({ range }) => range.start.line))].sort((a, b) => a - b);
}

test('a wrapper without a body is a site in each of its roles as soon as it is named', async (t) => {
  const root = temporaryFolder(t, { 'd.c': SOURCE });
  const server = await LanguageServer.start(t, { folders: [root] });
  const file = join(root, 'd.c');
  await server.scanned();
  assert.deepEqual(await lines(server, file), [KNOWN_LINE]);
  server.settings = { allocators: NAMED };
  await server.notify('workspace/didChangeConfiguration', { settings: null });
  await server.until('the named allocators', (status) => status?.state === 'idle' && status.sites === ROLES.length + 1);
  assert.deepEqual(await lines(server, file), [1, 2, 3, 4, KNOWN_LINE]);
  for (const [at, role] of ROLES.entries()) {
    const hover = await server.hover(file, at + 1, `  Ours_${role}(p, `.length + 1);
    assert.match((hover?.contents as MarkupContent | undefined)?.value ?? '', /`Fred`/, role);
  }
  server.settings = {};
  await server.notify('workspace/didChangeConfiguration', { settings: null });
  await server.until('the settings taken back', (status) => status?.state === 'idle' && status.sites === 1);
  assert.deepEqual(await lines(server, file), [KNOWN_LINE]);
});

test('an entry that can not be used is told, the others hold', async (t) => {
  const root = temporaryFolder(t, { 'd.c': SOURCE });
  const allocators = [
    { name: 'Ours_free', position: 2, role: 'free' },
    { name: 'a b', position: 1 },
  ];
  const server = await LanguageServer.start(t, { folders: [root], settings: { allocators } });
  const status = await server.scanned(2);
  assert.equal(status.issues.length, 1);
  assert.match(status.issues[0] ?? '', /poollens\.allocators: entry 2: name: /);
  assert.deepEqual(await lines(server, join(root, 'd.c')), [2, KNOWN_LINE]);
});
