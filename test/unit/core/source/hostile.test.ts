/** Input that nobody would write: the scanner answers, without a fault, and finds what can still be found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkSource, scanFile } from './annotated';

const SITE = "void f(void) { p = ExAllocatePool2(POOL_FLAG_PAGED, 8, 'derF'); }\n";

/** Nesting that no budget covers is said so. */
async function issuesOf(text: string): Promise<string[]> {
  return (await scanFile({ 'x.c': text }, 'x.c')).issues.map((issue) => issue.message);
}

async function tagsOf(text: string, headers: Readonly<Record<string, string>> = {}): Promise<number[]> {
  const found = await scanFile({ ...headers, 'x.c': text }, 'x.c');
  assert.deepEqual(found.issues, []);
  return found.sites.flatMap((site) => site.tags);
}

test('includes that lead in circles', async () => {
  const headers = { 'a.h': '#include "b.h"\n', 'b.h': '#include "a.h"\n#include "x.c"\n#define T 1\n' };
  assert.deepEqual(await tagsOf(`#include "a.h"\n${SITE}`, headers), [0x64657246]);
});

test('includes that double at each level', async () => {
  const headers: Record<string, string> = {};
  for (let level = 0; level < 40; level += 1) {
    const next = `#include "l${String(level + 1)}.h"\n`;
    headers[`l${String(level)}.h`] = next + next;
  }
  assert.deepEqual(await tagsOf(`#include "l0.h"\n${SITE}`, headers), [0x64657246]);
});

test('macros that expand to themselves, to each other, and to more each time', async () => {
  const doubling = Array.from(
    { length: 60 },
    (_, i) => `#define D${String(i)} D${String(i + 1)} + D${String(i + 1)}\n`,
  ).join('');
  await checkSource(`
#define SELF SELF
#define A B
#define B A
#define CALL(x) CALL(x)
void f(void) {
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, SELF);
    //  ^^^^^^^^^^^^^^^ open: 'SELF' is not defined in the files at hand
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, A);
    //  ^^^^^^^^^^^^^^^ open: 'A' is not defined in the files at hand
    p = ExAllocatePool2(POOL_FLAG_PAGED, 8, CALL(1));
    //  ^^^^^^^^^^^^^^^ open: computed at run time by CALL
}
`);
  assert.deepEqual(await tagsOf(`${doubling}void f(void) { ExAllocatePool2(0, 8, D0); }\n`), []);
});

test('variables and functions that are defined by each other', async () => {
  assert.deepEqual(await tagsOf('ULONG a = b; ULONG b = a;\nvoid f(void) { ExAllocatePool2(0, 8, a); }\n'), []);
  await checkSource(
    `
PVOID A(ULONG Tag) { B(Tag); return ExAllocatePool2(0, 8, Tag); }
//                   ^ Fred via B
//                                  ^^^^^^^^^^^^^^^       ~~~ Fred
PVOID B(ULONG Tag) { return A(Tag); }
//                          ^ Fred via A
void f(void) { B('derF'); }
//             ^ Fred via B
`.replace(
      '//                                  ^^^^^^^^^^^^^^^       ~~~ Fred',
      '//                                  ^^^^^^^^^^^^^^^ Fred',
    ),
  );
});

test('ten thousand nested parentheses, calls and braces', async () => {
  const deep = (open: string, close: string, inner: string): string =>
    open.repeat(10_000) + inner + close.repeat(10_000);
  assert.deepEqual(
    await tagsOf(`void f(void) { ExAllocatePool2(0, 8, ${deep('(', ')', "'derF'")}); }\n`),
    [0x64657246],
  );
  await tagsOf(`void f(void) { ExAllocatePool2(0, 8, ${deep('(1+', ')', "'derF'")}); }\n`);
  assert.deepEqual(
    await issuesOf(`#define F(x) ExAllocatePool2(0, 8, x)\nvoid f(void) { ${deep('F(', ')', '1')}; }\n`),
    ['calls nest too deeply: nothing behind line 2 was read'],
  );
  assert.equal((await issuesOf(`void f(void) { ${deep('ExAllocatePool2(', ')', '1')}; }\n`)).length, 1);
  await tagsOf(`void f(void) ${deep('{', '}', 'ExAllocatePool2(0, 8, 1);')}\n`);
  await tagsOf(`void f(void) { ${'ExAllocatePool2('.repeat(10_000)}\n`);
  await tagsOf(`${'#if A\n'.repeat(10_000)}${SITE}`);
  await tagsOf(`void f(void) { ExAllocatePool2(0, 8, ${'-'.repeat(10_000)}1 ${'+1'.repeat(10_000)}); }\n`);
});

test('ten thousand conditions in each other, and a thousand one after the other with a call in each arm', async () => {
  const deep = 10_000;
  assert.deepEqual(await tagsOf(`${'#if A\n'.repeat(deep)}${SITE}${'#endif\n'.repeat(deep)}`), [0x64657246]);
  const arm = (at: number): string => `void f${String(at)}(void) { ExAllocatePool2(0, 8, ${String(at)}); }\n`;
  const groups = Array.from(
    { length: 1_000 },
    (_, at) => `#if A${String(at)}\n${arm(2 * at)}#else\n${arm(2 * at + 1)}#endif\n`,
  );
  assert.equal((await tagsOf(groups.join(''))).length, 2_000);
});

test('a line of a megabyte', async () => {
  const filler = 'x = y + 1; '.repeat(100_000);
  assert.deepEqual(await tagsOf(`void f(void) { ${filler} ExAllocatePool2(0, 8, 'derF'); }`), [0x64657246]);
});

test('a source cut anywhere, or with bytes replaced', async () => {
  const whole = `#include "t.h"\n#if DBG\n#define TAG(a) ((ULONG)(a))\n#else\n#define TAG(a) a\n#endif\n/* c */ enum { E = 'derF' };\nclass C { static const ULONG T = 'x\\'yz'; };\nvoid f(_In_ ULONG t) {\n  __try { p = ExAllocatePool2(0, "s(" ? 8 : 9, TAG(E)); } __finally { q = new (PagedPool, t) C; }\n}\n`;
  for (let end = 0; end <= whole.length; end += 3) await tagsOf(whole.slice(0, end), { 't.h': '#define' });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.constantFrom(...'(){}"\'#\\\n/*,;\u0000')), { maxLength: 12 }),
      async (changes) => {
        const text = [...whole];
        for (const [at, letter] of changes) text[at] = letter;
        await tagsOf(text.join(''));
      },
    ),
    { numRuns: 150 },
  );
});
