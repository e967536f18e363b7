/** Functions with very many variables: what is asked about one takes as long however many others there are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FunctionDefinition } from '../../../../../server/core/source/syntax/functionHead';
import { bracketsAround } from '../../../../../server/core/source/text/bracketsAround';
import { matchBrackets, tokenize } from '../../../../../server/core/source/text/lexer';
import { LocalName } from '../../../../../server/core/source/values/locals';
import { scanFile } from '../annotated';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** Answers for each `USE(name)`: where the variable is declared that is meant; and how often a token was looked at. */
function lookUp(text: string): { declaredAt: (number | undefined)[]; looks: number } {
  let looks = 0;
  const match = matchBrackets(tokenize(text));
  const tokens = new Proxy(tokenize(text), {
    get(target, key, receiver): unknown {
      if (typeof key === 'string' && /^\d/.test(key)) looks += 1;
      return Reflect.get(target, key, receiver);
    },
  });
  const definition: FunctionDefinition = {
    name: 'f',
    nameStart: 0,
    nameEnd: 1,
    parameters: [],
    bodyStart: text.indexOf('{'),
    bodyEnd: text.length,
    isStatic: false,
  };
  const readers = new Map<string, LocalName>();
  const declaredAt = [...text.matchAll(/USE\((\w+)\)/g)].map(({ 1: name = '', index }) => {
    const reader = readers.get(name) ?? new LocalName({ tokens, match }, definition, name);
    readers.set(name, reader);
    return reader.at(index + 4).declaredAt;
  });
  return { declaredAt, looks };
}

const differentNames = (count: number): string =>
  `f() {\n${numbers(count)
    .map((at) => `  ULONG t${String(at)} = ${String(at)}; USE(t${String(at)});\n`)
    .join('')}}`;
const differentBlocks = (count: number): string =>
  `f() {\n${numbers(count)
    .map((at) => `  { ULONG t = ${String(at)}; USE(t); }\n`)
    .join('')}}`;

test('twice as many enumerators take twice as many looks', () => {
  const listed = (count: number): string =>
    `f() { enum { ${numbers(count)
      .map((at) => `E${String(at)}, `)
      .join('')}}; ${numbers(count)
      .map((at) => `USE(E${String(at)}); `)
      .join('')}}`;
  const [some, twice] = [lookUp(listed(500)), lookUp(listed(1000))];
  assert.ok(twice.looks < 2.5 * some.looks, `${String(some.looks)} looks, then ${String(twice.looks)}`);
  assert.deepEqual(
    twice.declaredAt,
    [...listed(1000).matchAll(/E\d+,/g)].map(({ index }) => index),
  );
});

for (const [what, made] of [
  ['names', differentNames],
  ['blocks with the same name', differentBlocks],
] as const)
  test(`twice as many ${what} take twice as many looks`, () => {
    const [some, twice] = [lookUp(made(500)), lookUp(made(1000))];
    assert.ok(some.looks >= 500, 'the count sees the looks');
    assert.ok(twice.looks < 2.5 * some.looks, `${String(some.looks)} looks, then ${String(twice.looks)}`);
    const text = made(1000);
    assert.deepEqual(
      twice.declaredAt,
      [...text.matchAll(/ULONG /g)].map(({ index }) => index + 6),
    );
  });

test('of blocks within blocks the innermost that declares the name is meant, behind it the one around', () => {
  const text = `f() { ULONG t; { ULONG t; { USE(t); ULONG t; USE(t); { USE(t); } } USE(t); } USE(t); { ULONG t; } USE(t); }`;
  const [outer, middle, inner] = [...text.matchAll(/ULONG /g)].map(({ index }) => index + 6);
  assert.deepEqual(lookUp(text).declaredAt, [middle, inner, inner, middle, outer, outer]);
});

test('a short stretch and a long list say the same of the brackets around a token', () => {
  const text = '( a { b [ c ] d ) e } f ( g { h } i ( j [ k } ) l ] ) m ';
  const short = matchBrackets(tokenize(text));
  const long = matchBrackets(tokenize(text.repeat(40)));
  const [few, many] = [bracketsAround(short, 2, short.length), bracketsAround(long, 2, long.length)];
  for (let at = 2; at < short.length; at += 1) assert.equal(many(at), few(at), String(at));
  assert.deepEqual([few(3), few(5)], [2, 4], 'a brace, a bracket in it');
  assert.equal(bracketsAround(long, 3, long.length)(3), -1, 'what opens in front is none of them');
});

test('each of thousands of variables gives its own tag', async () => {
  const text = numbers(3000)
    .map((at) => `  ULONG t${String(at)} = '${String(1000 + at)}'; p = ExAllocatePool2(64, 8, t${String(at)});\n`)
    .join('');
  const { sites, issues } = await scanFile({ 'many.c': `void f(void) {\n${text}}\n` }, 'many.c');
  assert.deepEqual(issues, []);
  assert.equal(new Set(sites.flatMap(({ tags }) => tags)).size, 3000);
});
