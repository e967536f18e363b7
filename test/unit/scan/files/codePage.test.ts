/**
 * East Asian code pages, told from each other and from Western text by their pairs of bytes.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeText } from '../../../../server/scan/files/decodeText';

const bytes = (...parts: readonly (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));

test('a comment that ends in half a Japanese character does not go on in the next line', () => {
  const table = [0x83, 0x65, 0x81, 0x5b, 0x83, 0x75, 0x83, 0x8b, 0x82, 0xcc, 0x95, 0x5c];
  assert.equal(decodeText(bytes('// ', table, '\n#define T 1')), '// テーブルの表\n#define T 1');
});

test('Chinese, simplified and traditional, and Korean', () => {
  assert.equal(decodeText(bytes('/* ', [0xc4, 0xda, 0xb4, 0xe6, 0xb3, 0xd8], ' */')), '/* 内存池 */');
  const big5 = [0xb0, 0x4f, 0xbe, 0xd0, 0xc5, 0xe9, 0xa5, 0x5c, 0xaf, 0xe0];
  assert.equal(decodeText(bytes('/* ', big5, ' */')), '/* 記憶體功能 */');
  assert.equal(decodeText(bytes('/*', [0xb8, 0xde, 0xb8, 0xf0, 0xb8, 0xae], '*/')).length, 7);
});

test('Western and Cyrillic letters stay one character each', () => {
  const western = ['caf', [0xe9], 's ', [0x93], 'wild', [0x94], ' it', [0x92], 's ', [0xfc], 'ber ', [0xa9]] as const;
  assert.equal(decodeText(bytes(...western)).length, bytes(...western).length);
  const cyrillic = [0xef, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2];
  assert.equal(decodeText(bytes('/*', cyrillic, '*/')).length, 10);
});
