/**
 * The quick look for #include lines against the full reading of directives and comments.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { includeTargets } from '../../../../../server/core/source/text/includes';
import { SourceText } from '../../../../../server/core/source/text/sourceText';

const names = (text: string): string[] => includeTargets(new SourceText('a.c', text)).map(({ name }) => name);

/** By way of the layout, as the preprocessor's walk reads them. */
function plainly(text: string): string[] {
  const source = new SourceText('a.c', text);
  return source.layout.directives.flatMap((directive) => {
    const target = directive.kind === 'include' ? source.target(directive) : undefined;
    return target === undefined ? [] : [target.name];
  });
}

test('includes are found, those in comments are not', () => {
  const text = [
    '#include "a.h" // "x.h"',
    '  # include <b/include.h>',
    '/* #include "no.h"',
    '#include "no.h" */ #include "c.h"',
    '// #include "no.h"',
    '#pragma include "no.h"',
    '#include MACRO',
    '#import "d.h"',
    '#include_next <e.h>',
    '#included "no.h"',
    'int include = 1; "#include \\"no.h\\""',
    '// continued \\',
    '#include "no.h"',
    '#include "f.h"',
  ].join('\n');
  assert.deepEqual(names(text), ['a.h', 'b/include.h', 'c.h', 'd.h', 'e.h', 'f.h']);
  assert.deepEqual(names(text), plainly(text));
});

const PIECES = [
  ...['#include "a.h"', '#include <include.h>', ' # \tinclude "b.h"', '#import "c.h"', '#include', '#includes "d.h"'],
  ...[
    '/*',
    '*/',
    '//',
    '"',
    "'",
    '\\',
    '\\\n',
    '\n',
    '\r\n',
    '\n',
    '\n',
    ' ',
    'x',
    '/* include */',
    '#define A',
    '\ufeff',
  ],
];

test('any text: the quick look and the full reading agree', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }), (parts) => {
      const text = parts.join('');
      assert.deepEqual(names(text), plainly(text), JSON.stringify(text));
    }),
    { numRuns: 3000 },
  );
});
