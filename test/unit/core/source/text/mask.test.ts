/** Masking keeps every offset, and bad input is bounded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readLayout } from '../../../../../server/core/source/text/layout';
import { tokenize } from '../../../../../server/core/source/text/lexer';
import { LineIndex } from '../../../../../server/core/source/text/lineIndex';
import { maskSource, type MaskedSource } from '../../../../../server/core/source/text/mask';
import { NameFilter } from '../../../../../server/core/source/text/nameFilter';

const PIECES = [
  '_In_ ',
  '_Out_writes_bytes_(n)',
  '__try',
  '__except(1)',
  '__declspec(x)',
  'NTAPI',
  '/* c',
  '*/',
  '// l',
  '\\\n',
  '\n',
  '\r\n',
  '\r',
  '#if A',
  '#define B(x) x',
  '#',
  '"s',
  '"',
  "'c'",
  "'",
  '(',
  ')',
  '{',
  '}',
  'ExAllocatePool2(',
  'a',
  '\u00e4',
  '\ufeff',
  '\ud800',
  ' ',
  '\t',
];
const sources = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 6 })), { maxLength: 60 })
  .map((parts) => parts.join(''));

function mask(text: string, hidden: readonly { start: number; end: number }[] = []): ReturnType<typeof maskSource> {
  return maskSource(text, { layout: readLayout(text), hidden, language: 'c', isEmptyMacro: (name) => name === 'a' });
}

test('masked text has the same length and line ends, and what is kept stands where it stood', () => {
  fc.assert(
    fc.property(sources, fc.nat(60), fc.nat(60), (text, a, b) => {
      const hidden = [{ start: Math.min(a, b, text.length), end: Math.min(Math.max(a, b), text.length) }];
      const masked = mask(text, hidden).text;
      assert.equal(masked.length, text.length);
      for (let at = 0; at < text.length; at += 1) {
        const kept = masked[at] === text[at];
        assert.ok(kept || (masked[at] === ' ' && text[at] !== '\n' && text[at] !== '\r'), `offset ${String(at)}`);
      }
    }),
    { numRuns: 400 },
  );
});

test('tokens of the masked text are those a lexer finds in it, each at its place', () => {
  fc.assert(
    fc.property(sources, (text) => {
      for (const token of mask(text).tokens) assert.equal(text.slice(token.start, token.end), token.text);
      let end = 0;
      for (const token of tokenize(text)) {
        assert.ok(token.start >= end && token.end > token.start);
        end = token.end;
      }
    }),
    { numRuns: 400 },
  );
});

test('annotations, conventions, exception keywords and directives become blanks', () => {
  const text = '#define X \\\n 1\n_IRQL_requires_(A) NTSTATUS NTAPI f(_In_ int a) { __try { b; } __except (C(1)) { } }';
  assert.equal(mask(text).text.replace(/ +/g, ' '), ' \n \n NTSTATUS f( int ) { { b; } { } }');
});

test('positions count lines as editors do; a byte order mark takes no column', () => {
  const lines = new LineIndex('\ufeffab\r\nc\rd\ne');
  assert.deepEqual(lines.position(1), { line: 0, column: 0 });
  assert.deepEqual(lines.position(2), { line: 0, column: 1 });
  assert.deepEqual(lines.position(5), { line: 1, column: 0 });
  assert.deepEqual(lines.position(7), { line: 2, column: 0 });
  assert.deepEqual(lines.position(9), { line: 3, column: 0 });
});

test('quiet bodies are left out, and come back when a name in them is asked for', () => {
  const body = fc.constantFrom(
    'void f(a) { b(c); }',
    'int g(void)\n{ if (x) { y; } }',
    'struct s { int n; };',
    'e = { d };',
  );
  const text = fc.array(fc.oneof(body, fc.constantFrom(...PIECES)), { maxLength: 12 }).map((parts) => parts.join(' '));
  fc.assert(
    fc.property(text, (source) => {
      const options = { layout: readLayout(source), hidden: [], language: 'c', isEmptyMacro: () => false } as const;
      const named = (masked: MaskedSource): string[] =>
        masked.tokens.flatMap((token) => (token.kind === 'name' ? [`${token.text}@${String(token.start)}`] : []));
      const quiet = maskSource(source, { ...options, wanted: new NameFilter(new Set()) });
      const all = named(maskSource(source, options));
      const before = new Set(named(quiet));
      assert.ok([...before].every((name) => all.includes(name)));
      quiet.open(source.match(/[\w$\u0080-\uffff]+/g) ?? []);
      assert.deepEqual(named(quiet), all);
    }),
    { numRuns: 600 },
  );
});

test('a body that names nothing wanted has no tokens; declarations around it have', () => {
  const source = 'int a = 1;\nvoid f(int p)\n{ quiet(p); }\nvoid g(void) { loud(); }\nenum { b };';
  const wanted = new NameFilter(new Set(['loud']));
  const options = { layout: readLayout(source), hidden: [], language: 'c', isEmptyMacro: () => false, wanted } as const;
  const texts = maskSource(source, options).tokens.map((token) => token.text);
  assert.ok(texts.includes('loud') && texts.includes('a') && texts.includes('b'));
  assert.ok(!texts.includes('quiet'));
});
