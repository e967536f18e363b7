/**
 * Headers that use what only their includers bring along: read in the place of each unit that includes them.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { scanFolders } from '../../../server/scan/scanFolders';
import { InProcessScanner } from '../../../server/scan/threads/inProcessScanner';
import { tagToText } from '../../../src/shared/poolTag';
import { temporaryFolder } from '../../support/temporaryFolder';

/** `file:line TAG TAG` for each site, `?` for what is not known. */
async function scan(root: string, cache?: string): Promise<readonly string[]> {
  const found: string[] = [];
  const request = { roots: [{ path: root }], ...(cache !== undefined && { cache: { folder: cache, engine: 'one' } }) };
  await scanFolders(new InProcessScanner(), request, {
    facts: ({ file, sites }) => {
      for (const { place, tags, unresolved } of sites) {
        const line = place.kind === 'source' ? place.range.start.line + 1 : 0;
        const shown = [...tags.map(tagToText).sort(), ...(unresolved === undefined ? [] : ['?'])].join(' ');
        found.push(`${relative(root, file).replaceAll('\\', '/')}:${String(line)} ${shown}`);
      }
    },
    issue: ({ message }) => assert.fail(message),
  });
  return found;
}

const PROJECT = '<Project></Project>';
const GET = 'static inline void *Get(void) { return ExAllocatePool2(64, 8, MY_TAG); }\n';

test('a macro of each includer, in one project and in two, or of the build', async (t) => {
  const define = (tag: string): string =>
    `<Project><ItemDefinitionGroup><ClCompile><PreprocessorDefinitions>BUILD_TAG='${tag}'</PreprocessorDefinitions>` +
    '</ClCompile></ItemDefinitionGroup></Project>';
  const root = temporaryFolder(t, {
    'one/p.vcxproj': define('1dlB'),
    'one/tags.h': "#define MY_TAG 'enO1'\n",
    'one/a.c': '#include "tags.h"\n#include "../shared/get.h"\n#include "../shared/build.h"\n',
    'two/p.vcxproj': define('2dlB'),
    'two/tags.h': "#define MY_TAG 'owT2'\n",
    'two/b.c': '#include "tags.h"\n#include "../shared/get.h"\n#include "../shared/build.h"\n',
    'shared/get.h': GET,
    'shared/build.h': GET.replace('MY_TAG', 'BUILD_TAG'),
    // Nobody includes this one: it says what it says by itself.
    'shared/alone.h': GET,
  });
  assert.deepEqual(await scan(root), ['shared/alone.h:1 ?', 'shared/build.h:1 Bld1 Bld2', 'shared/get.h:1 1One 2Two']);
});

test('a default of a header holds only for those who set nothing before', async (t) => {
  const header = `#pragma once\n#ifndef MY_TAG\n#define MY_TAG 'tlfD'\n#endif\n${GET}`;
  const root = temporaryFolder(t, {
    'p.vcxproj': PROJECT,
    'own.h': header,
    'a.c': '#define MY_TAG \'aaaA\'\n#include "own.h"\n',
    'both.h': header,
    'b.c': '#define MY_TAG \'bbbB\'\n#include "both.h"\n',
    'c.c': '#include "both.h"\n',
    'default.h': header,
    'd.c': '#include "default.h"\n',
  });
  assert.deepEqual(await scan(root), ['both.h:5 Bbbb Dflt', 'default.h:5 Dflt', 'own.h:5 Aaaa']);
});

test('constants, enumerators and functions of a header that comes before', async (t) => {
  const root = temporaryFolder(t, {
    'p.vcxproj': PROJECT,
    'enumeration.h': "enum { MY_TAG = 'mune' };\n",
    'constant.h': "static const ULONG MY_TAG = 'tsnc';\n",
    'function.h': "static inline ULONG Made(char c) { return 'A\\0\\0\\0' | c; }\n#define MY_TAG Made('z')\n",
    'get.h': GET,
    'a.c': '#include "enumeration.h"\n#include "get.h"\n',
    'b.c': '#include "constant.h"\n#include "get.h"\n',
    'c.c': '#include "function.h"\n#include "get.h"\n',
  });
  assert.deepEqual(await scan(root), ['get.h:1 cnst enum z\\x00\\x00A']);
});

test("wrappers of includers: macros of two projects, functions whose tags come from another's header", async (t) => {
  const root = temporaryFolder(t, {
    'one/p.vcxproj': PROJECT,
    'one/alloc.h':
      "#define MyAlloc(n) ExAllocatePool2(64, n, 'enO1')\n" +
      'static inline void *Take(SIZE_T n, ULONG tag) { return ExAllocatePool2(64, n, tag); }\n',
    'one/a.c': '#include "alloc.h"\n#include "../shared/use.h"\nvoid f(void) { Take(8, \'caC1\'); }\n',
    'two/p.vcxproj': PROJECT,
    'two/alloc.h':
      "#define MyAlloc(n) ExAllocatePool2(64, n, 'owT2')\n" +
      'static inline void *Take(SIZE_T n, ULONG tag) { return ExAllocatePool2(64, n, tag); }\n',
    'two/b.c': '#include "alloc.h"\n#include "../shared/use.h"\n',
    'shared/use.h':
      "static inline void *Use(void) { return MyAlloc(8); }\nstatic inline void *More(void) { return Take(8, 'dahS'); }\n",
  });
  assert.deepEqual(await scan(root), [
    'one/a.c:3 1Cac',
    'one/alloc.h:1 1One',
    'one/alloc.h:2 1Cac Shad',
    'shared/use.h:1 1One 2Two',
    'shared/use.h:2 Shad',
    'two/alloc.h:1 2Two',
    'two/alloc.h:2 Shad',
  ]);
});

test("what a header puts into another's template reaches the template", async (t) => {
  const root = temporaryFolder(t, {
    'p.vcxproj': PROJECT,
    'box.h': 'template <ULONG Tag> struct Box { static void *Get() { return ExAllocatePool2(64, 8, Tag); } };\n',
    'two.h': "inline void *Two() { return Box<'owT2'>::Get(); }\n",
    'a.cpp': '#include "box.h"\n#include "two.h"\nvoid f() { Box<\'enO1\'>::Get(); Two(); }\n',
  });
  assert.deepEqual(await scan(root), ['a.cpp:3 1One', 'box.h:1 1One 2Two', 'two.h:1 2Two']);
});

test('the cache knows when other units include a header, or something else comes before it', async (t) => {
  const root = temporaryFolder(t, {
    'tree/p.vcxproj': PROJECT,
    'tree/one.h': "#define MY_TAG 'enO1'\n",
    'tree/two.h': "#define MY_TAG 'owT2'\n",
    'tree/get.h': GET,
    'tree/a.c': '#include "one.h"\n#include "get.h"\n',
    'tree/b.c': 'int x;\n',
  });
  const [tree, cache] = [join(root, 'tree'), join(root, 'cache')];
  assert.deepEqual(await scan(tree, cache), ['get.h:1 1One']);
  assert.deepEqual(await scan(tree, cache), ['get.h:1 1One']);
  writeFileSync(join(tree, 'b.c'), '#include "two.h"\n#include "get.h"\n');
  assert.deepEqual(await scan(tree, cache), ['get.h:1 1One 2Two']);
  writeFileSync(join(tree, 'a.c'), '#define MY_TAG \'eerT\'\n#include "get.h"\n');
  assert.deepEqual(await scan(tree, cache), ['get.h:1 2Two Tree']);
  writeFileSync(join(tree, 'b.c'), 'int x;\n');
  assert.deepEqual(await scan(tree, cache), ['get.h:1 Tree']);
});

test('more ways to come to a header than are read make its tags doubtful', async (t) => {
  const units = Array.from({ length: 40 }, (_, at) => [
    `u${String(at)}.c`,
    `#define MY_TAG 'ta${String(at).padStart(2, '0')}'\n#include "get.h"\n`,
  ]);
  const root = temporaryFolder(t, {
    'p.vcxproj': PROJECT,
    'get.h': GET,
    ...(Object.fromEntries(units) as Record<string, string>),
  });
  const [line = ''] = await scan(root);
  assert.match(line, /^get\.h:1 .*\?$/);
  assert.equal(line.split(' ').length, 34);
});
