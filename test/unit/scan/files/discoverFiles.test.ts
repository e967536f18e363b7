/**
 * Discovery: what is taken, what is skipped, links, and folders that can't be read.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { discoverFiles, type ScanRoot } from '../../../../server/scan/files/discoverFiles';
import { temporaryFolder } from '../../../support/temporaryFolder';

/** The smallest file that begins with a PE header. */
function peBytes(): Uint8Array {
  const bytes = Buffer.alloc(0x50);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(0x40, 0x3c);
  bytes.write('PE\0\0', 0x40, 'latin1');
  return bytes;
}

async function found(folder: string, roots: readonly ScanRoot[] = [{ path: folder }]): Promise<string[]> {
  const { files } = await discoverFiles(roots);
  // However the file system is asked, it tells the same.
  assert.deepEqual((await discoverFiles(roots, { blocking: true })).files, files);
  return files.map((file) => `${file.kind} ${relative(folder, file.path).replaceAll('\\', '/')}`);
}

test('sources and images by extension in any case, images by their header, nothing else', async (t) => {
  const folder = temporaryFolder(t, {
    'a.C': '',
    'sub/b.hpp': '',
    'sub/c.SYS': '',
    'driver.bin': peBytes(),
    noextension: peBytes(),
    'short.bin': 'MZ',
    'dos.bin': Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]),
    'readme.md': 'int x;',
    'node_modules/x/y.c': '',
    '.git/z.c': '',
  });
  assert.deepEqual(await found(folder), [
    'source a.C',
    'image driver.bin',
    'image noextension',
    'source sub/b.hpp',
    'image sub/c.SYS',
  ]);
});

test('a file that is named is taken though its folder would be skipped; what is neither is said to be', async (t) => {
  const folder = temporaryFolder(t, { 'node_modules/x.c': '', 'notes.txt': 'hello' });
  const roots = [{ path: join(folder, 'node_modules/x.c') }, { path: join(folder, 'notes.txt') }];
  const { files, issues, unreadableRoots } = await discoverFiles(roots);
  assert.equal(files.length, 1);
  assert.deepEqual(issues, [{ file: join(folder, 'notes.txt'), message: 'neither a C or C++ source nor a PE image' }]);
  assert.deepEqual(unreadableRoots, []);
});

test("a pipe with a source's name is neither read nor taken for a source", async (t) => {
  if (process.platform === 'win32') return void t.skip('Windows has no pipes in folders');
  const folder = temporaryFolder(t, { 'a.c': '', 'b.h/c.c': '' });
  const pipe = join(folder, 'pipe.c');
  execFileSync('mkfifo', [pipe]);
  assert.deepEqual(await found(folder), ['source a.c', 'source b.h/c.c']);
  const { files, issues } = await discoverFiles([{ path: pipe }]);
  assert.deepEqual(files, []);
  assert.deepEqual(issues, [{ file: pipe, message: 'neither a file nor a folder' }]);
});

test('overlapping roots and links give each file once, under its plainest path', async (t) => {
  const folder = temporaryFolder(t, { 'real/a.c': '', 'real/b.c': '' });
  symlinkSync(join(folder, 'real'), join(folder, 'also'), 'junction');
  symlinkSync(join(folder, 'real/a.c'), join(folder, 'alias.c'));
  const roots = [{ path: folder }, { path: join(folder, 'real') }, { path: join(folder, 'real/b.c') }];
  assert.deepEqual(await found(folder, roots), ['source real/a.c', 'source real/b.c']);
});

test('links in circles end', async (t) => {
  const folder = temporaryFolder(t, { 'a/b/x.c': '' });
  symlinkSync(folder, join(folder, 'a/b/up'), 'junction');
  symlinkSync(join(folder, 'a/self'), join(folder, 'a/self'));
  const { files, issues } = await discoverFiles([{ path: folder }]);
  assert.equal(files.length, 1);
  assert.deepEqual(issues, [{ file: join(folder, 'a/self'), message: 'too many symbolic links' }]);
});

test('a root that is missing is told apart from folders below', async (t) => {
  const folder = temporaryFolder(t, { 'a.c': '' });
  const missing = join(folder, 'missing');
  const { files, issues, unreadableRoots } = await discoverFiles([{ path: missing }, { path: folder }]);
  assert.equal(files.length, 1);
  assert.deepEqual(issues, [{ file: missing, message: 'no such file or folder' }]);
  assert.deepEqual(unreadableRoots, issues);
});

test('excludes hold for their own root', async (t) => {
  const folder = temporaryFolder(t, { 'one/gen/a.c': '', 'one/b.c': '', 'two/gen/c.c': '' });
  const roots = [{ path: join(folder, 'one'), exclude: ['**/gen'] }, { path: join(folder, 'two') }];
  assert.deepEqual(await found(folder, roots), ['source one/b.c', 'source two/gen/c.c']);
});

test('project files are reported beside the sources', async (t) => {
  const folder = temporaryFolder(t, { 'p.vcxproj': '', 'CMakeLists.txt': '', sources: '', 'd/x.inf': '', 'y.txt': '' });
  const { projectFiles } = await discoverFiles([{ path: folder }]);
  assert.deepEqual(
    projectFiles.map((file) => relative(folder, file).replaceAll('\\', '/')),
    ['CMakeLists.txt', 'd/x.inf', 'p.vcxproj', 'sources'],
  );
});

test('an aborted search rejects', async (t) => {
  const folder = temporaryFolder(t, { 'a.c': '' });
  await assert.rejects(discoverFiles([{ path: folder }], { signal: AbortSignal.abort() }), { name: 'AbortError' });
});
