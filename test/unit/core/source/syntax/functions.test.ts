/**
 * Whose body an offset stands in: by brackets where they tell, by the tree where they do not.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FunctionIndex } from '../../../../../server/core/source/syntax/functions';
import { readLayout } from '../../../../../server/core/source/text/layout';
import { maskSource } from '../../../../../server/core/source/text/mask';
import { sourceParsers } from '../../../../../server/scan/threads/parserModules';

async function indexOf(text: string, language: 'c' | 'cpp' = 'cpp'): Promise<FunctionIndex> {
  const options = { layout: readLayout(text), hidden: [], language, isEmptyMacro: () => false };
  return new FunctionIndex(maskSource(text, options), (await sourceParsers())[language]);
}

test('a plain definition, with its parameters, and nothing between definitions', async () => {
  const text = 'extern "C" {\nstatic int *f(int a, char *b) { here; }\n}\nint between;\nvoid C::g() const { there; }';
  const functions = await indexOf(text);
  const f = functions.around(text.indexOf('here'));
  assert.deepEqual([f?.name, f?.parameters, f?.isStatic], ['f', ['a', 'b'], true]);
  assert.equal(functions.around(text.indexOf('there'))?.name, 'C::g');
  assert.equal(functions.around(text.indexOf('between')), undefined);
});

test('a constructor with initializers has its own name, not that of the last member', async () => {
  const text = 'C::C(int n) : first(n), last(0)\n{ here; }';
  assert.equal((await indexOf(text)).around(text.indexOf('here'))?.name, 'C::C');
});

test('a method defined in its class knows the class', async () => {
  const text = 'class Pool : Base { void *Get(ULONG tag) { here; } };\nvoid Get(int n) { there; }';
  const functions = await indexOf(text);
  assert.equal(functions.around(text.indexOf('here'))?.scope, 'Pool');
  assert.equal(functions.around(text.indexOf('there'))?.scope, undefined);
});

test('operators, conversions and destructors are definitions', async () => {
  const heads = [
    'void operator()(T *p) const',
    'operator T*()',
    'T &operator[](int i)',
    '~Pool()',
    'operator const void *()',
  ];
  const text = `struct Pool { ${heads.map((head, at) => `${head} { here${String(at)}; }`).join(' ')} };`;
  const functions = await indexOf(text);
  assert.deepEqual(
    heads.map((_, at) => functions.around(text.indexOf(`here${String(at)}`))?.name),
    ['operator ()', 'operator T*', 'operator []', '~Pool', 'operator const void*'],
  );
});

test('parameters declared behind their list, and a function that returns a pointer to one', async () => {
  const text = 'PVOID Get(Size, Tag)\nULONG Size;\nULONG Tag;\n{ here; }\nvoid (*pick(int a))(long) { there; }';
  const functions = await indexOf(text, 'c');
  const old = functions.around(text.indexOf('here'));
  assert.deepEqual([old?.name, old?.parameters], ['Get', ['Size', 'Tag']]);
  const pick = functions.around(text.indexOf('there'));
  assert.deepEqual([pick?.name, pick?.parameters], ['pick', ['a']]);
});
