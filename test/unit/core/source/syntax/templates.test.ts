/** Templates whose arguments are tags: functions, methods, operators and constructors of them, aliases and derived classes. */
import { test } from 'node:test';
import { checkProject, checkSource } from '../annotated';

test('a template function and a method of a class template, called with the tag or through an alias', () =>
  checkSource(
    `
template <ULONG T> struct Pool {
    static void* Alloc(SIZE_T n) { return ExAllocatePool2(POOL_FLAG_PAGED, n, T); }
    //                                    ^^^^^^^^^^^^^^^ Bert|Cleo|Dora|Fred
    static void Free(void* p);
};
template <ULONG T> void Pool<T>::Free(void* p) { ExFreePoolWithTag(p, T); }
//                                               ^^^^^^^^^^^^^^^^^ Bert|Cleo|Dora|Fred (free)
template <ULONG T> void* Make(SIZE_T n) { return ExAllocatePool2(POOL_FLAG_PAGED, n, T); }
//                                               ^^^^^^^^^^^^^^^ Fred
using Fixed = Pool<'treB'>;
typedef Pool<'oelC'> Named;
class Derived : public Pool<'aroD'> { void f() {
    p = Alloc(8);
    //  ^^^^^ Dora via Alloc
} };
void f() {
    p = Pool<'derF'>::Alloc(8);
    //                ^^^^^ Fred via Alloc
    p = Fixed::Alloc(8);
    //         ^^^^^ Bert via Alloc
    Named named;
    p = named.Alloc(8);
    //        ^^^^^ Cleo via Alloc
    p = Derived::Alloc(8);
    //           ^^^^^ Dora via Alloc
    Fixed::Free(p);
    //     ^^^^ Bert (free) via Free
    p = Make<'derF'>(8);
    //  ^^^^ ~~~~~~ Fred via Make
    p = Unrelated::Alloc(8);
}
`,
    {},
    'driver.cpp',
  ));

test('new of classes that derive from a template with a tag, directly or through another template', () =>
  checkProject({
    'alloc.h': `
template <typename X, ULONG T = 'tfeD'> class Tagged {
public:
    void* operator new(size_t n) { return ExAllocatePool2(POOL_FLAG_PAGED, n, T); }
    //                                    ^^^^^^^^^^^^^^^ Bert|Deft|Fred
    void* operator new(size_t n, POOL_TYPE pool) { return ExAllocatePoolZero(pool, n, T); }
    //                                                    ^^^^^^^^^^^^^^^^^^ Bert|Deft|Fred
};
template <ULONG Own> class Middle : public Tagged<int, Own> {};
class Fred : public Tagged<Fred, 'derF'> {};
class Plain : public Tagged<Plain> {};
class Bert final : private Other, public Middle<'treB'> {};
`,
    'driver.cpp': `
#include "alloc.h"
void f() {
    p = new Fred();
    //  ^^^ Fred via operator new
    p = new (PagedPool) Fred(1, 2);
    //  ^^^ Fred via operator new
    p = new Plain;
    //  ^^^ Deft via operator new
    p = new (PagedPool) Bert{};
    //  ^^^ Bert via operator new
    p = new Elsewhere;
}
`,
  }));

test('constructors that allocate with the tag of their class', () =>
  checkSource(
    `
namespace lib {
template <ULONG T> class Buffer : public Handle<void*> {
public:
    enum { tag = T };
    Buffer(POOL_TYPE pool, SIZE_T n) : Handle(ExAllocatePoolZero(pool, n, tag)) {}
    //                                        ^^^^^^^^^^^^^^^^^^ Bert|Fred
    explicit Buffer(void* p);
};
}
using Buffer = lib::Buffer<'derF'>;
using Other = lib::Buffer<'treB'>;
void f() {
    Buffer one(PagedPool, 8);
//  ^^^^^^ Fred via Buffer
    g(Other(PagedPool, 8));
//    ^^^^^ Bert via Other
    auto two = Other{PagedPool, 8};
    //         ^^^^^ Bert via Other
    Buffer given(p);
    Buffer(one.release());
    Buffer empty;
    ExFreePoolWithTag(p, Buffer::tag);
//  ^^^^^^^^^^^^^^^^^    ~~~~~~~~~~~ Fred (free)
}
`,
    {},
    'driver.cpp',
  ));

test('two aliases of one name in two drivers over a shared template', () =>
  checkProject({
    'lib.h': `
template <ULONG T> struct Pool { static void* Alloc() { return ExAllocatePool2(POOL_FLAG_PAGED, 8, T); } };
//                                                             ^^^^^^^^^^^^^^^ Bert|Fred
`,
    'one.h': '#include "lib.h"\nusing Own = Pool<\'derF\'>;\n',
    'two.h': '#include "lib.h"\nusing Own = Pool<\'treB\'>;\n',
    'one.cpp': `
#include "one.h"
void f() { Own::Alloc(); }
//              ^^^^^ Fred via Alloc
`,
    'two.cpp': `
#include "two.h"
void g() { Own::Alloc(); }
//              ^^^^^ Bert via Alloc
`,
  }));

test('default arguments of functions, from a declaration elsewhere or from the definition', () =>
  checkProject({
    'pool.h': `
#define POOL_TAG 'derF'
void *Allocate(SIZE_T size, ULONG tag = POOL_TAG);
struct Helper { static void *Get(int, ULONG tag = 'treB'); };
`,
    'pool.cpp': `
#include "pool.h"
void *Allocate(SIZE_T size, ULONG tag) { return ExAllocatePool2(POOL_FLAG_PAGED, size, tag); }
//                                              ^^^^^^^^^^^^^^^ Bert|Cleo|Fred
void *Helper::Get(int n, ULONG tag) { return Allocate(n, tag); }
//                                           ^^^^^^^^ Bert via Allocate
`,
    'driver.cpp': `
#include "pool.h"
void f() {
    p = Allocate(8);
    //  ^^^^^^^^ Fred via Allocate
    p = Allocate(8, 'oelC');
    //  ^^^^^^^^ Cleo via Allocate
    p = Helper::Get(8);
    //          ^^^ Bert via Get
}
`,
  }));
