/** Constructors that keep a tag: all the ways an object is made count, called by name or not; parameters of lambdas. */
import { test } from 'node:test';
import { checkProject, checkSource } from '../annotated';

const BUFFER = `
class Buffer {
    POOL_TYPE m_pool; ULONG m_tag;
public:
    Buffer(POOL_TYPE pool, ULONG tag) : m_pool(pool), m_tag(tag) {}
    PVOID Get(SIZE_T n) { return ExAllocatePoolWithTag(m_pool, n, m_tag); }
`;

test('members in lists of initializers, further declarators, lists that are returned and passed', () =>
  checkSource(
    `${BUFFER}    //                           ^^^^^^^^^^^^^^^^^^^^^            ~~~~~ Abel|Bert|Cleo|Dora|Emil|Fred|Gabi
};
class Device {
    Buffer m_buffer;
    Buffer m_other{PagedPool, 'treB'};
public:
    Device() : m_buffer(PagedPool, 'derF') {}
};
class Third { int m_other; Third(int other) : m_other(other) {} };
static Buffer Make() { return {PagedPool, 'oelC'}; }
static void Take(int n, Buffer buffer) {}
static void Unrelated(int n, Point point) {}
void f() {
    Take(1, {PagedPool, 'aroD'});
    Unrelated(1, {PagedPool, 'xxxx'});
    Buffer a(PagedPool, 'limE'), b(PagedPool, 'ibaG');
    auto c = wil::make_unique<Buffer>(PagedPool, 'lebA');
}
`,
    {},
    'driver.cpp',
  ));

test('an object that a function makes of the class leaves the tag open', () =>
  checkSource(
    `${BUFFER}    //                           ^^^^^^^^^^^^^^^^^^^^^            ~~~~~ Fred open: what Allocate makes a Buffer of is not seen
};
void f(Pool* pool) {
    Buffer a(PagedPool, 'derF');
    auto b = Allocate<Buffer>(pool);
    auto c = static_cast<Buffer*>(b);
}
`,
    {},
    'driver.cpp',
  ));

test('constructors that a class inherits, in another file', () =>
  checkProject({
    'buffer.h': `${BUFFER}    //                           ^^^^^^^^^^^^^^^^^^^^^            ~~~~~ Bert|Fred
};
class Derived : public Buffer { public: using Buffer::Buffer; };
`,
    'driver.cpp': `
#include "buffer.h"
void f() { Derived a(PagedPool, 'derF'); Buffer b{PagedPool, 'treB'}; }
`,
  }));

test('parameters of lambdas get what the variable is called with, or the call on the spot', () =>
  checkSource(
    `
void f() {
    auto alloc = [](SIZE_T n, ULONG tag) { return ExAllocatePoolWithTag(PagedPool, n, tag); };
    //                                            ^^^^^^^^^^^^^^^^^^^^^               ~~~ Bert|Fred
    alloc(8, 'derF');
    alloc(8, 'treB');
    [&](ULONG tag) { return ExAllocatePoolWithTag(PagedPool, 8, tag); }('oelC');
    //                      ^^^^^^^^^^^^^^^^^^^^^               ~~~ Cleo
    auto handed = [](ULONG tag) { return ExAllocatePoolWithTag(PagedPool, 8, tag); };
    //                                   ^^^^^^^^^^^^^^^^^^^^^               ~~~ open: what the lambda is called with for 'tag' is not seen
    handed('aroD');
    Run(handed);
    Run([](ULONG tag) { return ExAllocatePoolWithTag(PagedPool, 8, tag); });
    //                         ^^^^^^^^^^^^^^^^^^^^^               ~~~ open: what the lambda is called with for 'tag' is not seen
}
`,
    {},
    'driver.cpp',
  ));

test('specializations of variables and classes, also where they stand in another file than the template', () =>
  checkProject({
    'traits.h': `
template <typename T> struct TagOf { static constexpr ULONG value = 'tfeD'; };
template <typename T> constexpr ULONG tag_of = 'rehO';
template <> constexpr ULONG tag_of<int> = 'tnIT';
template <typename T> T* Make() { return (T*)ExAllocatePool2(POOL_FLAG_PAGED, sizeof(T), TagOf<T>::value); }
//                                           ^^^^^^^^^^^^^^^                             ~~~~~~~~~~~~~~~ Deft|Fred
`,
    'driver.cpp': `
#include "traits.h"
struct One { int a; };
struct Two { int a; };
template <> struct TagOf<One> { static constexpr ULONG value = 'derF'; };
void f() {
    a = Make<One>();
    //  ^^^^ Fred via Make
    b = Make<Two>();
    //  ^^^^ Deft via Make
    c = ExAllocatePool2(POOL_FLAG_PAGED, 8, tag_of<int>);
    //  ^^^^^^^^^^^^^^^                     ~~~~~~~~~~~ TInt
    d = ExAllocatePool2(POOL_FLAG_PAGED, 8, tag_of<char>);
    //  ^^^^^^^^^^^^^^^                     ~~~~~~~~~~~~ Oher
    e = ExAllocatePool2(POOL_FLAG_PAGED, 8, tag_of<NUMBER>);
    //  ^^^^^^^^^^^^^^^                     ~~~~~~~~~~~~~~ Oher|TInt
}
`,
  }));

test('objects without a name, and lists assigned to one, put their tags into the member', () =>
  checkSource(
    `
struct Settings { ULONG size; ULONG tag; };
struct Outer { ULONG x; Settings inner; };
static PVOID Get(const Settings& settings) { return ExAllocatePoolWithTag(PagedPool, settings.size, settings.tag); }
//                                                  ^^^^^^^^^^^^^^^^^^^^^                           ~~~~~~~~~~~~ Bert|Cleo|Dora|Emil|Fred
static Outer outer = { .x = 1, .inner = { .size = 2, .tag = 'oelC' } };
void f() {
    Get({ .size = 4, .tag = 'derF' });
    Get(Settings{ 4, 'treB' });
    Settings settings;
    settings = { 1, 'aroD' };
    settings = Settings{ .size = 1, .tag = 'limE' };
}
`,
    {},
    'driver.cpp',
  ));

test('a list without names that is passed on leaves the tag open', () =>
  checkSource(
    `
struct Settings { ULONG size; ULONG tag; };
static PVOID Get(int n, const Settings& settings) { return ExAllocatePoolWithTag(PagedPool, n, settings.tag); }
//                                                         ^^^^^^^^^^^^^^^^^^^^^               ~~~~~~~~~~~~ Fred open: member 'tag' may be set in a list that is passed on
void f() {
    Get(1, Settings{ 4, 'derF' });
    Get(2, { 4, 'treB' });
}
`,
    {},
    'driver.cpp',
  ));
