/**
 * Whose body an offset stands in: by brackets where they tell, by the tree where they do not.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FunctionIndex } from '../../../../../server/core/source/syntax/functions';
import { readLayout } from '../../../../../server/core/source/text/layout';
import { maskSource } from '../../../../../server/core/source/text/mask';
import { sourceParsers } from '../../../../../server/scan/threads/parserModules';

async function indexOf(text: string): Promise<FunctionIndex> {
  const options = { layout: readLayout(text), hidden: [], language: 'cpp', isEmptyMacro: () => false } as const;
  return new FunctionIndex(maskSource(text, options), (await sourceParsers()).cpp);
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
