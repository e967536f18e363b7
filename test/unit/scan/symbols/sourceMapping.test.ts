/**
 * From a path in a PDB to a file here: by the user's map of folders, by the longest common tail, and never elsewhere.
 */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { findBelow, parseFolderMap } from '../../../../server/scan/symbols/folderMap';
import { pathSegments } from '../../../../server/scan/symbols/pdbPath';
import { SourceMapping } from '../../../../server/scan/symbols/sourceMapping';
import { temporaryFolder } from '../../../support/temporaryFolder';

const IMAGE = resolve('/w/x.sys');
const local = ['/w/one/src/pool.c', '/w/two/src/pool.c', '/w/two/src/main.c', '/w/two/inc/Ring.h'].map((path) =>
  resolve(path),
);
const [one, two, main, ring] = local;

test('paths of compilers come apart whatever their slashes, drives, shares and detours', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['d:\\toaster\\toaster.c', 'd:|toaster|toaster.c'],
    ['D:/toaster//func/./toaster.c', 'D:|toaster|func|toaster.c'],
    ['d:\\toaster\\sys\\..\\inc\\a.h', 'd:|toaster|inc|a.h'],
    ['\\\\build\\share\\src\\a.c', 'build|share|src|a.c'],
    ['\\\\?\\C:\\src\\a.c', '?|C:|src|a.c'],
    ['..\\common\\a.c', 'common|a.c'],
    ['..\\..\\..\\..\\etc\\passwd', 'etc|passwd'],
    ['d:\\..\\..\\a.c', 'd:|a.c'],
    ['/home/ci/src/a.c', 'home|ci|src|a.c'],
    ['a.c', 'a.c'],
    ['', ''],
    ['\\', ''],
  ];
  for (const [path, parts] of cases) assert.equal(pathSegments(path).join('|'), parts, path);
});

test('the source with the longest common tail is the one; cases of letters do not matter', () => {
  const mapping = new SourceMapping(local);
  assert.deepEqual(mapping.find('D:\\build\\two\\SRC\\Pool.c', IMAGE), [two]);
  assert.deepEqual(mapping.find('/home/ci/main.c', IMAGE), [main]);
  assert.deepEqual(mapping.find('D:\\two\\sys\\..\\inc\\RING.H', IMAGE), [ring]);
  assert.deepEqual(mapping.find('D:\\two\\src\\none.c', IMAGE), []);
  assert.deepEqual(mapping.find('', IMAGE), []);
});

test('sources that fit equally well are all given, the one nearest to the image first', () => {
  const mapping = new SourceMapping([...local, ...local]);
  assert.deepEqual(mapping.find('D:\\elsewhere\\src\\pool.c', resolve('/w/two/bin/x.sys')), [two, one]);
  assert.deepEqual(mapping.find('pool.c', resolve('/w/one/bin/x.sys')), [one, two]);
});

test('a mapped folder wins over a longer tail, the longest prefix over a shorter one', (t) => {
  const root = temporaryFolder(t, {
    'a/src/pool.c': '',
    'a/src/only.c': '',
    'b/pool.c': '',
    'b/Sub/Deep.c': '',
    'whole.c': '',
  });
  const map = parseFolderMap(
    {
      'D:\\agent\\': join(root, 'a'),
      'd:/agent/SRC': 'b',
      '\\\\build\\share': '${workspaceFolder}/a/src',
      'Z:\\one\\other.c': join(root, 'whole.c'),
      'e:\\': '',
      'f:\\': '\\\\server\\share',
    },
    [join(root, 'missing'), root],
  );
  const find = (path: string): string | undefined => findBelow(map, pathSegments(path));
  assert.equal(find('d:\\AGENT\\src\\Pool.c'), join(root, 'b/pool.c'));
  assert.equal(find('D:/agent/src/sub/deep.c'), join(root, 'b/Sub/Deep.c'));
  assert.equal(find('d:\\agent\\src\\only.c'), join(root, 'a/src/only.c'));
  assert.equal(find('\\\\BUILD\\share\\pool.c'), join(root, 'a/src/pool.c'));
  assert.equal(find('z:\\one\\OTHER.c'), join(root, 'whole.c'));
  for (const none of ['d:\\agentx\\src\\pool.c', 'e:\\whole.c', 'f:\\pool.c', 'd:\\agent\\src']) {
    assert.equal(find(none), undefined, none);
  }
  const mapping = new SourceMapping([join(root, 'x/agent/src/pool.c')], map);
  assert.deepEqual(mapping.find('D:\\agent\\src\\pool.c', IMAGE), [join(root, 'b/pool.c')]);
});

test('no path of a PDB leaves the mapped folder', (t) => {
  const root = temporaryFolder(t, { 'secret.c': '', 'in/a.c': '' });
  const map = parseFolderMap({ 'd:\\src': join(root, 'in'), '/': join(root, 'in') }, [root]);
  const find = (path: string): string | undefined => findBelow(map, pathSegments(path));
  assert.equal(find('d:\\src\\a.c'), join(root, 'in/a.c'));
  for (const hostile of [
    'd:\\src\\..\\secret.c',
    'd:\\src\\..\\..\\secret.c',
    'd:\\src\\x\\..\\..\\..\\secret.c',
    'd:\\src\\c:\\secret.c',
    'd:\\src\\a.c:stream',
    'd:\\src\\a.c\0.txt',
    '/../secret.c',
    '..\\secret.c',
  ]) {
    assert.equal(find(hostile), undefined, hostile);
  }
});

test('names that differ in case alone are told apart, or refused when neither is spelled so', (t) => {
  const root = temporaryFolder(t, { 'Pool.c': '', 'pool.c': '' });
  const map = parseFolderMap({ 'd:\\src': root }, []);
  assert.equal(findBelow(map, ['D:', 'src', 'Pool.c']), join(root, 'Pool.c'));
  if (process.platform === 'linux') assert.equal(findBelow(map, ['D:', 'src', 'POOL.C']), undefined);
});

test('a mapped file may be a link the user made, but not a folder, and circles end', (t) => {
  const root = temporaryFolder(t, { 'real/a.c': '' });
  mkdirSync(join(root, 'in/folder.c'), { recursive: true });
  symlinkSync(join(root, 'real'), join(root, 'in/linked'));
  symlinkSync(join(root, 'in/circle'), join(root, 'in/circle'));
  writeFileSync(join(root, 'in/file'), '');
  const map = parseFolderMap({ 'd:\\src': join(root, 'in') }, []);
  assert.equal(findBelow(map, pathSegments('d:\\src\\linked\\a.c')), join(root, 'in/linked/a.c'));
  for (const none of ['folder.c', 'circle', 'circle/a.c', 'file/a.c', 'x'.repeat(5000)]) {
    assert.equal(findBelow(map, pathSegments(`d:\\src\\${none}`)), undefined, none);
  }
});
