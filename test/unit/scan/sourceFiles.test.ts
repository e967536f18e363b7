/**
 * Where an #include leads, and which text a file has while it is open.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Project } from '../../../server/scan/builds/projectFile';
import { ProjectMap } from '../../../server/scan/builds/projects';
import { DiskSourceFiles } from '../../../server/scan/sourceFiles';
import { temporaryFolder } from '../../support/temporaryFolder';

function tree(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  more: { readonly projects?: (root: string) => Project[]; readonly include?: readonly string[] } = {},
): { readonly root: string; readonly sources: DiskSourceFiles; readonly at: (name: string) => string } {
  const root = temporaryFolder(t, files);
  const at = (name: string): string => join(root, name);
  const sources = new DiskSourceFiles({
    known: Object.keys(files).map(at),
    projects: new ProjectMap(more.projects?.(root) ?? []),
    includeFolders: (more.include ?? []).map(at),
  });
  return { root, sources, at };
}

test('the own folder comes first for quotes and last for brackets', (t) => {
  const { sources, at } = tree(t, { 'a/x.c': '', 'a/pool.h': '', 'inc/pool.h': '' }, { include: ['inc'] });
  assert.equal(sources.resolveInclude(at('a/x.c'), 'pool.h', false), at('a/pool.h'));
  assert.equal(sources.resolveInclude(at('a/x.c'), 'pool.h', true), at('inc/pool.h'));
});

test("the project's include folders, with either slash and without regard to case of known files", (t) => {
  const projects = (root: string): Project[] => [
    {
      folder: join(root, 'drv'),
      module: 'd.sys',
      isDriver: true,
      sources: [],
      includeFolders: [join(root, 'inc')],
      links: [],
    },
  ];
  const { sources, at } = tree(t, { 'drv/x.c': '', 'inc/sub/tags.h': '', 'deep/er/Only.h': '' }, { projects });
  assert.equal(sources.resolveInclude(at('drv/x.c'), 'sub\\tags.h', true), at('inc/sub/tags.h'));
  assert.equal(sources.resolveInclude(at('drv/x.c'), 'only.h', false), at('deep/er/Only.h'));
});

test('a file of the folder itself in other letters comes before one below it', (t) => {
  const { sources, at } = tree(t, { 'a/x.c': '', 'a/pool.h': '', 'a/sub/pool.h': '' });
  assert.equal(sources.resolveInclude(at('a/x.c'), 'Pool.H', false), at('a/pool.h'));
  assert.equal(sources.resolveInclude(at('a/x.c'), 'SUB\\Pool.h', false), at('a/sub/pool.h'));
});

test('of several files of one name the nearest counts, of two equally near none', (t) => {
  const { sources, at } = tree(t, { 'a/src/x.c': '', 'a/inc/t.h': '', 'b/inc/t.h': '', 'c/y.c': '' });
  assert.equal(sources.resolveInclude(at('a/src/x.c'), 't.h', false), at('a/inc/t.h'));
  assert.equal(sources.resolveInclude(at('c/y.c'), 't.h', false), undefined);
});

test('shares, devices, folders and nothing at all lead nowhere', (t) => {
  const { sources, at, root } = tree(t, { 'a/x.c': '', 'a/dir.h/y.c': '' });
  for (const name of ['\\\\server\\share\\x.h', '//server/x.h', '', '\0', 'dir.h', '/dev/zero', 'no.h']) {
    assert.equal(sources.resolveInclude(at('a/x.c'), name, false), undefined, JSON.stringify(name));
  }
  assert.equal(sources.readText(root), undefined);
  assert.equal(sources.readText(at('a/none.c')), undefined);
});

test('a document without a path resolves nothing against the current folder', (t) => {
  const { sources } = tree(t, {});
  assert.equal(sources.resolveInclude('untitled:Untitled-1', 'package.json', false), undefined);
});

test('an open text wins over the disk, and the disk counts again when it is closed', (t) => {
  const { sources, at } = tree(t, { 'a.h': 'disk' });
  assert.equal(sources.readText(at('a.h')), 'disk');
  sources.setOpen(at('a.h'), 'open');
  assert.equal(sources.readText(at('a.h')), 'open');
  writeFileSync(at('a.h'), 'newer');
  sources.setOpen(at('a.h'), undefined);
  assert.equal(sources.readText(at('a.h')), 'newer');
});

test('a file is read once until it is said to have changed', (t) => {
  const { sources, at } = tree(t, { 'a.h': 'one' });
  assert.equal(sources.readText(at('a.h')), 'one');
  writeFileSync(at('a.h'), 'two');
  assert.equal(sources.readText(at('a.h')), 'one');
  sources.forget(at('a.h'));
  assert.equal(sources.readText(at('a.h')), 'two');
});
