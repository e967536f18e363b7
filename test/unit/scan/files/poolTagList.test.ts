/**
 * Which pooltag.txt counts: the named one, else the installed one; read again when it changes, refused when it lies elsewhere.
 */
import assert from 'node:assert/strict';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { describeTag } from '../../../../server/core/tags/tagDescription';
import { installedPoolTagFiles } from '../../../../server/scan/files/installedPoolTagFile';
import { PoolTagLists, type PoolTagListAnswer } from '../../../../server/scan/files/poolTagList';
import { tagFromText } from '../../../../src/shared/poolTag';
import { temporaryFolder } from '../../../support/temporaryFolder';

const TEXT = ['Afd? - afd.sys - AFD objects', 'AfdB - afd.sys - AFD data buffer', 'Io - nt!io - general IO'].join(
  '\r\n',
);

const said = ({ list }: PoolTagListAnswer, tag: string): string | undefined =>
  list === undefined ? undefined : describeTag(list.file, tagFromText(tag) ?? 0)?.text;

test('the named file counts, else the first installed one, else none', (t) => {
  const folder = temporaryFolder(t, { 'named.txt': TEXT, 'second.txt': 'Fred - fred.sys - installed' });
  const lists = new PoolTagLists([join(folder, 'absent.txt'), join(folder, 'second.txt')]);
  assert.equal(said(lists.find(join(folder, 'named.txt')), 'AfdB'), 'AFD data buffer');
  assert.equal(said(lists.find(''), 'Fred'), 'installed');
  assert.deepEqual(new PoolTagLists([]).find(''), { revision: '' });
});

test('a file that changed is read again, one that did not is not', (t) => {
  const folder = temporaryFolder(t, { 'named.txt': TEXT });
  const file = join(folder, 'named.txt');
  const lists = new PoolTagLists([]);
  const first = lists.find(file);
  assert.equal(lists.find(file), first);
  writeFileSync(file, 'AfdB - afd.sys - another text');
  utimesSync(file, new Date(0), new Date(0));
  const second = lists.find(file);
  assert.notEqual(second.revision, first.revision);
  assert.equal(said(second, 'AfdB'), 'another text');
});

test('folders, absent files, relative paths and other machines are refused with a reason', (t) => {
  const folder = temporaryFolder(t, {});
  mkdirSync(join(folder, 'folder'));
  const lists = new PoolTagLists([]);
  for (const path of [join(folder, 'folder'), join(folder, 'absent'), 'pooltag.txt', '\\\\host\\share\\pooltag.txt']) {
    const { list, problem } = lists.find(path);
    assert.equal(list, undefined);
    assert.ok(problem?.startsWith(`${path}: `), problem);
  }
});

test('installed files are looked for on Windows alone, in local program folders', () => {
  const environment = { 'ProgramFiles(x86)': 'C:\\Program Files (x86)', ProgramFiles: '\\\\host\\programs' };
  assert.deepEqual(installedPoolTagFiles('linux', environment), []);
  const [first, ...rest] = installedPoolTagFiles('win32', environment);
  assert.equal(first, 'C:\\Program Files (x86)\\Windows Kits\\10\\Debuggers\\x64\\triage\\pooltag.txt');
  assert.ok(rest.every((path) => path.startsWith('C:\\') && path.endsWith('\\triage\\pooltag.txt')));
});

test('a description is the best line; its page has every line that matches', (t) => {
  const folder = temporaryFolder(t, { 'named.txt': `${TEXT}\nFred - fred.sys\nTwo  - two.sys - ` });
  const { list } = new PoolTagLists([]).find(join(folder, 'named.txt'));
  assert.ok(list);
  const describe = (tag: string): unknown => describeTag(list.file, tagFromText(tag) ?? 0);
  assert.deepEqual(describe('AfdB'), {
    tag: tagFromText('AfdB'),
    text: 'AFD data buffer',
    detail: 'AfdB - afd.sys - AFD data buffer\nAfd? - afd.sys - AFD objects',
  });
  assert.deepEqual(describe('Io'), {
    tag: tagFromText('Io  '),
    text: 'general IO',
    detail: 'Io   - nt!io - general IO',
  });
  assert.deepEqual(describe('Two'), { tag: tagFromText('Two '), text: 'two.sys', detail: 'Two  - two.sys' });
  assert.equal(describe('Zzzz'), undefined);
});
