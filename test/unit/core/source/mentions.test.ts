/** Mentions: what hover and Go to Definition answer on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanSource } from '../../../../server/core/source/scanSource';
import { parsers, scanFile, treeFiles } from './annotated';

const TREE = {
  'driver.c': `#include "tags.h"
enum { EnumTag = 'treB' };
void f(void) {
    a = ExAllocatePool2(POOL_FLAG_PAGED, 8, (ULONG)HEADER_TAG);
    b = ExAllocatePool2(POOL_FLAG_PAGED, 8, EnumTag);
    c = ExAllocatePool2(POOL_FLAG_PAGED, 8, 'oelC');
}
`,
  'tags.h': "#define HEADER_TAG 'derF'\n#define NOT_A_TAG 12\n",
};

test('uses point at the definition of the name in them', async () => {
  const { mentions } = await scanFile(TREE, 'driver.c');
  const uses = mentions.filter((mention) => mention.kind === 'use');
  assert.deepEqual(
    uses.map((mention) => [mention.tag, mention.range.start, mention.definedAt?.file, mention.definedAt?.range.start]),
    [
      [0x64657246, { line: 3, column: 44 }, '/tags.h', { line: 0, column: 8 }],
      [0x74726542, { line: 4, column: 44 }, '/driver.c', { line: 1, column: 7 }],
      [0x6f656c43, { line: 5, column: 44 }, undefined, undefined],
    ],
  );
});

test('definitions are mentioned in a file of their own, allocators or not', async () => {
  const header = await scanFile(TREE, 'tags.h');
  assert.deepEqual(header.mentions, [
    { tag: 0x64657246, kind: 'definition', range: { start: { line: 0, column: 8 }, end: { line: 0, column: 18 } } },
  ]);
  const source = await scanFile(TREE, 'driver.c');
  assert.deepEqual(
    source.mentions.filter((mention) => mention.kind === 'definition').map((mention) => mention.tag),
    [0x74726542],
  );
});

test('a byte order mark moves no column', async () => {
  const plain = "void f(void) { ExAllocatePool2(0, 8, 'derF'); }\n";
  const [a, b] = [await scanFile({ 'a.c': plain }, 'a.c'), await scanFile({ 'a.c': `\ufeff${plain}` }, 'a.c')];
  assert.equal(a.sites.length, 1);
  assert.deepEqual(b.sites, a.sites);
});

test('a use names the macros that decided for its definition, and who gives them', async () => {
  const tree = {
    'driver.c': `#include "tags.h"\nvoid f(void) { a = ExAllocatePool2(64, 8, TAG); }\n`,
    'tags.h': `#ifndef TAGS_H\n#define TAGS_H\n#define LEVEL 2\n#if DBG && defined(NOWHERE) || LEVEL > 1\n#ifdef _X86_\n#define TAG OLD\n#else\n#define TAG NEW\n#endif\n#endif\n#ifdef BRAND\n#define NEW BRAND\n#endif\n#endif\n`,
  };
  const scanned = scanSource(tree['driver.c'], {
    file: '/driver.c',
    module: 'toaster',
    files: treeFiles(tree),
    parsers: await parsers(),
    defines: new Map([
      ['BRAND', "'dnrB'"],
      ['DBG', '1'],
    ]),
    origins: new Map([['BRAND', 'bus.vcxproj Debug|x64']]),
  });
  const [use] = scanned.mentions;
  assert.equal(use?.tag, 0x646e7242);
  assert.deepEqual(use.decidedBy, [
    { name: 'DBG', value: '1', from: 'build settings' },
    { name: 'NOWHERE' },
    { name: 'LEVEL', value: '2', from: 'tags.h:3' },
    { name: '_X86_', from: 'WDK default' },
    { name: 'BRAND', value: "'dnrB'", from: 'bus.vcxproj Debug|x64' },
  ]);
});
