/** Members of the project's own structures that hold tags. */
import { test } from 'node:test';
import { checkSource } from '../annotated';

test('a structure of the source itself: initializers, designated and by position, and assignments', () =>
  checkSource(`
typedef struct _GLOBALS { ULONG Size, PoolTag; } GLOBALS, *PGLOBALS;
static GLOBALS Globals = { sizeof(GLOBALS), 'derF' };
struct { PVOID Lock[2]; ULONG OwnTag : 32; } Own = { .OwnTag = 'treB' };
struct RULE { ULONG Id; ULONG RuleTag; } Rules[] = { { 1, 'oelC' }, { 2, 'aroD' } };
struct LATE { ULONG LateTag; };
struct GIVEN { ULONG GivenTag; };
struct LENT { ULONG LentTag; };
struct NEVER { ULONG NeverTag; };
void start(struct LATE *late, struct GIVEN *given, ULONG tag) {
    late->LateTag = 0;
    late->LateTag = 'derF';
    given->GivenTag = tag;
}
void main(void) { start(l, g, 'treB'); }
void f(PGLOBALS globals, struct LATE *late, struct LENT *lent, int at) {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Globals.PoolTag);
    //  ^^^^^^^^^^^^^^^                     ~~~~~~~~~~~~~~~ Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, globals->PoolTag);
    //  ^^^^^^^^^^^^^^^ Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Own.OwnTag);
    //  ^^^^^^^^^^^^^^^ Bert
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Rules[at].RuleTag);
    //  ^^^^^^^^^^^^^^^ Cleo|Dora
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, context->late.LateTag);
    //  ^^^^^^^^^^^^^^^ Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, given->GivenTag);
    //  ^^^^^^^^^^^^^^^ Bert
    lent->LentTag = 'derF';
    Fill(&lent->LentTag);
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, lent->LentTag);
    //  ^^^^^^^^^^^^^^^ Fred open: member 'LentTag' is set through its address
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, x->NeverTag);
    //  ^^^^^^^^^^^^^^^ open: member 'NeverTag' is set at run time
}
`));

test('a structure of a header may be set by other sources, unless the object is constant', () =>
  checkSource(
    `
#include "pool.h"
static const CONFIG Fixed = { 8, 'derF' };
CONFIG Changing = { .Tag = 'treB' };
void f(void) {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Fixed.Tag);
    //  ^^^^^^^^^^^^^^^ Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Changing.Tag);
    //  ^^^^^^^^^^^^^^^ Bert|Fred open: member 'Tag' is set at run time
}
`,
    { 'pool.h': 'typedef struct _CONFIG { ULONG Size; ULONG Tag; } CONFIG;\n' },
  ));

test('two structures with a member of one name are not mixed up', () =>
  checkSource(`
struct ONE { ULONG Tag; };
struct TWO { ULONG Size; ULONG Tag; };
void f(struct ONE *one, struct TWO *two) {
    one->Tag = 'derF';
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, two->Tag);
    //  ^^^^^^^^^^^^^^^ open: member 'Tag' is set at run time
}
`));

test('members that are set from each other', () =>
  checkSource(`
struct ONE { ULONG OneTag; };
struct TWO { ULONG TwoTag; };
void f(struct ONE *a, struct ONE *b, struct TWO *c) {
    a->OneTag = c->TwoTag;
    c->TwoTag = b->OneTag;
    c->TwoTag = 'derF';
    b->OneTag = a->OneTag;
    b->OneTag = 'treB';
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, a->OneTag);
    //  ^^^^^^^^^^^^^^^ Bert|Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, c->TwoTag);
    //  ^^^^^^^^^^^^^^^ Bert|Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, b->OneTag);
    //  ^^^^^^^^^^^^^^^ Bert|Fred
}
`));

test('members of a union change each other', () =>
  checkSource(`
union TAGS { ULONG Value; CHAR Bytes[4]; };
union LONE { ULONG Only; };
void f(void) {
    union TAGS u;
    union LONE v;
    u.Value = 'derF';
    u.Bytes[0] = 'f';
    v.Only = 'treB';
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, u.Value);
    //  ^^^^^^^^^^^^^^^ Fred open: member 'Value' shares its bytes with others of a union
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, v.Only);
    //  ^^^^^^^^^^^^^^^ Bert
}
`));

test('a member of a base class is set by the methods of those that derive from it', () =>
  checkSource(
    `
class Base { protected: ULONG m_tag; ULONG m_own; public: Base() : m_tag('derF'), m_own('nwOD') {} PVOID Get(); };
class Derived : public Base { public: void Set() { m_tag = 'treB'; } };
class Other : public Unseen { ULONG m_own; void Set() { m_own = 'rhtO'; } };
PVOID Base::Get() {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, m_tag);
    //  ^^^^^^^^^^^^^^^ Bert|Fred
    return ExAllocatePool2(POOL_FLAG_PAGED, 8, m_own);
    //     ^^^^^^^^^^^^^^^ DOwn
}
`,
    {},
    'driver.cpp',
  ));
