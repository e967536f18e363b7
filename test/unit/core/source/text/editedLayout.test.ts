/** The layout of an edited text is the one a reader of the whole text finds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editedLayout } from '../../../../../server/core/source/text/editedLayout';
import { readLayout } from '../../../../../server/core/source/text/layout';

const PIECES = [
  ...[
    '{',
    '}',
    '()',
    ') {',
    '\n',
    '\r\n',
    '\r',
    ' ',
    'a',
    '1',
    "'",
    '"',
    '\\',
    '\\\n',
    '/',
    '//',
    '/*',
    '*/',
    '#',
    '\ufeff',
  ],
  ...[
    '#if A\n',
    '#else\n',
    '#endif // x\n',
    "#define T 'a' \\\n b\n",
    "#error don't\n",
    "1'000",
    "'{'",
    '"}"',
    '/* { */',
  ],
  ...['// }\n', 'void f(void)\n{\n  g("\\"", 1);\n}\n', '#pragma once\n', 'x'.repeat(30)],
];
const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(''));
const edit = fc.record({ at: fc.nat(), length: fc.nat({ max: 12 }), inserted: text });

test('after any edits the layout is that of the whole text', () => {
  fc.assert(
    fc.property(text, fc.array(edit, { minLength: 1, maxLength: 5 }), (start, edits) => {
      let before = { text: start, layout: readLayout(start) };
      for (const { at, length, inserted } of edits) {
        const from = at % (before.text.length + 1);
        const after = before.text.slice(0, from) + inserted + before.text.slice(from + length);
        const layout = editedLayout(before, after);
        assert.deepEqual(layout, readLayout(after));
        before = { text: after, layout };
      }
    }),
    { numRuns: 3_000 },
  );
});
