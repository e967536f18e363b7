/** Values of tag expressions: literals in every spelling, arithmetic, macros, constants, variables. */
import { test } from 'node:test';
import { checkSource } from '../annotated';

test('literals on one line, on several lines, with escapes and as numbers', () =>
  checkSource(String.raw`
void f(void) {
    a = ExAllocatePoolWithTag(NonPagedPool, 8, 'derF');
    //  ^^^^^^^^^^^^^^^^^^^^^                  ~~~~~~ Fred
    b = ExAllocatePool2
    //  ^^^^^^^^^^^^^^^ Fred
        (POOL_FLAG_PAGED,
         max(sizeof(X), g(1, 2)) + (c ? 1 : 2),   /* ExAllocatePool2(1, 2, 'xxxx') */
         'derF');
    c = ExAllocatePoolZero(PagedPool, 8, 0x64657246UL);
    //  ^^^^^^^^^^^^^^^^^^               ~~~~~~~~~~~~ Fred
    d = ExAllocatePoolZero(PagedPool, 8, '\'\\\x41\101');
    //  ^^^^^^^^^^^^^^^^^^ AA\\'
    e = ExAllocatePoolZero(PagedPool, 8, ((ULONG)(('derF'))));
    //  ^^^^^^^^^^^^^^^^^^ Fred
    _Analysis_assume_(a); if (a) ExFreePoolWithTag(a, 'derF');
    //                           ^^^^^^^^^^^^^^^^^    ~~~~~~ Fred (free)
}
`));

test('arithmetic, shifts, byte swaps, charizing, strings read as a number', () =>
  checkSource(`
#define TAG(a, b, c, d) ((ULONG)(a) | ((b) << 8) | ((c) << 16) | ((d) << 24))
#define MAKE_TAG(x) (#@x)
#define SWAPPED Be32ToCpu('Fred')
void f(void) {
    p = ExAllocatePoolWithTag(NonPagedPool, 8, TAG('F', 'r', 'e', 'd'));
    //  ^^^^^^^^^^^^^^^^^^^^^ Fred
    p = ExAllocatePoolWithTag(NonPagedPool, 8, (('d'<<24)+('e'<<16)+('r'<<8)+'F'));
    //  ^^^^^^^^^^^^^^^^^^^^^ Fred
    p = ExAllocatePoolWithTag(NonPagedPool, 8, RtlUlongByteSwap('Fred'));
    //  ^^^^^^^^^^^^^^^^^^^^^ Fred
    p = ExAllocatePoolWithTag(NonPagedPool, 8, SWAPPED);
    //  ^^^^^^^^^^^^^^^^^^^^^                  ~~~~~~~ Fred
    p = ExAllocatePoolWithTag(NonPagedPool, 8, MAKE_TAG(derF));
    //  ^^^^^^^^^^^^^^^^^^^^^ Fred
    p = ExAllocatePoolWithTag(NonPagedPool, 8, *(int*)"Fred");
    //  ^^^^^^^^^^^^^^^^^^^^^ Fred
    p = ExAllocatePoolWithTag(NonPagedPool, 8, ~0x9b9a8db9);
    //  ^^^^^^^^^^^^^^^^^^^^^ Fred
    p = ExAllocatePoolWithTag(NonPagedPool, 8, late ? 'derF' : 'treB');
    //  ^^^^^^^^^^^^^^^^^^^^^ Bert|Fred
}
`));

test('macros count where they stand, undefined and redefined ones too', () =>
  checkSource(`
#define DRIVER_TAG 'derF' // Fred
void f(void) {
    p = ExAllocatePoolWithTag(NonPagedPool, 8, DRIVER_TAG);
    //  ^^^^^^^^^^^^^^^^^^^^^ Fred
}
#undef DRIVER_TAG
#define DRIVER_TAG (OTHER_TAG)
#define OTHER_TAG \\
    'treB'
void g(void) {
    p = ExAllocatePoolWithTag(NonPagedPool, 8, DRIVER_TAG);
    //  ^^^^^^^^^^^^^^^^^^^^^ Bert
}
`));

test('the same macro name has the value of the header that is included', async () => {
  const source = (tag: string): string => `
#include "tags.h"
void f(void) {
    p = ExAllocatePoolWithTag(NonPagedPool, 8, DRIVER_TAG);
    //  ^^^^^^^^^^^^^^^^^^^^^ ${tag}
}
`;
  await checkSource(source('Fred'), {
    'tags.h': '#pragma once\n#include "deep.h"\n',
    'deep.h': "#define DRIVER_TAG 'derF'\n",
  });
  await checkSource(source('Bert'), { 'tags.h': "#define DRIVER_TAG 'treB'\n" });
  await checkSource(source("open: 'DRIVER_TAG' is not defined in the files at hand"));
});

test('enumerators, constants, class members declared behind their use', () =>
  checkSource(
    `
enum { First = 'derF', Second, Third };
constexpr ULONG Shifted = First + 1;
static const ULONG Plain = 'treB';
class Driver {
    void f() {
        p = ExAllocatePool2(POOL_FLAG_PAGED, 8, c_PoolTag);
        //  ^^^^^^^^^^^^^^^ Fred
        p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Third);
        //  ^^^^^^^^^^^^^^^ Hred
    }
    static const ULONG c_PoolTag = 'derF';
};
void g() {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Driver::c_PoolTag);
    //  ^^^^^^^^^^^^^^^                     ~~~~~~~~~~~~~~~~~ Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, static_cast<ULONG>(Plain));
    //  ^^^^^^^^^^^^^^^ Bert
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, ULONG(Shifted));
    //  ^^^^^^^^^^^^^^^ Gred
}
`,
    {},
    'driver.cpp',
  ));

test('variables: assigned once the value, more often the set, otherwise the reason', () =>
  checkSource(`
ULONG g_Fixed = 'derF';
ULONG g_Changed = 'derF';
ULONG g_Never;
extern ULONG g_Elsewhere;
void set(void) { g_Changed = 'treB'; }
void f(PCONFIG Config) {
    ULONG local = 'lcoL';
    ULONG computed = MakeTag(1);
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, g_Fixed);
    //  ^^^^^^^^^^^^^^^ Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, g_Changed);
    //  ^^^^^^^^^^^^^^^ Bert|Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, g_Never);
    //  ^^^^^^^^^^^^^^^ open: variable 'g_Never' is set at run time
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, g_Elsewhere);
    //  ^^^^^^^^^^^^^^^ open: 'g_Elsewhere' is declared extern and defined elsewhere
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, local);
    //  ^^^^^^^^^^^^^^^ Locl
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, computed);
    //  ^^^^^^^^^^^^^^^ open: computed at run time by MakeTag
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Config->Tag);
    //  ^^^^^^^^^^^^^^^ open: member 'Tag' is set at run time
}
`));

test('tags that exist in WDK headers only, and zeros that a callee replaces', () =>
  checkSource(`
void f(void) {
    p = ExAllocatePoolZero(NonPagedPoolNx, 8, CLASS_TAG_MODE_DATA);
    //  ^^^^^^^^^^^^^^^^^^                    ~~~~~~~~~~~~~~~~~~~ ScLo
    NdisAllocateMemoryWithTag(&p, 8, 0);
//  ^^^^^^^^^^^^^^^^^^^^^^^^^ NDam
    WdfMemoryCreate(a, PagedPool, 0, 8, &m, &b);
//  ^^^^^^^^^^^^^^^ open: tag 0: the framework uses the driver's default tag, and no DriverPoolTag or INF at hand tells which
    p = ExAllocatePool(PagedPool, 8);
    //  ^^^^^^^^^^^^^^ open: the call carries no tag (untagged)
}
`));

test('a variable that a function fills from its parameter has what that function is called with', () =>
  checkSource(`
static ULONG g_Tag;
void Keep(ULONG Tag) { g_Tag = Tag; }
void *Take(ULONG Tag) {
    return ExAllocatePool2(POOL_FLAG_PAGED, Tag, g_Tag);
    //     ^^^^^^^^^^^^^^^                       ~~~~~ Bert|Fred open: 'g_Tag' is set at run time, from parameter 'Tag' of Keep
}
void Start(ULONG first) {
    Keep('derF');
    Keep(first);
    p = Take(8);
}
void main(void) { Start('treB'); }
`));
