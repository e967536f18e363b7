/**
 * Whole scans of small trees on this thread: order, wrappers across files, the cache and what makes it stale.
 */
import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { scanFolders, type ScanOutcome } from '../../../server/scan/scanFolders';
import { InProcessScanner } from '../../../server/scan/threads/inProcessScanner';
import type { FileFacts } from '../../../src/shared/facts';
import { tagToText } from '../../../src/shared/poolTag';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

interface Scanned extends ScanOutcome {
  readonly facts: readonly FileFacts[];
  readonly issues: readonly string[];
  /** `file: TAG TAG`, for files that have sites. */
  readonly tags: readonly string[];
}

async function scan(root: string, cache?: string, engine = 'engine-1', roots = [{ path: root }]): Promise<Scanned> {
  const facts: FileFacts[] = [];
  const issues: string[] = [];
  const request = { roots, ...(cache === undefined ? {} : { cache: { folder: cache, engine } }) };
  const outcome = await scanFolders(new InProcessScanner(), request, {
    facts: (file) => facts.push(file),
    issue: ({ file, message }) => issues.push(`${relative(root, file)}: ${message}`),
  });
  const tags = facts
    .filter((file) => file.sites.length > 0)
    .map((file) => `${relative(root, file.file)}: ${file.sites.flatMap((s) => s.tags.map(tagToText)).join(' ')}`);
  return { ...outcome, facts, issues, tags };
}

const WRAPPER = `void *PoolAlloc(int size, ULONG tag) { return ExAllocatePool2(64, size, tag); }`;
const CALLER = `extern void *PoolAlloc(int size, ULONG tag);
void f(void) { PoolAlloc(16, 'derF'); }`;
const PROJECT = '<ConfigurationType>Driver</ConfigurationType>';

test('facts come in the order of paths, images that are none with an issue', async (t) => {
  const root = temporaryFolder(t, {
    'b.c': `void f(void) { ExAllocatePool2(64, 1, 'b'); }`,
    'a/z.c': `void f(void) { ExAllocatePool2(64, 1, 'z'); }`,
    'bad.sys': 'this is no image',
    'empty.sys': '',
    'empty.c': '',
  });
  const { facts, files, bytes } = await scan(root);
  assert.deepEqual(
    facts.map((file) => relative(root, file.file)),
    [join('a', 'z.c'), 'b.c', 'bad.sys', 'empty.c', 'empty.sys'],
  );
  assert.equal(files, 5);
  assert.equal(
    bytes,
    facts.reduce((sum, file) => sum + file.size, 0),
  );
  for (const name of ['bad.sys', 'empty.sys']) {
    assert.equal(facts.find((file) => file.file.endsWith(name))?.issues.length, 1, name);
  }
});

test('a wrapper in another file of the project leads to its callers, and they lead back', async (t) => {
  const root = temporaryFolder(t, { 'd.vcxproj': PROJECT, 'alloc.c': WRAPPER, 'use/caller.c': CALLER });
  const { tags, facts } = await scan(root);
  assert.deepEqual(tags, ['alloc.c: Fred', `${join('use', 'caller.c')}: Fred`]);
  const caller = facts.find((file) => file.file.endsWith('caller.c'))?.sites[0];
  assert.deepEqual([caller?.evidence, caller?.via, caller?.module], ['wrapper', 'PoolAlloc', 'd.sys']);
});

test('a macro of a header leads to a wrapper in another file', async (t) => {
  const root = temporaryFolder(t, {
    'd.vcxproj': PROJECT,
    'alloc.c': WRAPPER,
    'alloc.h': `#define TAKE(size) PoolAlloc(size, 'derF')\n#define PLACE(T) new ('woN') T\n`,
    'new.cpp': 'void *operator new(size_t n, ULONG tag) { return ExAllocatePool2(64, n, tag); }',
    'user.c': '#include "alloc.h"\nvoid f(void) { TAKE(16); }',
    'placer.cpp': '#include "alloc.h"\nvoid g() { PLACE(int); }',
  });
  assert.deepEqual((await scan(root)).tags, [
    'alloc.c: Fred',
    'alloc.h: Fred Now\\x00',
    'new.cpp: Now\\x00',
    'placer.cpp: Now\\x00',
    'user.c: Fred',
  ]);
});

test('crates of one workspace: a driver and the crate with its tags, beside sources in C', async (t) => {
  const root = temporaryFolder(t, {
    'Cargo.toml': '[workspace]\nmembers = ["driver", "pool-tags", "other"]\n',
    'driver/Cargo.toml':
      '[package]\nname = "echo-2"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nwdk-sys = "0.4"\npool-tags.path = "../pool-tags"\n',
    'driver/src/lib.rs': 'use pool_tags::MY_TAG;\nfn f() { unsafe { ExAllocatePool2(64, 1, MY_TAG); } }\n',
    'driver/c.c': `void f(void) { ExAllocatePool2(64, 1, 'c'); }`,
    'pool-tags/Cargo.toml': '[package]\nname = "pool-tags"\n',
    'pool-tags/src/lib.rs': 'pub const MY_TAG: u32 = u32::from_ne_bytes(*b"Mine");\n',
    'other/Cargo.toml': '[package]\nname = "other"\n',
    'other/src/lib.rs': 'pub const MY_TAG: u32 = u32::from_ne_bytes(*b"Else");\n',
  });
  const { facts, tags } = await scan(root);
  assert.deepEqual(tags, [`${join('driver', 'c.c')}: c\\x00\\x00\\x00`, `${join('driver', 'src', 'lib.rs')}: Mine`]);
  assert.equal(
    facts.find(({ file }) => file.endsWith(join('driver', 'src', 'lib.rs')))?.sites[0]?.module,
    'echo_2.sys',
  );
});

test('a wrapper of another project means nothing here', async (t) => {
  const root = temporaryFolder(t, {
    'one/one.vcxproj': PROJECT,
    'one/alloc.c': WRAPPER,
    'two/two.vcxproj': PROJECT,
    'two/caller.c': CALLER,
  });
  // The wrapper's own call is a site; nothing that reaches it is known.
  assert.deepEqual((await scan(root)).tags, [`${join('one', 'alloc.c')}: `]);
});

test('a library and the driver that links it know each other, two drivers do not', async (t) => {
  const library = '<ConfigurationType>StaticLibrary</ConfigurationType>';
  const driver = `${PROJECT}<AdditionalDependencies>..\\$(IntDir)\\Common.lib</AdditionalDependencies>`;
  const root = temporaryFolder(t, {
    'common/common.vcxproj': library,
    'common/engine.c': `extern ULONG DriverTag;\nvoid e(void) { ExAllocatePool2(64, 1, DriverTag); }`,
    'drv/drv.vcxproj': driver,
    'drv/main.c': `ULONG DriverTag = 'derF';`,
    'other/other.vcxproj': PROJECT,
    'other/main.c': `ULONG DriverTag = 'ruoM';`,
  });
  assert.deepEqual((await scan(root)).tags, [`${join('common', 'engine.c')}: Fred`]);
});

test('a second scan takes everything from the cache and says the same', async (t) => {
  const root = temporaryFolder(t, { 'd.vcxproj': PROJECT, 'alloc.c': WRAPPER, 'caller.c': CALLER, 'x.sys': 'no' });
  const cache = temporaryFolder(t);
  const first = await scan(root, cache);
  assert.equal(first.fromCache, 0);
  const second = await scan(root, cache);
  assert.equal(second.fromCache, 3);
  assert.deepEqual(second.facts, first.facts);
});

test('a changed header makes the files that include it stale, and no others', async (t) => {
  const root = temporaryFolder(t, {
    'tags.h': `#define TAG 'derF'`,
    'a.c': `#include "tags.h"\nvoid f(void) { ExAllocatePool2(64, 1, TAG); }`,
    'b.c': `void g(void) { ExAllocatePool2(64, 1, 'ykaL'); }`,
  });
  const cache = temporaryFolder(t);
  await scan(root, cache);
  writeFileSync(join(root, 'tags.h'), `#define TAG 'oofX'`);
  utimesSync(join(root, 'tags.h'), 1, 1);
  const { fromCache, tags } = await scan(root, cache);
  assert.equal(fromCache, 1);
  assert.deepEqual(tags, ['a.c: Xfoo', 'b.c: Laky']);
});

test('a caller from the cache notices that the wrapper changed', async (t) => {
  const root = temporaryFolder(t, { 'd.vcxproj': PROJECT, 'alloc.c': WRAPPER, 'caller.c': CALLER });
  const cache = temporaryFolder(t);
  assert.deepEqual((await scan(root, cache)).tags, ['alloc.c: Fred', 'caller.c: Fred']);
  writeFileSync(join(root, 'alloc.c'), 'void *PoolAlloc(int size, ULONG tag) { return 0; } // no more');
  assert.deepEqual((await scan(root, cache)).tags, []);
  writeFileSync(join(root, 'alloc.c'), WRAPPER);
  const { tags, fromCache } = await scan(root, cache);
  assert.deepEqual(tags, ['alloc.c: Fred', 'caller.c: Fred']);
  assert.equal(fromCache, 1);
});

test('another engine, a new source or a corrupt file drop what is cached, without a word', async (t) => {
  const root = temporaryFolder(t, { 'a.c': `void f(void) { ExAllocatePool2(64, 1, 'derF'); }` });
  const cache = temporaryFolder(t);
  const expectFresh = async (engine?: string): Promise<void> => {
    const { fromCache, tags, issues } = await scan(root, cache, engine);
    assert.deepEqual([fromCache, tags[0], issues], [0, 'a.c: Fred', []]);
  };
  await expectFresh();
  await expectFresh('engine-2');
  const [name] = readdirSync(cache);
  assert.ok(name);
  const file = join(cache, name);
  const whole = readFileSync(file, 'utf8');
  for (const corrupt of [
    '',
    '\0\0\0',
    whole.slice(0, -40),
    whole.replaceAll('facts', 'fact'),
    whole.replace('{', '['),
  ]) {
    writeFileSync(file, corrupt);
    await expectFresh('engine-2');
  }
  writeFiles(root, { 'b.c': '' });
  await expectFresh('engine-2');
});

test('a cache that can not be written costs nothing but the cache', async (t) => {
  const root = temporaryFolder(t, { 'a.c': `void f(void) { ExAllocatePool2(64, 1, 'derF'); }` });
  const inTheWay = join(temporaryFolder(t, { file: '' }), 'file', 'cache');
  assert.deepEqual((await scan(root, inTheWay)).tags, ['a.c: Fred']);
});

test('a file that vanishes is forgotten by the cache', async (t) => {
  const root = temporaryFolder(t, { 'a.sys': 'no', 'b.sys': 'no' });
  const cache = temporaryFolder(t);
  await scan(root, cache);
  rmSync(join(root, 'a.sys'));
  assert.equal((await scan(root, cache)).files, 1);
  writeFiles(root, { 'a.sys': 'no' });
  appendFileSync(join(root, 'a.sys'), '!');
  assert.equal((await scan(root, cache)).fromCache, 1);
});

test('a missing root does not stop the rest', async (t) => {
  const root = temporaryFolder(t, { 'a.c': `void f(void) { ExAllocatePool2(64, 1, 'derF'); }` });
  const roots = [{ path: join(root, 'none') }, { path: root }];
  const { tags, issues, unreadableRoots } = await scan(root, undefined, undefined, roots);
  assert.deepEqual(tags, ['a.c: Fred']);
  assert.deepEqual(issues, ['none: no such file or folder']);
  assert.equal(unreadableRoots.length, 1);
});

const HEADER_WRAPPER = `static void *PoolGet(ULONG Tag) { return ExAllocatePool2(64, 8, Tag); }`;

test('a wrapper in a header gets the tags of all projects that include it, and of no others', async (t) => {
  const caller = (header: string, tag: string): string => `#include "${header}"\nvoid f(void) { PoolGet('${tag}'); }`;
  const root = temporaryFolder(t, {
    'inc/pool.h': HEADER_WRAPPER,
    'other/pool.h': HEADER_WRAPPER,
    // Includes another header of that folder, and a wrapper of the same name of its own.
    'other/types.h': '',
    'd/d.vcxproj': PROJECT,
    'd/d.c': `#include "../other/types.h"\n${HEADER_WRAPPER}\nvoid f(void) { PoolGet('EgaT'); }`,
    'a/a.vcxproj': PROJECT,
    'a/a.c': caller('../inc/pool.h', 'AgaT'),
    'b/b.vcxproj': PROJECT,
    'b/b.c': caller('../inc/pool.h', 'BgaT'),
    'c/c.vcxproj': PROJECT,
    'c/c.c': caller('../other/pool.h', 'CgaT'),
  });
  const cache = temporaryFolder(t, {});
  const tagsOf = ({ tags }: Scanned): string[] => tags.map((line) => line.replaceAll('\\', '/'));
  assert.deepEqual(tagsOf(await scan(root, cache)), [
    'a/a.c: TagA',
    'b/b.c: TagB',
    'c/c.c: TagC',
    'd/d.c: TagE TagE',
    'inc/pool.h: TagA TagB',
    'other/pool.h: TagC',
  ]);
  writeFiles(root, { 'b/b.c': caller('../inc/pool.h', 'DgaT') });
  const again = await scan(root, cache);
  assert.equal(tagsOf(again)[4], 'inc/pool.h: TagA TagD');
  const header = again.facts.find(({ file }) => file.endsWith(join('inc', 'pool.h')));
  assert.deepEqual(
    header?.sites.map((site) => site.isPassedIn),
    [true],
  );
});

test('a shared header reads by the include folders of each project', async (t) => {
  const project = `<Project><ItemGroup><ProjectConfiguration Include="Release|x64"/></ItemGroup>${PROJECT}
    <ItemDefinitionGroup><ClCompile><AdditionalIncludeDirectories>.;..\\common</AdditionalIncludeDirectories>
    <PreprocessorDefinitions>SAME=1</PreprocessorDefinitions></ClCompile></ItemDefinitionGroup></Project>`;
  const driver = (name: string, config: string): Record<string, string> => ({
    [`${name}/${name}.vcxproj`]: project,
    [`${name}/${name}.c`]: '#include <common.h>\nvoid f(void) { p = ALLOC(3); }',
    [`${name}/config.h`]: config,
  });
  const root = temporaryFolder(t, {
    'common/common.h': '#include "config.h"',
    ...driver('a', '#define NOTHING 1'),
    ...driver('b', `#define ALLOC(n) ExAllocatePool2(64, n, 'BgaT')`),
    ...driver('c', `#define ALLOC(n) ExAllocatePool2(64, n, 'CgaT')`),
  });
  const { tags } = await scan(root);
  assert.deepEqual(
    tags.filter((line) => line.includes('.c:')).map((line) => line.slice(2)),
    ['b.c: TagB', 'c.c: TagC'],
  );
});
