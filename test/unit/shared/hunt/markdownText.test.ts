/** Hostile text in a Markdown report, as a renderer with HTML, tables and links switched on shows it: as plain text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { huntMarkdown } from '../../../../src/shared/hunt/huntReport';
import { beginHunt, finishHunt, stopHunt, withSnapshot } from '../../../../src/shared/hunt/huntRun';
import { markdownText } from '../../../../src/shared/hunt/markdownText';
import { flatRows, tagNumber } from '../../../panel/support/samples';

const renderer = new MarkdownIt({ html: true, linkify: true });
// GitHub makes links of addresses only, not of every word with a point in it, such as client.cc.
renderer.linkify.set({ fuzzyLink: false });

type Tokens = ReturnType<typeof renderer.parse>;

/** Types of all tokens, inner ones too. */
function types(tokens: Tokens): readonly string[] {
  return tokens.flatMap((token) => [token.type, ...types(token.children ?? [])]);
}

/** What each run of inline text says. */
function texts(tokens: Tokens): readonly string[] {
  return tokens
    .filter((token) => token.type === 'inline')
    .map((token) => (token.children ?? []).map((child) => child.content).join(''));
}

const PLAIN: ReadonlySet<string> = new Set(['inline', 'text', 'paragraph_open', 'paragraph_close']);
const LIST = ['bullet_list_open', 'list_item_open', 'list_item_close', 'bullet_list_close'];

/** The text stands there as it is, first in a list item, in a heading and in a cell, and makes nothing else. */
function assertShown(text: string): void {
  const item = renderer.parse(`- ${markdownText(text)}`, {});
  const other = types(item).filter((type) => !PLAIN.has(type) && !LIST.includes(type));
  assert.deepEqual(other, [], `${text} → ${markdownText(text)}`);
  assert.equal((texts(item)[0] ?? '').trimEnd(), text.trimEnd());
  const heading = renderer.parse(`## ${markdownText(text)}, in C`, {});
  assert.deepEqual(types(heading), ['heading_open', 'inline', ...textsOnly(heading), 'heading_close']);
  const table = renderer.parse(`| a | b |\n| --- | --- |\n| ${markdownText(text)} | end |`, {});
  assert.equal(types(table).filter((type) => type === 'td_open').length, 2);
  assert.equal(texts(table).at(-1), 'end');
  assert.equal((texts(table).at(-2) ?? '').trim(), text.trim());
}

const textsOnly = (tokens: Tokens): readonly string[] => types(tokens).filter((type) => type === 'text');

const HOSTILE = [
  '</li><script>alert(1)</script><img src=x onerror=alert(1)>',
  '<!-- hidden',
  '<a href="javascript:alert(1)">x</a>',
  '[click](command:workbench.action.terminal.new)',
  '![picture](https://evil.example/x.png)',
  '[a]: https://evil.example "definition"',
  'https://evil.example/?q=1 and www.evil.example',
  '//evil.example/share',
  '\\\\server\\share\\drv.c',
  'mailto:a.b@evil.example',
  '<https://evil.example>',
  'a | b |\\| c',
  '**bold** __bold__ *it* _it_ ~~gone~~',
  '`code` ``more`` \\`',
  '# heading',
  '## heading ##',
  '- item',
  '+ item',
  '* item',
  '12. item',
  '3) item',
  '---',
  '===',
  '```js',
  '~~~',
  '> quote',
  '- [ ] task',
  '     code',
  '&lt;script&gt; &#60; &amp;',
  '$e=mc^2$ $$x$$',
  '@someone in owner/repo#12',
  '_a_b_ a_b __init__ _x',
  'c:\\src\\_drv\\[x]\\pool_tag.c:39',
];

for (const text of HOSTILE) {
  test(`shown as it is: ${text}`, () => assertShown(text));
}

test('shown as they are: any texts of the characters that mean something', () => {
  const part = fc.constantFrom(
    ...'\\`*_[]()#|~<>&$@!-+=:/.{}^"\' a1',
    'www.',
    'http://',
    'mailto:',
    '<b>',
    '](',
    '&#60;',
  );
  const text = fc.array(part, { minLength: 1, maxLength: 24 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      text.filter((one) => one.trim() !== ''),
      assertShown,
    ),
    { numRuns: 3000 },
  );
});

test('ends of lines, signs that turn the direction and those nobody sees are marked, not obeyed', () => {
  assert.equal(markdownText('a\n# b\u202ec\u200bd\u0000'), 'a\ufffd\\# b\ufffdc\ufffdd\ufffd');
});

test('a report of hostile tags and names: its own headings, lists and one table, and no more', () => {
  const tag = 'a|<"';
  const evil = '</li><script>x</script> | `x` [a](command:x) ![i](http://e/x)\n# h';
  const rows = (bytes: number): number[] => flatRows([{ tag, nonPaged: [bytes, 0, bytes] }]);
  const begun = beginHunt({ pool: 'both', everyMinutes: 1, source: evil }, 0, rows(1));
  const run = finishHunt(withSnapshot(stopHunt(withSnapshot(begun, 60_000, rows(900))), 120_000, rows(900)));
  const tokens = renderer.parse(huntMarkdown(run, new Map([[tagNumber(tag), [evil]]])), {});
  const kinds = new Set(types(tokens).filter((type) => type.endsWith('_open')));
  const wanted = 'heading bullet_list list_item paragraph table thead tbody tr th td'.split(' ');
  assert.deepEqual([...kinds].sort(), wanted.map((kind) => `${kind}_open`).sort());
  assert.deepEqual(
    types(tokens).filter((type) => /html|image|code|link|fence/.test(type)),
    [],
  );
  assert.equal(types(tokens).filter((type) => type === 'td_open').length, 8);
});
