/** Tags that come in where no call of the function's name shows it: through pointers, other files, macros, overrides. */
import { test } from 'node:test';
import { checkProject, checkSource } from '../annotated';

test('a static pointer that holds one function is that function; any other pointer leaves its parameter open', () =>
  checkSource(`
static void *Near(SIZE_T n, ULONG t) { return ExAllocatePool2(POOL_FLAG_PAGED, n, t); }
//                                            ^^^^^^^^^^^^^^^ Bert|Fred
static void *Far(SIZE_T n, ULONG t) { return ExAllocatePool2(POOL_FLAG_PAGED, n, t); }
//                                           ^^^^^^^^^^^^^^^ Bert open: what Far is called with through a pointer is not seen
static PALLOC Pointer = Near;
static OPERATIONS Table = { Far, 0 };
#define TAKE(n, t) Pointer(n, t)
//                 ^^^^^^^ Fred via Pointer
void f(void) {
    p = Pointer(8, 'treB');
    //  ^^^^^^^ Bert via Pointer
    p = TAKE(8, 'derF');
    //  ^^^^ Fred via TAKE
    p = Far(8, 'treB');
    //  ^^^ Bert via Far
}
`));

test('a variable has what functions of other files put into it', () =>
  checkProject({
    'tags.h': 'extern ULONG g_Tag;\nextern ULONG g_Bare;\n',
    'own.c': `
#include "tags.h"
ULONG g_Tag = 'derF';
ULONG g_Bare;
void f(void) {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, g_Tag);
    //  ^^^^^^^^^^^^^^^ Bert|Fred
}
`,
    'other.c': `
#include "tags.h"
void set(void) { g_Tag = 'treB'; g_Bare = 'eraB'; }
`,
    'third.c': `
#include "tags.h"
void g(void) {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, g_Bare);
    //  ^^^^^^^^^^^^^^^ Bare
}
`,
  }));

test('of a macro that another header defines twice the branch that is taken counts', () =>
  checkProject({
    'alloc.h': `
#if 0
#define ALLOC(n, t) ExAllocatePool2(POOL_FLAG_PAGED, n, 'ffO0')
//                  ^^^^^^^^^^^^^^^ 0Off
#else
#define ALLOC(n, t) ExAllocatePool2(POOL_FLAG_PAGED, n, t)
//                  ^^^^^^^^^^^^^^^ Fred
#endif
#define PASTED(n, name) ExAllocatePool2(POOL_FLAG_PAGED, n, name##_TAG)
//                      ^^^^^^^^^^^^^^^ open: 'name##_TAG' is not a constant expression
`,
    'use.h': `
static inline void *Use(SIZE_T n) { return ALLOC(n, 'derF'); }
//                                         ^^^^^ Fred via ALLOC
static inline void *Paste(SIZE_T n) { return PASTED(n, OWN); }
//                                           ^^^^^^ open: what tag PASTED makes is not known here via PASTED
`,
    'a.c': '#include "alloc.h"\n#include "use.h"\n',
  }));

test('a function that turns out to pass a second parameter on', () =>
  checkSource(`
static void *Late(ULONG t) { return ExAllocatePool2(POOL_FLAG_PAGED, 8, t); }
//                                  ^^^^^^^^^^^^^^^ Fred
static void both(ULONG one, ULONG two) {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, two);
    //  ^^^^^^^^^^^^^^^ Bert
    p = Late(one);
    //  ^^^^ Fred via Late
}
void f(void) {
    both('derF', 'treB');
//  ^^^^ Bert|Fred via both
}
`));

test('methods of a structure, an override, an inner namespace of the same name, template arguments in a macro', () =>
  checkSource(
    `
namespace Outer { namespace Inner { constexpr ULONG Tag = 'nnI0'; } constexpr ULONG Tag = 'tuO0'; }
struct Base { virtual ULONG Tag() const { return 'saB0'; } };
struct Derived : Base {
    ULONG Tag() const override { return 'reD0'; }
    void *Make(ULONG t) { return ExAllocatePool2(POOL_FLAG_PAGED, 8, t); }
    //                           ^^^^^^^^^^^^^^^ Fred
};
template <ULONG T> void *Pool(SIZE_T n) { return ExAllocatePool2(POOL_FLAG_PAGED, n, T); }
//                                               ^^^^^^^^^^^^^^^ Bert
#define POOL(n) Pool<'treB'>(n)
//              ^^^^ Bert via Pool
void f(Derived *d) {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Outer::Tag);
    //  ^^^^^^^^^^^^^^^ 0Out
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Tag());
    //  ^^^^^^^^^^^^^^^ 0Bas|0Der
    p = d->Make('derF');
    //     ^^^^ Fred via Make
}
`,
    {},
    'driver.cpp',
  ));
