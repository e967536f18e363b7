/** From a source somebody pointed at to the folders the setting maps, and back through the map to that source. */
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { findBelow, parseFolderMap } from '../../../server/scan/symbols/folderMap';
import { pathSegments } from '../../../server/scan/symbols/pdbPath';
import { sourceMapEntry } from '../../../src/disassembly/sourceMapEntry';
import { temporaryFolder } from '../../support/temporaryFolder';

test('what differs before the common tail is mapped', () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['d:\\agent\\toaster\\toaster.c', '/w/Toaster/toaster.c', 'd:\\agent', '/w'],
    ['d:\\toaster\\toaster.c', '/w/other/TOASTER.C', 'd:\\toaster', '/w/other'],
    ['d:\\toaster\\toaster.c', 'C:\\x\\y\\toaster.c', 'd:\\toaster', 'C:\\x\\y'],
    ['d:\\w\\a.c', 'd:\\w\\a.c', 'd:', 'd:'],
    ['a.c', '/w/a.c', 'a.c', '/w/a.c'],
    ['src/a.c', '/w/src/a.c', 'src', '/w/src'],
  ];
  for (const [pdb, file, from, to] of cases) assert.deepEqual(sourceMapEntry(pdb, file), { from, to }, pdb);
  assert.equal(sourceMapEntry('d:\\toaster\\toaster.c', '/w/toaster.cpp'), undefined);
  assert.equal(sourceMapEntry('', '/w/a.c'), undefined);
});

test('the map made from one file finds it, and its neighbour', (t) => {
  const root = temporaryFolder(t, { 'drv/src/a.c': '', 'drv/inc/b.h': '' });
  const file = join(root, 'drv/src/a.c');
  for (const pdb of ['D:\\agent\\7\\drv\\src\\a.c', '\\\\build\\out\\DRV\\SRC\\A.C', 'a.c', 'src\\a.c']) {
    const entry = sourceMapEntry(pdb, file);
    assert.ok(entry);
    const map = parseFolderMap({ [entry.from]: entry.to }, [resolve('/none')]);
    assert.equal(findBelow(map, pathSegments(pdb)), file, pdb);
    if (pdb.startsWith('D:'))
      assert.equal(findBelow(map, pathSegments('d:/agent/7/drv/inc/b.h')), join(root, 'drv/inc/b.h'));
  }
});
