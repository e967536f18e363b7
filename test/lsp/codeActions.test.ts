/**
 * The quick fix that silences a rule for a line: applied, the problem is gone; offered only where it may stand.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { CodeAction, Diagnostic } from 'vscode-languageserver/node';
import { temporaryFolder } from '../support/temporaryFolder';
import { LanguageServer, uri } from './languageServer';

const DRIVER = '<ConfigurationType>Driver</ConfigurationType>';

interface Opened {
  readonly server: LanguageServer;
  readonly file: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** A driver's one source, open in the editor, and its problems. */
async function open(t: TestContext, text: string): Promise<Opened> {
  const root = temporaryFolder(t, { 'a.vcxproj': DRIVER, 'a.c': text });
  const server = await LanguageServer.start(t, { folders: [root] });
  await server.scanned();
  const file = join(root, 'a.c');
  await server.open(file, text);
  const report = await server.diagnose(file);
  assert.ok(report.kind === 'full');
  return { server, file, diagnostics: report.items };
}

async function actions(
  { server, file, diagnostics }: Opened,
  only?: readonly string[],
): Promise<readonly CodeAction[]> {
  const [first] = diagnostics;
  const range = first?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const context = { diagnostics, ...(only === undefined ? {} : { only }) };
  return await server.request('textDocument/codeAction', { textDocument: { uri: uri(file) }, range, context });
}

for (const end of ['\n', '\r\n']) {
  test(`applied, the problem is gone; the line keeps its indentation and ends as the others (${JSON.stringify(end)})`, async (t) => {
    const lines = ['void f(void) {', "\t  ExAllocatePool2(64, 1, ' kdD');", '}', ''];
    const opened = await open(t, lines.join(end));
    assert.equal(opened.diagnostics.length, 1);
    const [action, ...more] = await actions(opened);
    assert.deepEqual([action?.title, action?.kind, more], ['Disable default-tag for this line', 'quickfix', []]);
    const [edit] = action?.edit?.changes?.[uri(opened.file)] ?? [];
    assert.deepEqual(edit, {
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } },
      newText: `\t  // poollens-disable-next-line default-tag${end}`,
    });
    await opened.server.change(opened.file, 1, 0, 0, edit.newText);
    await opened.server.untilProblems(opened.file, []);
  });
}

test('none inside a macro’s body, where a comment would swallow the rest of it', async (t) => {
  const text = "#define GET(n) \\\n  ExAllocatePool2(64, n, ' kdD')\nvoid f(void) { GET(1); }\n";
  const opened = await open(t, text);
  const inBody = opened.diagnostics.map((one): Diagnostic => {
    return { ...one, range: { start: { line: 1, character: 2 }, end: { line: 1, character: 9 } } };
  });
  assert.notEqual(inBody.length, 0);
  assert.deepEqual(await actions({ ...opened, diagnostics: inBody }), []);
});

test('none for problems of others, for rules there are not, past the text, or when something else is asked for', async (t) => {
  const opened = await open(t, "void f(void) { ExAllocatePool2(64, 1, ' kdD'); }\n");
  const [own] = opened.diagnostics;
  assert.ok(own);
  const far = { start: { line: 99, character: 0 }, end: { line: 99, character: 1 } };
  const odd: readonly Diagnostic[] = [
    { ...own, source: 'clangd' },
    { ...own, code: 'no-such-rule' },
    { ...own, code: 7 },
    { ...own, range: far },
  ];
  assert.deepEqual(await actions({ ...opened, diagnostics: odd }), []);
  assert.deepEqual(await actions(opened, ['refactor']), []);
  assert.equal((await actions(opened, ['quickfix'])).length, 1);
});
