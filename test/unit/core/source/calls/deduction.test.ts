/** Arguments of templates that no call writes: deduced from types, and tags that are members of types passed in. */
import { test } from 'node:test';
import { checkProject, checkSource } from '../annotated';

const HOLDER = `
template <typename T, ULONG Tag = 'tfeD'> struct Holder { T* p; };
`;

test('a tag deduced from a variable, a member, a global, what is derived, and an object made in the call', () =>
  checkSource(
    `${HOLDER}
template <typename T, ULONG Tag> T* Alloc(const Holder<T, Tag>& holder, int flags) {
    return (T*)ExAllocatePoolWithTag(NonPagedPool, sizeof(T), Tag);
    //         ^^^^^^^^^^^^^^^^^^^^^                          ~~~ Abel|Bert|Cleo|Deft|Dora|Emil|Fred|Gus |Hans
}
using Named = Holder<int, 'treB'>;
class Derived : public Holder<char, 'oelC'> {};
static Holder<int, 'aroD'> g_holder;
struct Device {
    Holder<int, 'limE'> m_holder;
    void Go() { Alloc(m_holder, 1); Alloc(this->m_holder, 2); }
    //          ^^^^^ Emil via Alloc
    //                              ^^^^^ Emil via Alloc
};
void f(Device* device, Holder<int, 'snaH'>* passed) {
    Holder<int, 'derF'> holder;
    Alloc(holder, 1);
//  ^^^^^ Fred via Alloc
    Named named;
    Alloc(named, 1);
//  ^^^^^ Bert via Alloc
    Alloc(*&named, 1);
//  ^^^^^ Bert via Alloc
    Derived derived;
    Alloc(derived, 1);
//  ^^^^^ Cleo via Alloc
    Alloc(g_holder, 1);
//  ^^^^^ Dora via Alloc
    Alloc(device->m_holder, 1);
//  ^^^^^ Emil via Alloc
    Alloc(*passed, 1);
//  ^^^^^ Hans via Alloc
    Holder<int> plain;
    Alloc(plain, 1);
//  ^^^^^ Deft via Alloc
    auto made = Holder<int, ' suG'>();
    Alloc(made, 1);
//  ^^^^^ Gus  via Alloc
    Alloc(Holder<int, 'lebA'>{}, 1);
//  ^^^^^ Abel via Alloc
}
`,
    {},
    'driver.cpp',
  ));

test('beside a written argument a call whose types are not seen leaves the tag open', () =>
  checkSource(
    `${HOLDER}
template <typename T, ULONG Tag> T* Alloc(Holder<T, Tag>* holder) {
    return (T*)ExAllocatePoolWithTag(NonPagedPool, sizeof(T), Tag);
    //         ^^^^^^^^^^^^^^^^^^^^^ Fred open: template argument 'Tag' of Alloc is deduced from a type that is not seen
}
void f(Unknown* other) {
    Holder<int, 'treB'> holder;
    Alloc<int, 'derF'>(other->holder);
//  ^^^^^      ~~~~~~ Fred via Alloc
    Alloc(other->Find());
//  ^^^^^ open: template argument 'Tag' of Alloc is deduced from a type that is not seen via Alloc
}
void g() {
    // Of another function's variable nothing is said here.
    Alloc(holder);
//  ^^^^^ open: template argument 'Tag' of Alloc is deduced from a type that is not seen via Alloc
}
`,
    {},
    'driver.cpp',
  ));

test('the tag of a type that is passed in, in the files of those who pass it', () =>
  checkProject({
    'traits.h': `
struct Defaults { static constexpr ULONG Tag = 'tfeD'; };
template <class Traits> struct Pool {
    static void* Get(SIZE_T n) { return ExAllocatePoolWithTag(NonPagedPool, n, Traits::Tag); }
    //                                  ^^^^^^^^^^^^^^^^^^^^^                  ~~~~~~~~~~~ Bert|Deft|Fred
};
template <class T> void* Make(T* object) { return ExAllocatePool2(POOL_FLAG_PAGED, 8, T::Tag); }
//                                                ^^^^^^^^^^^^^^^                     ~~~~~~ Cleo
`,
    'one.cpp': `
#include "traits.h"
struct Mine { static constexpr ULONG Tag = 'derF'; };
void f() {
    p = Pool<Mine>::Get(8);
    //              ^^^ Fred via Get
    q = Pool<Defaults>::Get(8);
    //                  ^^^ Deft via Get
}
`,
    'two.cpp': `
#include "traits.h"
struct Mine { enum { Tag = 'treB' }; };
class Device { public: static const ULONG Tag = 'oelC'; };
void g(Device* device) {
    p = Pool<Mine>::Get(8);
    //              ^^^ Bert via Get
    q = Make(device);
    //  ^^^^ Cleo via Make
}
`,
  }));

test('what all objects of a class share, read through one of them', () =>
  checkSource(
    `
template <ULONG Tag> struct pool_tag { enum { value = Tag }; };
template <ULONG Tag> void close_handle(void* p, pool_tag<Tag> tag) { ExFreePoolWithTag(p, tag.value); }
//                                                                   ^^^^^^^^^^^^^^^^^    ~~~~~~~~~ Fred (free)
struct Other { ULONG value; };
void f(void* p) { close_handle(p, pool_tag<'derF'>()); }
//                ^^^^^^^^^^^^ Fred (free) via close_handle
`,
    {},
    'driver.cpp',
  ));

test('requirements, operators outside of their class, templates in an alias of another one', () =>
  checkSource(
    `
template <class T> concept Small = sizeof(T) < 64;
template <Small T, ULONG Tag> requires (Tag != 0) && Small<T> T* Make() {
    return (T*)ExAllocatePool2(POOL_FLAG_PAGED, sizeof(T), Tag);
    //         ^^^^^^^^^^^^^^^                             ~~~ Fred
}
template <POOL_TYPE Pool, ULONG Tag> class Base { public: void* operator new(size_t size); };
template <POOL_TYPE Pool, ULONG Tag> inline void* Base<Pool, Tag>::operator new(size_t size) {
    return ExAllocatePoolWithTag(Pool, size, Tag);
    //     ^^^^^^^^^^^^^^^^^^^^^             ~~~ Bert
}
class Device : public Base<PagedPool, 'treB'> {};
template <class T, ULONG Tag> class allocator { public: T* allocate(SIZE_T n) {
    return (T*)ExAllocatePool2(POOL_FLAG_PAGED, n, Tag);
    //         ^^^^^^^^^^^^^^^                     ~~~ Cleo|Dora
} };
template <class T, class A> class vec { A a; };
template <class T, ULONG Tag> using vector = vec<T, allocator<T, Tag>>;
void f() {
    Make<int, 'derF'>();
//  ^^^^      ~~~~~~ Fred via Make
    Device* device = new Device;
    //               ^^^ Bert via operator new
}
void g() {
    vector<int, 'oelC'> one;
    vector<int, 'aroD'> two;
}
`,
    {},
    'driver.cpp',
  ));
