/** Files in which name after name is asked for: bodies found by their words, then all of them opened, say the same as few. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskSource } from '../../../../../server/core/source/text/mask';
import { NameFilter } from '../../../../../server/core/source/text/nameFilter';
import { placesOf } from '../../../../../server/core/source/text/namePlaces';
import { SourceText } from '../../../../../server/core/source/text/sourceText';
import { scanFile } from '../annotated';

/** More than are searched one by one, and more than are opened one by one. */
const COUNT = 120;
const numbers = Array.from({ length: COUNT }, (_, at) => at);

test('variables that are set in functions of their own, each behind a name of its own', async () => {
  const text = numbers
    .map((at) => {
      const tag = `'T${String(100 + at)}'`;
      const set = `void Set${String(at)}(void) { g_Tag${String(at)} = ${tag}; }`;
      const use = `void Use${String(at)}(void) { p = ExAllocatePool2(64, 8, g_Tag${String(at)}); }`;
      return `static ULONG g_Tag${String(at)};\n${set}\n${use}\n`;
    })
    .join('');
  const { sites, issues } = await scanFile({ 'long.c': text }, 'long.c');
  assert.deepEqual(issues, []);
  assert.equal(sites.length, COUNT);
  for (const [at, { tags, unresolved }] of sites.entries()) {
    const wanted = [...`T${String(100 + at)}`].reduce((value, character) => value * 256 + character.charCodeAt(0), 0);
    assert.deepEqual({ tags, unresolved }, { tags: [wanted], unresolved: undefined });
  }
});

test('each name brings in the bodies that hold it', () => {
  const text = numbers.map((at) => `void f${String(at)}(void) { name${String(at)} = ${String(at)}; }\n`).join('');
  const { layout } = new SourceText('/a.c', text);
  const masked = maskSource(text, {
    layout,
    hidden: [],
    language: 'c',
    isEmptyMacro: () => false,
    wanted: new NameFilter(new Set()),
  });
  for (const at of numbers) {
    masked.open([`name${String(at)}`, `nowhere${String(at)}`]);
    assert.equal(placesOf(masked.tokens, `name${String(at)}`).length, 1, String(at));
  }
  const all = placesOf(masked.tokens, 'void');
  assert.equal(all.length, 2 * COUNT);
  assert.deepEqual(placesOf(masked.tokens, 'void', all[3], all[6]), all.slice(3, 6));
});
