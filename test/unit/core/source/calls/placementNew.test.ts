/** Forms of `new` and of calls that take any number of arguments: which operator is called, and what is left out. */
import { test } from 'node:test';
import { checkSource } from '../annotated';

test('new of arrays apart from plain new, with the default of the form that is called', () =>
  checkSource(
    `
void* operator new(size_t n, POOL_FLAGS flags, ULONG tag = 'tfeD') { return ExAllocatePool2(flags, n, tag); }
//                                                                          ^^^^^^^^^^^^^^^           ~~~ Deft|Fred
void* operator new[](size_t n, POOL_FLAGS flags, ULONG tag = 'yarA') { return ExAllocatePool2(flags, n, tag); }
//                                                                            ^^^^^^^^^^^^^^^           ~~~ Aray|Bert
void f() {
    a = new (POOL_FLAG_PAGED) ns::Thing<int>(1);
    //  ^^^ Deft via operator new
    b = new (POOL_FLAG_PAGED, 'derF') Thing*;
    //  ^^^                   ~~~~~~ Fred via operator new
    c = new (POOL_FLAG_PAGED) ns::Thing<int>[4];
    //  ^^^ Aray via operator new
    d = new (POOL_FLAG_PAGED, 'treB') Thing*[count];
    //  ^^^                   ~~~~~~ Bert via operator new
}
`,
    {},
    'driver.cpp',
  ));

test('packs and ellipses take any number of arguments; what a pack holds is not known', () =>
  checkSource(
    `
void* operator new(size_t n, POOL_TYPE pool, ULONG tag) { return ExAllocatePoolWithTag(pool, n, tag); }
//                                                               ^^^^^^^^^^^^^^^^^^^^^          ~~~ Bert|Fred
template <class T, class... A> T* make(ULONG tag, A&&... a) { return new (PagedPool, tag) T(a...); }
//                                                                   ^^^             ~~~ Bert|Fred via operator new
PVOID AllocLog(SIZE_T n, ULONG tag, PCSTR format, ...) { return ExAllocatePoolWithTag(PagedPool, n, tag); }
//                                                              ^^^^^^^^^^^^^^^^^^^^^               ~~~ Cleo open: 'a...' is not a constant expression
template <class... A> PVOID Forward(A... a) { return AllocLog(a...); }
//                                                   ^^^^^^^^ open: 'a...' is not a constant expression via AllocLog
void f() {
    make<Point>('derF', 1, 2, 3);
//  ^^^^        ~~~~~~ Fred via make
    make<Point>('treB');
//  ^^^^        ~~~~~~ Bert via make
    AllocLog(8, 'oelC', "%d %d", 1, 2);
//  ^^^^^^^^    ~~~~~~ Cleo via AllocLog
}
`,
    {},
    'driver.cpp',
  ));

test("a member's initializer in its class counts beside what constructors and methods put in", () =>
  checkSource(
    `
class Pool {
    ULONG m_tag = 'tfeD';
public:
    Pool() = default;
    explicit Pool(ULONG tag) : m_tag{tag} {}
    PVOID Get(SIZE_T n) { return ExAllocatePoolWithTag(PagedPool, n, m_tag); }
    //                           ^^^^^^^^^^^^^^^^^^^^^               ~~~~~ Deft|Fred
};
class Fixed {
    ULONG m_own{'treB'};
    PVOID Get(SIZE_T n) { return ExAllocatePoolWithTag(PagedPool, n, m_own); }
    //                           ^^^^^^^^^^^^^^^^^^^^^               ~~~~~ Bert
};
void f() { Pool one; Pool two('derF'); }
`,
    {},
    'driver.cpp',
  ));
