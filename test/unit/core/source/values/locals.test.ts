/** Variables of functions: blocks, declarators in a row, initializers in parentheses, enumerators, addresses. */
import { test } from 'node:test';
import { checkSource } from '../annotated';

test('a local of the same name is another variable', () =>
  checkSource(`
ULONG g_Tag = 'derF';
void other(void) { ULONG g_Tag; g_Tag = 'treB'; }
void f(void) {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, g_Tag);
    //  ^^^^^^^^^^^^^^^                     ~~~~~ Fred
}
`));

test('a variable of a block hides others of its name there and nowhere else', () =>
  checkSource(`
static ULONG Tag = 'derF';
void f(ULONG other) {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Tag);
    //  ^^^^^^^^^^^^^^^ Fred
    if (late) {
        ULONG Tag = 'treB';
        p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Tag);
        //  ^^^^^^^^^^^^^^^ Bert
    }
    for (ULONG Tag = 'liaH'; late;)
        p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Tag);
        //  ^^^^^^^^^^^^^^^ Hail
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Tag);
    //  ^^^^^^^^^^^^^^^ Fred
    ULONG Tag;
    Tag = 'etaL';
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Tag);
    //  ^^^^^^^^^^^^^^^ Late
    {
        ULONG other = 'rehO';
        p = ExAllocatePool2(POOL_FLAG_PAGED, 8, other);
        //  ^^^^^^^^^^^^^^^ Oher
    }
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, other);
    //  ^^^^^^^^^^^^^^^ Arg1
}
void g(void) {
    late = 1;
        f('1grA');
    //  ^ Arg1 via f
}
`));

test('declarators in a row, values in parentheses and braces, enumerators of a function', () =>
  checkSource(
    `
const ULONG second = 'gnrW', Named = 'gnrW';
void f(void) {
    ULONG first = max(1, 2), second = 'dnoS', *third = &x, fourth = 'truF';
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, second);
    //  ^^^^^^^^^^^^^^^ Sond
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, fourth);
    //  ^^^^^^^^^^^^^^^ Furt
    ULONG round('dnuR'), curly{ (ULONG)'lruC' };
    ULONG lone(late ? 'enoL' : 'renO');
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, curly);
    //  ^^^^^^^^^^^^^^^ Curl
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, lone);
    //  ^^^^^^^^^^^^^^^ Lone|Oner
    enum Own { Before = 1, Named = (int)'muNE', Next };
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Named);
    //  ^^^^^^^^^^^^^^^ ENum
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, Next);
    //  ^^^^^^^^^^^^^^^ FNum
}
`,
    {},
    'driver.cpp',
  ));

test('what may be written through an address or a reference is open', () =>
  checkSource(
    `
void f(ULONG mask, ULONG value) {
    ULONG cut = 'derF', kept = 'derF', whole = 'derF', same = 'derF';
    ((UCHAR *)&cut)[0] = 'x';
    value = (mask) & kept;
    ULONG *at = &whole;
    ULONG &too = same;
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, cut);
    //  ^^^^^^^^^^^^^^^ Fred open: 'cut' is set through its address
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, kept);
    //  ^^^^^^^^^^^^^^^ Fred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, whole);
    //  ^^^^^^^^^^^^^^^ Fred open: 'whole' is set through its address
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, same);
    //  ^^^^^^^^^^^^^^^ Fred open: 'same' is set through its address
}
`,
    {},
    'driver.cpp',
  ));

test('an argument taken by reference may come back changed', () =>
  checkSource(
    `
void Choose(int how, ULONG &tag);
void Show(const ULONG &tag, ULONG other);
struct Guard { Guard(ULONG &tag); };
void f(ULONG mask) {
    ULONG chosen = 'derF', shown = 'treB', kept = 'tpeK';
    Choose(1, chosen);
    Show(shown, shown);
    Guard guard(kept);
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, chosen);
    //  ^^^^^^^^^^^^^^^ Fred open: 'chosen' is passed to Choose by reference
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, shown);
    //  ^^^^^^^^^^^^^^^ Bert
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, kept);
    //  ^^^^^^^^^^^^^^^ Kept open: 'kept' is passed to Guard by reference
}
`,
    {},
    'driver.cpp',
  ));

test('an enumerator of a function keeps its value where it is passed on among others', () =>
  checkSource(`
void f(void) {
    enum { FIRST = 'derF', SECOND, THIRD = 'treB', FOURTH };
    show(1, SECOND, 2);
    ULONG all[] = { FIRST, SECOND, FOURTH };
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, SECOND);
    //  ^^^^^^^^^^^^^^^ Gred
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, FOURTH);
    //  ^^^^^^^^^^^^^^^ Cert
}
`));
