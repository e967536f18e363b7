/** Tags that a function, a table or a member of a table chooses: one where the choice is constant, else all of them. */
import { test } from 'node:test';
import { checkSource } from '../annotated';

test('a function with a switch or branches: what its arguments leave reachable', () =>
  checkSource(`
enum { Foo, Bar, Cleo };
static ULONG BySwitch(int kind) {
    switch (kind) {
    case Foo: return 'ooF1';
    case Bar: { if (g_Old) break; return 'raB1'; }
    default: return 'xam1';
    }
    return 'dne1';
}
static ULONG ByBranch(int kind) {
    ULONG tag = 'ooF2';
    if (kind == Bar) tag = 'raB2';
    else if (kind > Bar) { return 'xam2'; }
    return tag;
}
static ULONG ByTable(int kind) {
    static const ULONG tags[] = { 'ooF3', 'raB3' };
    return tags[kind];
}
void f(int k) {
    p = ExAllocatePool2(0, 8, BySwitch(k));
    //  ^^^^^^^^^^^^^^^ 1Bar|1Foo|1end|1max
    p = ExAllocatePool2(0, 8, BySwitch(Foo));
    //  ^^^^^^^^^^^^^^^ 1Foo
    p = ExAllocatePool2(0, 8, BySwitch(Bar));
    //  ^^^^^^^^^^^^^^^ 1Bar|1end
    p = ExAllocatePool2(0, 8, BySwitch(Cleo));
    //  ^^^^^^^^^^^^^^^ 1max
    p = ExAllocatePool2(0, 8, ByBranch(k));
    //  ^^^^^^^^^^^^^^^ 2Bar|2Foo|2max
    p = ExAllocatePool2(0, 8, ByBranch(Cleo));
    //  ^^^^^^^^^^^^^^^ 2max
    p = ExAllocatePool2(0, 8, ByTable(k));
    //  ^^^^^^^^^^^^^^^ 3Bar|3Foo
    p = ExAllocatePool2(0, 8, ByTable(Bar));
    //  ^^^^^^^^^^^^^^^ 3Bar
}
`));

test('what a function does to its variables out of sight leaves its tag open', () =>
  checkSource(`
static ULONG ByCall(int kind) { ULONG tag = 'ooF1'; Query(kind, &tag); return tag; }
static ULONG ByStep(int kind) { ULONG tag = 'ooF2'; while (kind--) tag++; return tag; }
static ULONG ByJump(int kind) { if (kind) goto end; return 'ooF3'; end: return 'raB3'; }
static ULONG ByMacro(int kind) { BEGIN switch (kind) { case 0: return 'ooF4'; } return 'raB4'; }
static ULONG ByRename(int kind) { ULONG tags[2] = { 'ooF5', 'raB5' }; Fill(tags); return tags[kind]; }
void f(int k) {
    p = ExAllocatePool2(0, 8, ByCall(k));
    //  ^^^^^^^^^^^^^^^ 1Foo open: 'tag' is set through its address
    p = ExAllocatePool2(0, 8, ByStep(k));
    //  ^^^^^^^^^^^^^^^ 2Foo open: 'tag' is computed at run time
    p = ExAllocatePool2(0, 8, ByJump(k));
    //  ^^^^^^^^^^^^^^^ open: computed at run time by ByJump
    p = ExAllocatePool2(0, 8, ByMacro(k));
    //  ^^^^^^^^^^^^^^^ open: computed at run time by ByMacro
    p = ExAllocatePool2(0, 8, ByRename(k));
    //  ^^^^^^^^^^^^^^^ open: computed at run time by ByRename
}
`));

test('arrays that are no constants: what is stored into any element counts, what is handed out is not known', () =>
  checkSource(`
enum { First, Second };
static ULONG Tags[2] = { [Second] = 'dnS1', [First] = 'tsF1' };
static ULONG Stored[] = { 'tsF2', 'dnS2' };
static ULONG Handed[] = { 'tsF3', 'dnS3' };
static ULONG Pointed[] = { 'tsF4', 'dnS4' };
ULONG Shared[] = { 'tsF5', 'dnS5' };
void g(int i) { Stored[i] = 'weN2'; Fill(Handed, sizeof(Tags)); ULONG *p = &Pointed[1]; }
void f(int i) {
    p = ExAllocatePool2(0, 8, Tags[First]);
    //  ^^^^^^^^^^^^^^^ 1Fst
    p = ExAllocatePool2(0, 8, Tags[i]);
    //  ^^^^^^^^^^^^^^^ 1Fst|1Snd
    p = ExAllocatePool2(0, 8, Stored[0]);
    //  ^^^^^^^^^^^^^^^ 2Fst|2New
    p = ExAllocatePool2(0, 8, Handed[0]);
    //  ^^^^^^^^^^^^^^^ open: an element of an array that is filled at run time
    p = ExAllocatePool2(0, 8, Pointed[0]);
    //  ^^^^^^^^^^^^^^^ open: an element of an array that is filled at run time
    p = ExAllocatePool2(0, 8, Shared[0]);
    //  ^^^^^^^^^^^^^^^ open: an element of an array that is filled at run time
    ULONG own[] = { 'tsF6', 'dnS6' };
    p = ExAllocatePool2(0, 8, own[1]);
    //  ^^^^^^^^^^^^^^^ 6Snd
    { ULONG own[] = { 'tsF7', i }; own[0] = 'weN7'; p = ExAllocatePool2(0, 8, own[0]); }
    //                                                  ^^^^^^^^^^^^^^^ 7Fst|7New
}
`));

test('members of tables of structures', () =>
  checkSource(`
typedef struct _POOL { ULONG Size; ULONG Tag; } POOL;
typedef struct _OTHER { ULONG Tag; } OTHER;
static const POOL Pools[] = { { 8, 'ooF1' }, { .Size = 8, .Tag = 'raB1' } };
static const OTHER Others[] = { { 'htO1' } };
void f(int i) {
    p = ExAllocatePool2(0, 8, Pools[i].Tag);
    //  ^^^^^^^^^^^^^^^ 1Bar|1Foo
    p = ExAllocatePool2(0, 8, Others[0].Tag);
    //  ^^^^^^^^^^^^^^^ 1Oth
}
`));

test('enumerators that macros bring, whether a name stands in the text or is put together', () =>
  checkSource(`
#define LIST(X) X(Foo, 'oooF') X(Bar, 'rraB')
#define AS_ENUM(name, tag) Tag##name = tag,
enum Tags { First = 'tsrF', LIST(AS_ENUM) Last = 'tsaL' };
#undef AS_ENUM
enum More { NOT_AT_HAND(x) Behind, Known = 'nwnK' };
void f(void) {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, TagFoo);
    //  ^^^^^^^^^^^^^^^ Fooo
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, TagBar);
    //  ^^^^^^^^^^^^^^^ Barr
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, First);
    //  ^^^^^^^^^^^^^^^ Frst
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Last);
    //  ^^^^^^^^^^^^^^^ Last
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Behind);
    //  ^^^^^^^^^^^^^^^ open: 'Behind' is not defined in the files at hand
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Known);
    //  ^^^^^^^^^^^^^^^ Knwn
}
`));
