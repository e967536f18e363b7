/** poollens/debuggerCommands and poollens/retag through the real server, and the link in a hover. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { DebuggerCommandsResult, RetagResult } from '../../src/shared/serverProtocol';
import { temporaryFolder } from '../support/temporaryFolder';
import { assemble, b, imm, slot } from '../unit/core/binary/assembler';
import { buildImage } from '../unit/core/binary/imageBuilder';
import { LanguageServer } from './languageServer';

const FRED = 0x64657246;

/** A driver that allocates twice with its tag, and a source that does once. */
function tree(t: TestContext): string {
  const root = temporaryFolder(t, { 'a.c': `void f(void) { ExAllocatePool2(64, 1, 'derF'); }` });
  const call = [b('41 b8'), imm(FRED), b('ff 15'), slot('ExAllocatePool2')];
  const image = buildImage({
    machine: 'x64',
    imports: [{ module: 'ntoskrnl.exe', functions: ['ExAllocatePool2'] }],
    code: (slotOf) => assemble([...call, ...call, b('c3')], slotOf).bytes,
  });
  writeFileSync(join(root, 'toaster.sys'), image);
  return root;
}

test('commands for a tag, and the script that is proved for its image', async (t) => {
  const root = tree(t);
  const server = await LanguageServer.start(t, { folders: [root] });
  await server.scanned(2);
  const { sections, images } = await server.request<DebuggerCommandsResult>('poollens/debuggerCommands', { tag: FRED });
  assert.deepEqual(
    sections.filter(({ id }) => id === 'breakpoints').flatMap(({ lines }) => lines),
    ['bp nt!ExAllocatePool2 ".if (@r8d == 0x64657246) {} .else {gc}"'],
  );
  const file = join(root, 'toaster.sys');
  assert.deepEqual(images, [{ file, places: 2 }]);
  const { lines = [], places, problem } = await server.request<RetagResult>('poollens/retag', { tag: FRED, file });
  assert.equal(problem, undefined);
  assert.equal(places, 2);
  assert.equal(lines.filter((line) => line.startsWith('.if (dwo(toaster+0x')).length, 4);
});

test('no script for a file that is no image of the index', async (t) => {
  const root = tree(t);
  const server = await LanguageServer.start(t, { folders: [root] });
  await server.scanned(2);
  const asked = { tag: FRED, file: join(root, 'a.c') };
  assert.deepEqual(await server.request<RetagResult>('poollens/retag', asked), { problem: 'the image is not known' });
});
