/** Wrappers: macros, functions, methods, `operator new`; in one file, through headers, and across a project. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { scanSource } from '../../../../../server/core/source/scanSource';
import { assertSites, checkProject, checkSource, describeSite, parsers, treeFiles } from '../annotated';

test('macros with a fixed and with a passed tag are sites where they stand and where they are used', () =>
  checkSource(`
#define TOAST_ALLOC(size) ExAllocatePool2(POOL_FLAG_PAGED, (size), 'derF')
//                        ^^^^^^^^^^^^^^^                          ~~~~~~ Fred
#define TOAST_ALLOC_TAG(size, t) ExAllocatePool2(POOL_FLAG_PAGED, (size), (t))
//                               ^^^^^^^^^^^^^^^ Bert|Cleo
#define TOAST_INNER(t) TOAST_ALLOC_TAG(8, t)
//                     ^^^^^^^^^^^^^^^    ~ Cleo via TOAST_ALLOC_TAG
#define TOAST_NEW(p, t) do { (p) = ExAllocatePool2(POOL_FLAG_PAGED, 8, t); if (!(p)) return; } while (0)
//                                 ^^^^^^^^^^^^^^^                     ~ Dora
void f(void) {
    p = TOAST_ALLOC(sizeof(X));
    //  ^^^^^^^^^^^ Fred via TOAST_ALLOC
    p = TOAST_ALLOC_TAG(16, 'treB');
    //  ^^^^^^^^^^^^^^^     ~~~~~~ Bert via TOAST_ALLOC_TAG
    p = TOAST_INNER('oelC');
    //  ^^^^^^^^^^^ ~~~~~~ Cleo via TOAST_INNER
    TOAST_NEW(p, 'aroD');
//  ^^^^^^^^^    ~~~~~~ Dora via TOAST_NEW
}
`));

test('a name that is redefined as a macro with a tag', () =>
  checkSource(`
#define ExAllocatePool(a, b) ExAllocatePoolWithTag(a, b, 'derF')
//                           ^^^^^^^^^^^^^^^^^^^^^       ~~~~~~ Fred
#define MyAllocate ExAllocatePoolWithTag
void f(void) {
    p = ExAllocatePool(PagedPool, 8);
    //  ^^^^^^^^^^^^^^ Fred via ExAllocatePool
    p = MyAllocate(PagedPool, 8, 'treB');
    //  ^^^^^^^^^^               ~~~~~~ Bert via MyAllocate
}
`));

test('functions pass a parameter on, three levels deep, and get all that reaches them', () =>
  checkSource(`
static PVOID Inner(ULONG Size, ULONG Tag) {
    return ExAllocatePool2(POOL_FLAG_PAGED, Size, Tag);
    //     ^^^^^^^^^^^^^^^ Bert|Fred
}
PVOID Middle(ULONG Tag, ULONG Size) { return Inner(Size, Tag); }
//                                           ^^^^^ Fred via Inner
_Must_inspect_result_ PVOID NTAPI Outer(_In_ ULONG Tag)
{
    ULONG copy = Tag;
    return Middle(copy, 8);
    //     ^^^^^^ Fred via Middle
}
PVOID Fixed(void) { return Inner(8, 'treB'); }
//                         ^^^^^    ~~~~~~ Bert via Inner
void f(void) {
    p = Outer('derF');
    //  ^^^^^ Fred via Outer
    q = Fixed();
}
PVOID Unused(ULONG Tag) { return ExAllocatePool2(POOL_FLAG_PAGED, 8, Tag); }
//                               ^^^^^^^^^^^^^^^ open: parameter 'Tag' of Unused, which is never called here
`));

test('a parameter that is replaced at run time leaves the site open, not its callers', () =>
  checkSource(`
static ULONG RandomTag;
PVOID Alloc(ULONG Tag) {
    if (RandomTag) Tag = RandomTag;
    return ExAllocatePool2(POOL_FLAG_PAGED, 8, Tag);
    //     ^^^^^^^^^^^^^^^ Fred open: variable 'RandomTag' is set at run time
}
void f(void) { Alloc('derF'); }
//             ^^^^^ Fred via Alloc
`));

test('a function that releases or prepares is a wrapper of that role', () =>
  checkSource(`
void Release(PVOID p, ULONG Tag) { ExFreePoolWithTag(p, Tag); }
//                                 ^^^^^^^^^^^^^^^^^ Fred (free)
void Prepare(PLOOKASIDE l, ULONG Tag) {
    ExInitializeNPagedLookasideList(l, NULL, NULL, 0, 8, Tag, 0);
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Fred (bind)
}
void f(void) {
    Release(p, 'derF');
//  ^^^^^^^    ~~~~~~ Fred (free) via Release
    Prepare(&l, 'derF');
//  ^^^^^^^ Fred (bind) via Prepare
}
`));

test('methods, overloads by their number of arguments, other classes untouched', () =>
  checkSource(
    `
class Pin {
public:
    NTSTATUS Init(ULONG size, ULONG tag);
    NTSTATUS Init(ULONG size);
};
NTSTATUS Pin::Init(ULONG size, ULONG tag)
{
    m_p = ExAllocatePool2(POOL_FLAG_PAGED, size, tag);
    //    ^^^^^^^^^^^^^^^ Fred
    return m_p ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}
NTSTATUS Pin::Init(ULONG size) { return Init(size, 'derF'); }
//                                      ^^^^ Fred via Init
void f(Pin *pin) { pin->Init(8); Other::Init(8, 5); }
`,
    {},
    'pin.cpp',
  ));

test('operator new: a passed tag, a fixed one, and the operator of the WDK', async () => {
  await checkSource(
    `
PVOID operator new(size_t size, POOL_TYPE pool, ULONG tag) {
    return ExAllocatePoolZero(pool, size, tag);
    //     ^^^^^^^^^^^^^^^^^^ Bert|Fred
}
PVOID operator new[](size_t size, POOL_TYPE pool) {
    return ExAllocatePoolZero(pool, size, 'deiF');
    //     ^^^^^^^^^^^^^^^^^^ Fied
}
void f() {
    a = new (NonPagedPoolNx, 'derF') CPin(1, 2);
    //  ^^^                  ~~~~~~ Fred via operator new
    b = new (NonPagedPoolNx, 'treB') BYTE[16];
    //  ^^^ Bert via operator new
    c = new (PagedPool) CPin[2];
    //  ^^^ Fied via operator new
    d = new CPin;
}
`,
    {},
    'pin.cpp',
  );
  await checkSource(
    `
void f() {
    a = new (NonPagedPoolNx, 'derF') CPin(1, 2);
    //  ^^^ Fred via operator new
    b = new (std::nothrow) CPin;
}
`,
    {},
    'pin.cpp',
  );
});

test('an inline wrapper in a header serves the files that include it', () =>
  checkSource(
    `
#include "pool.h"
void f(void) { p = ToastAllocate(8, TOAST_TAG); }
//                 ^^^^^^^^^^^^^    ~~~~~~~~~ Fred via ToastAllocate
`,
    {
      'pool.h': `
#define TOAST_TAG 'derF'
static __forceinline PVOID ToastAllocate(_In_ SIZE_T Size, _In_ ULONG Tag)
{
    return ExAllocatePool2(POOL_FLAG_PAGED, Size, Tag);
}
`,
    },
  ));

test('across a project: wrappers in other files, their tags, variables, and the driver tag of KMDF', () =>
  checkProject({
    'pool.c': `
PVOID ToastAllocate(SIZE_T Size, ULONG Tag) { return ExAllocatePool2(POOL_FLAG_PAGED, Size, Tag); }
//                                                   ^^^^^^^^^^^^^^^ Bert|Fred
static PVOID Hidden(ULONG Tag) { return ExAllocatePool2(POOL_FLAG_PAGED, 8, Tag); }
//                                      ^^^^^^^^^^^^^^^ open: parameter 'Tag' of Hidden, which is never called here
ULONG g_DriverTag = 'derF';
`,
    'more.c': `
PVOID ToastDuplicate(PVOID p, ULONG Tag) { return ToastAllocate(8, Tag); }
//                                                ^^^^^^^^^^^^^ Bert via ToastAllocate
`,
    'use.c': `
extern ULONG g_DriverTag;
void f(void) {
    ToastAllocate(8, g_DriverTag);
//  ^^^^^^^^^^^^^    ~~~~~~~~~~~ Fred via ToastAllocate
    ToastDuplicate(p, 'treB');
//  ^^^^^^^^^^^^^^ Bert via ToastDuplicate
    Hidden('xxxx');
    WdfMemoryCreate(a, PagedPool, 0, 8, &m, &b);
//  ^^^^^^^^^^^^^^^ Conf
}
`,
    'entry.c': `
void DriverEntry(void) {
    WDF_DRIVER_CONFIG config;
    config.DriverPoolTag = 'fnoC';
//         ^^^^^^^^^^^^^   ~~~~~~ Conf (bind)
}
`,
  }));

test('wrappers whose bodies are absent, named by a setting; a body at hand says more', async () => {
  const text = `
#include "pool.h"
PVOID PoolAlloc(SIZE_T Size, ULONG Tag);
PVOID Own(ULONG Tag, SIZE_T Size) { return ExAllocatePool2(POOL_FLAG_PAGED, Size, Tag); }
//                                         ^^^^^^^^^^^^^^^ Cleo
void f(ULONG t) {
    p = PoolAlloc(8, 'derF');
    //  ^^^^^^^^^    ~~~~~~ Fred via PoolAlloc
    p = Pool::PoolAlloc(8, t ? 'derF' : 'treB', 1);
    //        ^^^^^^^^^ Bert|Fred via PoolAlloc
    PoolFree(p, t);
//  ^^^^^^^^ open: parameter 't' of f, which is never called here (free) via PoolFree
    p = PoolAlloc(8);
    p = Own('oelC', 8);
    //  ^^^ Cleo via Own
}
`;
  const scanned = scanSource(text, {
    file: '/driver.c',
    module: 'toaster',
    files: treeFiles({}),
    parsers: await parsers(),
    allocators: [
      { name: 'PoolAlloc', tagPosition: 2, role: 'allocate' },
      { name: 'PoolFree', tagPosition: 2, role: 'free' },
      { name: 'Own', tagPosition: 2, role: 'allocate' },
    ],
  });
  assertSites(text, scanned);
});

test('a 0 for KMDF is the tag of the service where no DriverPoolTag is set', async () => {
  const scan = async (
    text: string,
    names: readonly string[],
    isLibrary = false,
  ): Promise<ReturnType<typeof scanSource>> =>
    scanSource(text, {
      file: '/driver.c',
      module: 'toaster',
      files: treeFiles({}),
      parsers: await parsers(),
      services: () => ({ names, isLibrary }),
    });
  const call = 'void f(void) { WdfMemoryCreate(a, PagedPool, 0, 8, &m, &b); }\n';
  const found = (scanned: ReturnType<typeof scanSource>): unknown[] =>
    scanned.sites.map((site) => `${describeSite(site)} ${site.evidence}`);
  assert.deepEqual(found(await scan(call, ['toaster'])), ['toas service-name']);
  assert.deepEqual(found(await scan(call, ['toaster', 'WdfOther'])), ['Othe|toas service-name']);
  assert.deepEqual(
    found(await scan(`void g(void) { WDF_DRIVER_CONFIG c; c.DriverPoolTag = 'derF'; }\n${call}`, ['x'])),
    ['Fred (bind) field', 'Fred field'],
  );
});

test('template arguments that have no say in the tag stand between a name and its arguments', () =>
  checkSource(
    `
template <typename T> T *MakeSized(ULONG Tag, size_t Size) { return (T *)ExAllocatePool2(POOL_FLAG_PAGED, Size, Tag); }
//                                                                       ^^^^^^^^^^^^^^^ Bert|Fred
template <typename T> T *Make(ULONG Tag) { return MakeSized<T>(Tag, sizeof(T)); }
//                                                ^^^^^^^^^ Bert via MakeSized
void f(size_t n) {
    p = MakeSized<Map<int, Pair<char, long>>>('derF', n);
    //  ^^^^^^^^^                             ~~~~~~ Fred via MakeSized
    q = Make<Toast>('treB');
    //  ^^^^        ~~~~~~ Bert via Make
}
`,
    {},
    'toaster.cpp',
  ));

test('a comment between the head and the body of a wrapper holds whatever it likes', () =>
  checkProject({
    'pool.c': `
PVOID PoolGet(ULONG Tag)
/* Allocates; see { ExAllocatePool2 }.
   Tag: the tag; */
// done;
{
    return ExAllocatePool2(64, 8, Tag);
    //     ^^^^^^^^^^^^^^^ Fred
}
`,
    'caller.c': `
void f(void) { PoolGet('derF'); }
//             ^^^^^^^ ~~~~~~ Fred via PoolGet
`,
  }));

test('a placement of other things than a pool and a tag is no allocation with a tag', () =>
  checkSource(
    `
void f(void) {
    p = new (Globals, Attributes) FxItem(Globals);
    p = new (GetGlobals(), NULL) FxItem;
    p = new (NonPagedPoolNx, ITEM_TAG) FxItem;
    //  ^^^ open: 'ITEM_TAG' is not defined in the files at hand via operator new
    p = new (m_Kind, 'derF') FxItem;
    //  ^^^ Fred via operator new
}
`,
    {},
    'driver.cpp',
  ));
