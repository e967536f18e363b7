/** Tags made by the project's own functions, literal operators, templates, and read out of constant arrays and texts. */
import { test } from 'node:test';
import { checkSource } from '../annotated';

const driver = (text: string): Promise<void> => checkSource(text, {}, 'driver.cpp');

test('functions that compute a tag of constants', () =>
  driver(`
constexpr ULONG Spelled(const char (&s)[5]) { return s[0] | s[1] << 8 | s[2] << 16 | s[3] << 24; }
inline ULONG Reversed(ULONG v) { return (v & 0xff) << 24 | (v & 0xff00) << 8 | (v >> 8 & 0xff00) | v >> 24; }
consteval ULONG operator""_tag(const char* s, size_t n) { return n == 4 ? Spelled(s) : 0; }
constexpr ULONG Looped(const char* s) {
    ULONG tag = 0;
    for (int at = 0; at < 4; ++at) {
        if (s[at] == ' ') tag |= '_' << 8 * at;
        else tag |= s[at] << (8 * at);
    }
    return tag;
}
template <char a, char b, char c, char d> constexpr ULONG Made() { return a | b << 8 | c << 16 | d << 24; }
constexpr ULONG Endless(ULONG v) { while (true) v += 1; return v; }
ULONG Hashed(const char* s) { ULONG h = 0; while (*s) h = h * 33 + *s++; return h; }
ULONG Passed(ULONG v) { return v; }
void f(ULONG given) {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Spelled("Fred"));
    //  ^^^^^^^^^^^^^^^                     ~~~~~~~~~~~~~~~ Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Reversed('Fred'));
    //  ^^^^^^^^^^^^^^^ Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, "Fred"_tag);
    //  ^^^^^^^^^^^^^^^                     ~~~~~~~~~~ Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Looped("Fr d"));
    //  ^^^^^^^^^^^^^^^ Fr_d
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Made<'F', 'r', 'e', 'd'>());
    //  ^^^^^^^^^^^^^^^                     ~~~~~~~~~~~~~~~~~~~~~~~~~~ Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Endless(1));
    //  ^^^^^^^^^^^^^^^ open: computed at run time by Endless
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Hashed(__FUNCTION__));
    //  ^^^^^^^^^^^^^^^ open: computed at run time by Hashed
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Passed(given));
    //  ^^^^^^^^^^^^^^^ open: parameter 'given' of f, which is never called here
}
`));

test('members of templates and variable templates, with the arguments of the use', () =>
  driver(`
template <char a, char b, char c, char d> struct Tag {
    enum { value = a | b << 8 | c << 16 | d << 24 };
    static constexpr ULONG number = a | b << 8 | c << 16 | d << 24;
};
template <ULONG T, ULONG Other = 'treB'> struct Pool { enum { tag = T, other = Other }; };
template <ULONG T> constexpr ULONG Swapped = _byteswap_ulong(T);
namespace first { template <ULONG T> class Base { public: static const ULONG tag = T; }; }
class Derived : public first::Base<'oelC'> {};
using Fixed = Pool<'derF'>;
typedef Pool<'aroD', 'imE '> Named;
void f() {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Tag<'F', 'r', 'e', 'd'>::value);
    //  ^^^^^^^^^^^^^^^ Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Tag<'B', 'e', 'r', 't'>::number);
    //  ^^^^^^^^^^^^^^^ Bert
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Fixed::tag);
    //  ^^^^^^^^^^^^^^^ Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Fixed::other);
    //  ^^^^^^^^^^^^^^^ Bert
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Named::tag);
    //  ^^^^^^^^^^^^^^^ Dora
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Derived::tag);
    //  ^^^^^^^^^^^^^^^ Cleo
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Swapped<'Fred'>);
    //  ^^^^^^^^^^^^^^^ Fred
}
`));

test('a name means the member of the class in front of it, or of the class it is used in', () =>
  driver(`
namespace one { const ULONG Tag = 'enO1'; }
class First { static const ULONG Tag = 'derF'; void f(); void g() {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Tag);
    //  ^^^^^^^^^^^^^^^ Fred
} };
class Second { public: static const ULONG Tag; void f(); };
const ULONG Second::Tag = 'treB';
ULONG Third::Tag { 'oelC' };
enum class Tags : ULONG { Tag = 'aroD', Next };
void Second::f() {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Tag);
    //  ^^^^^^^^^^^^^^^ Bert
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, First::Tag);
    //  ^^^^^^^^^^^^^^^ Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Third::Tag);
    //  ^^^^^^^^^^^^^^^ Cleo
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, (ULONG)Tags::Next);
    //  ^^^^^^^^^^^^^^^ Eora
}
void h() {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, one::Tag);
    //  ^^^^^^^^^^^^^^^ 1One
}
`));

test('constant arrays and texts, read by their elements or as a number', () =>
  driver(String.raw`
static const ULONG Table[] = { 'derF', 'treB' };
const char Name[] = "Fred";
static const char Short[] = { "Ber" };
ULONG Filled[2] = { 'derF', 'treB' };
void f(int at) {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Table[1]);
    //  ^^^^^^^^^^^^^^^ Bert
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Table[at]);
    //  ^^^^^^^^^^^^^^^ Bert|Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Filled[0]);
    //  ^^^^^^^^^^^^^^^ open: an element of an array that is filled at run time
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, *(ULONG*)Name);
    //  ^^^^^^^^^^^^^^^ Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, *(const ULONG *)Short);
    //  ^^^^^^^^^^^^^^^ Ber\x00
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, *(PULONG)L"Fr");
    //  ^^^^^^^^^^^^^^^ F\x00r\x00
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, *(PULONG)"Fr");
    //  ^^^^^^^^^^^^^^^ open: read past the end of a text
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, *(PULONG64)"Fredrick");
    //  ^^^^^^^^^^^^^^^ open: read through a pointer of type 'PULONG64'
}
`));

test('which way round depends on the byte order the headers state', () =>
  checkSource(`
#if REG_DWORD == REG_DWORD_BIG_ENDIAN
#define Be32ToCpu(x) (x)
#else
#define Be32ToCpu(x) RtlUlongByteSwap(x)
#endif
#define MEMORY_TAG Be32ToCpu('Fred')
void f(void) {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, MEMORY_TAG);
    //  ^^^^^^^^^^^^^^^                     ~~~~~~~~~~ Fred
}
`));
