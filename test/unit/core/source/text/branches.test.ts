/** Conditional compilation: both branches are read, values come from the one that is taken. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertSites, checkSource, scanFile } from '../annotated';

test('sites in all branches are found', () =>
  checkSource(`
PVOID f(ULONG Size) {
#if NTDDI_VERSION < NTDDI_WIN10_VB
    PVOID p = ExAllocatePoolWithTag(PagedPool, Size, 'derF');
    //        ^^^^^^^^^^^^^^^^^^^^^ Fred
    if (p) {
#else
    PVOID p = ExAllocatePool2(POOL_FLAG_PAGED, Size, 'treB');
    //        ^^^^^^^^^^^^^^^ Bert
    if (p != NULL) {
#endif
        p = 0;
    }
#ifdef SOME_FEATURE
    p = ExAllocatePool2(POOL_FLAG_PAGED, Size, 'oelC');
    //  ^^^^^^^^^^^^^^^ Cleo
#  if 0
    p = ExAllocatePool2(POOL_FLAG_PAGED, Size, 'aroD');
    //  ^^^^^^^^^^^^^^^ Dora
#  endif
#endif
    return p;
}
`));

const CONDITIONAL = `
#if DBG
#define TAG 'derF'
#else
#define TAG 'treB'
#endif
#if defined(FEATURE) && FEATURE > 2
#define OTHER 'oelC'
#else
#define OTHER 'aroD'
#endif
void f(void) {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, TAG);
    //  ^^^^^^^^^^^^^^^ Bert
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, OTHER);
    //  ^^^^^^^^^^^^^^^ Cleo|Dora
}
`;

test('a condition the WDK decides gives one value, one that nothing decides gives the set', () =>
  checkSource(CONDITIONAL));

test('defines of the build decide', async () => {
  const defines = new Map([
    ['DBG', '1'],
    ['FEATURE', '3'],
  ]);
  const found = await scanFile({ 'driver.c': CONDITIONAL }, 'driver.c', defines);
  assertSites(CONDITIONAL.replace('^ Bert', '^ Fred').replace('^ Cleo|Dora', '^ Cleo'), found);
});

test('include guards, a default behind #ifndef, and a header that is read in vain', () =>
  checkSource(
    `
#include "tags.h"
#include "tags.h"
#include <ntddk.h>
#ifndef POOL_TAG
#define POOL_TAG 'xxxx'
#endif
void f(void) { p = ExAllocatePool2(POOL_FLAG_PAGED, 8, POOL_TAG); }
//                 ^^^^^^^^^^^^^^^                     ~~~~~~~~ Fred
`,
    { 'tags.h': "#ifndef _TAGS_H_\n#define _TAGS_H_\n#define POOL_TAG 'derF'\n#endif\n" },
  ));

test('the file names what it included', async () => {
  const tree = { 'a.c': '#include "b.h"\nvoid f(void) { ExFreePool(p); }\n', 'b.h': '#include "c.h"\n', 'c.h': '\n' };
  assert.deepEqual((await scanFile(tree, 'a.c')).includes, ['/b.h', '/c.h']);
});

test('where nobody can tell which arm is compiled, what both say counts; where one is known to be, that one', () =>
  checkSource(`
#ifdef ELSEWHERE
static const ULONG Constant = 'AtsC';
#else
static const ULONG Constant = 'BtsC';
#endif
#define HERE
#ifdef HERE
enum { Known = 'AwnK' };
#else
enum { Known = 'BwnK' };
#endif
void f(void) {
#ifdef ELSEWHERE
    ULONG local = 'AcoL';
#else
    ULONG local = 'BcoL';
#endif
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, local);
    //  ^^^^^^^^^^^^^^^ LocA|LocB
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Constant);
    //  ^^^^^^^^^^^^^^^ CstA|CstB
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Known);
    //  ^^^^^^^^^^^^^^^ KnwA
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8,
    //  ^^^^^^^^^^^^^^^ ArgA|ArgB
#ifdef ELSEWHERE
        'AgrA'
#else
        'BgrA'
#endif
        );
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, 'enO!');
    //  ^^^^^^^^^^^^^^^ !One
}
static void *Get(SIZE_T n, ULONG t) { return ExAllocatePool2(POOL_FLAG_PAGED, n, t); }
//                                           ^^^^^^^^^^^^^^^ PasA|PasB
void g(void) {
    p = Get(8,
    //  ^^^ PasA|PasB via Get
#if ELSEWHERE > 2
        'AsaP'
#elif ELSEWHERE > 1
        'BsaP'
#endif
    );
}
`));
