/** Allocators called through pointers: variables, members, tables, parameters, and routines the system is asked for by name. */
import { test } from 'node:test';
import { checkProject, checkSource } from '../annotated';

const TWO = (near: string, far: string): string => `
static void *Near(SIZE_T n, ULONG t) { return ExAllocatePool2(POOL_FLAG_PAGED, n, t); }
//                                            ^^^^^^^^^^^^^^^ ${near}
static void *Far(SIZE_T n, ULONG t) { return ExAllocatePool2(POOL_FLAG_PAGED, n, t); }
//                                           ^^^^^^^^^^^^^^^ ${far}
`;
const UNSEEN = (name: string): string => `open: what ${name} is called with through a pointer is not seen`;

test('a variable of the project, filled in one file and called in another', () =>
  checkProject({
    'pool.h': 'typedef void *(*PALLOC)(SIZE_T n, ULONG tag);\nextern PALLOC g_Alloc;\n',
    'entry.c': `
#include "pool.h"
${TWO('Bert|Cleo|Fred', 'Bert|Cleo')}
PALLOC g_Alloc;
void DriverEntry(void) { g_Alloc = IsNew() ? Near : &Far; }
void own(void) { p = Near(8, 'derF'); }
//                   ^^^^ Fred via Near
`,
    'use.c': `
#include "pool.h"
void f(void) {
    if (g_Alloc != NULL) p = g_Alloc(8, 'treB');
    //                       ^^^^^^^ Bert via g_Alloc
    p = (*g_Alloc)(8, 'oelC');
    //    ^^^^^^^ Cleo via g_Alloc
}
`,
  }));

test('who copies the pointer, passes it on or hands it out is followed, or leaves it open', async () => {
  await checkSource(`
${TWO('Bert|Fred', `${UNSEEN('Far')}; ${UNSEEN('Lent').slice(6)}`)}
static PALLOC Pointer = Near;
static PALLOC Lent = Far;
void f(void) {
    PALLOC copy = Pointer;
    p = copy(8, 'derF');
    //  ^^^^ Fred via copy
    p = Pointer(8, 'treB');
    //  ^^^^^^^ Bert via Pointer
    Register(Lent);
}
`);
  await checkSource(`
${TWO('Bert', `Bert ${UNSEEN('Other')}`)}
static PALLOC Pointer = Near;
static PALLOC Other = Far;
void f(void) {
    p = Pointer(8, 'treB');
    //  ^^^^^^^ Bert via Pointer
    p = Other(8, 'treB');
    //  ^^^^^ Bert via Other
    Query(&Other);
}
PALLOC g(void) { return Pointer == NULL ? NULL : NULL; }
`);
});

test('members of a structure: by name, by position, assigned, through a parameter of a helper', () =>
  checkProject({
    'ops.h': `
typedef struct _OPS { ULONG Size; void *(*Allocate)(SIZE_T n, ULONG tag); PALLOC Spare; } OPS, *POPS;
typedef struct _OTHER { void *(*Allocate)(SIZE_T n, ULONG flags); } OTHER;
typedef struct _POOL { const OPS *Ops; } POOL;
#define TAKE(pool, n, t) ((pool)->Ops->Allocate((n), (t)))
//                                     ^^^^^^^^ Cleo via Allocate
void InitOps(POPS ops, PALLOC allocate);
`,
    'fill.c': `
#include "ops.h"
${TWO('Bert|Cleo|Fred', 'Bert|Cleo|Fred')}
static const OPS Named = { .Size = 4, .Allocate = Near };
static OPS Listed[] = { { 4, Far, 0 } };
void InitOps(POPS ops, PALLOC allocate) { ops->Allocate = allocate; }
void f(POPS ops) {
    InitOps(ops, Near);
    p = Named.Allocate(8, 'derF');
    //        ^^^^^^^^ Fred via Allocate
    p = Listed[0].Allocate(8, 'treB');
    //            ^^^^^^^^ Bert via Allocate
}
`,
    'use.c': `
#include "ops.h"
void g(POOL *pool, OTHER *other) {
    p = TAKE(pool, 8, 'oelC');
    //  ^^^^ Cleo via TAKE
    p = other->Allocate(8, 'enoN');
}
`,
  }));

test('a call whose structure is not seen may be of any of them', () =>
  checkSource(`
${TWO("Fred open: which structure's Allocate is called is not seen", UNSEEN('Far'))}
typedef struct _OPS { PALLOC Allocate; } OPS;
typedef struct _ANY { PALLOC Allocate; } ANY;
static OPS Own = { Near };
static UNKNOWN Foreign = { Far };
void f(void) {
    p = Own.Allocate(8, 'derF');
    //      ^^^^^^^^ Fred via Allocate
    p = Find()->Allocate(8, 'treB');
}
`));

test('tables, and parameters of functions that call what they are given', () =>
  checkSource(`
${TWO('Bert|Cleo|Fred', 'Bert|Fred')}
static void *(*Table[])(SIZE_T, ULONG) = { Near, Far };
static void *Each(PALLOC fn, SIZE_T n, ULONG tag) { if (fn == NULL) fn = Near; return fn(n, tag); }
//                                                                                    ^^ Cleo via fn
void f(int i) {
    p = Table[i](8, 'derF');
    //  ^^^^^ Fred via Table
    p = (*Table[1])(8, 'treB');
    //    ^^^^^ Bert via Table
    p = Each(Near, 8, 'oelC');
    //  ^^^^ Cleo via Each
}
`));

test('a local pointer means nothing in another function', () =>
  checkSource(`
${TWO('Fred', 'Fred')}
void f(int i) {
    void *(*alloc)(SIZE_T, ULONG) = Near;
    if (i) alloc = Far;
    p = alloc(8, 'derF');
    //  ^^^^^ Fred via alloc
}
void g(PALLOC alloc) { p = alloc(8, 'treB'); }
`));

test("a lookaside list calls its functions with the list's tag", () =>
  checkSource(`
static void *Own(POOL_TYPE type, SIZE_T n, ULONG t) { return ExAllocatePoolWithTag(type, n, t); }
//                                                           ^^^^^^^^^^^^^^^^^^^^^ Fred
static void *OwnEx(POOL_TYPE type, SIZE_T n, ULONG t, PLOOKASIDE_LIST_EX l) { return ExAllocatePoolWithTag(n, n, type); }
//                                                                                   ^^^^^^^^^^^^^^^^^^^^^ ${UNSEEN('OwnEx')}
void f(void) {
    ExInitializeNPagedLookasideList(&a, Own, NULL, 0, 64, 'derF', 0);
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Fred (bind)
    ExInitializeLookasideListEx(&b, OwnEx, NULL, NonPagedPoolNx, 0, 64, 'treB', 0);
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^ Bert (bind)
}
`));

test('routines that the system is asked for by name', () =>
  checkProject({
    'import.h': 'extern PALLOCATE pAllocate;\n',
    'import.c': `
#include "import.h"
PALLOCATE pAllocate;
static PFREE pFree;
static PALLOCATE pOther;
static const IMPORT Imports[] = { { L"ExAllocatePool3", &pThird }, { L"ExFreePoolWithTag", (PVOID *)&pFree } };
void DriverEntry(void) {
    UNICODE_STRING name, constant = RTL_CONSTANT_STRING(L"ExAllocatePoolWithTag");
    RtlInitUnicodeString(&name, L"ExAllocatePool2");
    pAllocate = (PALLOCATE)MmGetSystemRoutineAddress(&name);
    RtlInitUnicodeString(&name, L"ZwClose");
    pClose = (PCLOSE)MmGetSystemRoutineAddress(&name);
    pOther = (PALLOCATE)MmGetSystemRoutineAddress(&constant);
    pClose(1, 2, 'enoN');
}
void f(void) {
    p = pOther(PagedPool, 8, 'oelC');
    //  ^^^^^^ Cleo via pOther
    pFree(p, 'oelC');
//  ^^^^^ Cleo (free) via pFree
}
`,
    'use.c': `
#include "import.h"
void g(void) {
    p = pAllocate ? pAllocate(POOL_FLAG_PAGED, 8, 'derF') : ExAllocatePoolWithTag(PagedPool, 8, 'treB');
    //              ^^^^^^^^^ Fred via pAllocate
    //                                                      ^^^^^^^^^^^^^^^^^^^^^ Bert
}
`,
  }));

test('a call through a member in a lambda outside of functions: what it passes on is not known', () =>
  checkSource(
    `
typedef struct { void *(*Alloc)(SIZE_T, ULONG); } OPERATIONS;
static void *Own(SIZE_T n, ULONG tag) { return ExAllocatePool2(POOL_FLAG_PAGED, n, tag); }
//                                             ^^^^^^^^^^^^^^^ Fred open: 'tag' is not defined in the files at hand
static OPERATIONS Operations = { Own };
static auto lambda = [](SIZE_T n, ULONG tag) -> void * { return Operations.Alloc(n, tag); };
//                                                                         ^^^^^ open: 'tag' is not defined in the files at hand via Alloc
void f(void) {
    p = Operations.Alloc(8, 'derF');
    //             ^^^^^ Fred via Alloc
}
`,
    {},
    'driver.cpp',
  ));
