/**
 * The hashed question whether a text holds a name, asked often enough for the words to be hashed, against plain search.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { soughtName, TextWords } from '../../../../../server/core/source/text/textWords';

const OFTEN = 100;
const names = Array.from({ length: 3_000 }, (_, at) => `Name_${String(at)}$x`);
const TEXT = names.filter((_, at) => at % 3 === 0).join(' ( ) ; // "');

function asked(text: string): TextWords {
  const words = new TextWords(text);
  for (let time = 0; time < OFTEN; time += 1) words.mayHold(soughtName('nowhere'));
  return words;
}

test('each word of a text is held, and no other', () => {
  const words = asked(TEXT);
  for (const [at, name] of names.entries()) assert.equal(words.mayHold(soughtName(name)), at % 3 === 0, name);
  assert.ok(asked('x').mayHold(soughtName('x')));
  assert.ok(!asked('').mayHold(soughtName('x')));
});

test('a part of a word is no word of the text once its words are hashed', () => {
  assert.ok(new TextWords('PoolTag').mayHold(soughtName('Tag')));
  assert.ok(!asked('PoolTag').mayHold(soughtName('Tag')));
});

test('what is no plain word is searched for as it is spelled', () => {
  const words = asked('void *operator new(size_t); auto größe = 1;');
  for (const name of ['operator new', 'größe', '']) assert.ok(words.mayHold(soughtName(name)), name);
  assert.ok(!words.mayHold(soughtName('operator delete')));
});
