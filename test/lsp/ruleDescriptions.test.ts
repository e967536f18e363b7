/**
 * From a problem's code to what its rule is about: an address the client can open, and a text for each rule.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { RULES } from '../../server/core/lint/rules';
import type { DescribeRuleResult } from '../../src/shared/serverProtocol';
import { temporaryFolder } from '../support/temporaryFolder';
import { LanguageServer } from './languageServer';

const FILES = {
  'a.vcxproj': '<ConfigurationType>Driver</ConfigurationType>',
  'a.c': `void f(void) { ExAllocatePool2(64, 1, ' kdD'); }`,
};

/** Codes and their addresses of the one file's problems. */
async function codes(t: TestContext, ruleScheme?: string): Promise<readonly unknown[]> {
  const root = temporaryFolder(t, FILES);
  const server = await LanguageServer.start(t, {
    folders: [root],
    ...(ruleScheme === undefined ? {} : { ruleScheme }),
  });
  await server.scanned();
  const report = await server.diagnose(join(root, 'a.c'));
  return report.kind === 'full' ? report.items.map(({ code, codeDescription }) => [code, codeDescription?.href]) : [];
}

test('a problem leads to its rule in the scheme the client shows it in', async (t) => {
  assert.deepEqual(await codes(t, 'shown-rule'), [['default-tag', 'shown-rule:/default-tag.md']]);
});

test('a client that shows no rules gets no address, nor one that names a scheme that is none', async (t) => {
  assert.deepEqual(await codes(t), [['default-tag', undefined]]);
  assert.deepEqual(await codes(t, 'https://evil.example/'), [['default-tag', undefined]]);
});

test('every rule has a text: what, why, and how to silence it', async (t) => {
  const server = await LanguageServer.start(t, { folders: [temporaryFolder(t, FILES)] });
  const ask = (rule: unknown): Promise<DescribeRuleResult> => server.request('poollens/describeRule', { rule });
  for (const { id, summary, documentation } of RULES) {
    const { markdown = '' } = await ask(id);
    assert.ok(markdown.startsWith(`# ${id}\n`), markdown);
    for (const part of [summary, documentation, `poollens-disable-next-line ${id}`]) assert.ok(markdown.includes(part));
  }
  for (const none of ['', '../x', 'constructor', 7]) assert.deepEqual(await ask(none), {});
});
