/** C13 subsections of a module: items of other modules under link-time code generation, inlinee lines of both kinds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { C13 } from '../../../../../server/core/binary/pdb/c13';
import { SectionMap } from '../../../../../server/core/binary/pdb/sectionMap';
import { StreamReader } from '../../../../../server/core/binary/pdb/streamReader';

const words = (...values: readonly number[]) => [...new Uint8Array(Uint32Array.from(values).buffer)];

function c13(...subsections: readonly (readonly [kind: number, data: readonly number[]])[]): C13 {
  const bytes = subsections.flatMap(([kind, data]) => {
    const padding = new Array<number>((4 - (data.length % 4)) % 4).fill(0);
    return [...words(kind, data.length), ...data, ...padding];
  });
  return new C13(new StreamReader(Uint8Array.from(bytes)), new SectionMap([]));
}

test('an imported item is found through its module and its place in that list', () => {
  const module = c13([0xf7, words(100, 2, 0x800012b2, 0x800012a9, 200, 1, 0x15f7)]);
  assert.deepEqual(module.importedItem(0x80000001), { moduleName: 100, item: 0x800012a9 });
  assert.deepEqual(module.importedItem(0x80100000), { moduleName: 200, item: 0x15f7 });
  assert.equal(module.importedItem(0x80000002), undefined);
  assert.equal(module.importedItem(0x80200000), undefined);
  assert.equal(c13().importedItem(0x80000000), undefined);
});

test('an exported item has a number of the whole PDB', () => {
  const module = c13([0xf8, words(0x15f7, 0x1334, 0x800010c0, 0x13cb)]);
  assert.equal(module.exportedItem(0x15f7), 0x1334);
  assert.equal(module.exportedItem(0x800010c0), 0x13cb);
  assert.equal(module.exportedItem(0x1), undefined);
});

test('inlinee lines, with and without further files', () => {
  const plain = c13([0xf6, words(0, 0x1001, 24, 7, 0x1002, 48, 9)]);
  assert.deepEqual(plain.inlinee(0x1002), { file: 48, line: 9 });
  const extended = c13([0xf6, words(1, 0x1001, 24, 7, 2, 48, 72, 0x1002, 48, 9, 0)]);
  assert.deepEqual(extended.inlinee(0x1001), { file: 24, line: 7 });
  assert.deepEqual(extended.inlinee(0x1002), { file: 48, line: 9 });
});

test('subsections of odd size are followed by padding; one that passes the end is left out', () => {
  const module = c13([0xf3, [1, 2, 3]], [0xf4, words(77)]);
  assert.equal(module.fileName(0), 77);
  const broken = new Uint8Array(words(0xf4, 400, 77));
  assert.equal(new C13(new StreamReader(broken), new SectionMap([])).fileName(0), undefined);
});
