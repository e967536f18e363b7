/**
 * Rule mismatched-free, from the text of sources to the finding: what it must see, and what it must keep still about.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { TagIndex } from '../../../../server/core/index/tagIndex';
import type { RuleFinding } from '../../../../server/core/lint/rule';
import { mismatchedFree } from '../../../../server/core/lint/rules/mismatchedFree';
import { scanFolders } from '../../../../server/scan/scanFolders';
import { InProcessScanner } from '../../../../server/scan/threads/inProcessScanner';
import { temporaryFolder } from '../../../support/temporaryFolder';

async function check(t: TestContext, files: Readonly<Record<string, string>>): Promise<RuleFinding[]> {
  const root = temporaryFolder(t, { 'drv.vcxproj': '<ConfigurationType>Driver</ConfigurationType>', ...files });
  const index = new TagIndex();
  const facts = { facts: index.replace.bind(index), issue: (): void => undefined };
  await scanFolders(new InProcessScanner(), { roots: [{ path: root }] }, facts);
  return mismatchedFree.check({ index }).map((finding) => ({
    ...finding,
    message: finding.message.replaceAll(join(root, '/'), ''),
  }));
}

async function messages(t: TestContext, body: string, more = '', file = 'a.c'): Promise<string[]> {
  const text = `${more}\nvoid f(int c, PVOID given) {\n  PVOID p = NULL;\n  PVOID q;\n${body}\n}\n`;
  return (await check(t, { [file]: text })).map((finding) => finding.message);
}

const A = `ExAllocatePool2(64, 8, 'AAAA')`;
const B = `ExAllocatePoolWithTag(0, 8, 'BBBB')`;
const MISMATCH = ['p is freed with pool tag BBBB, but allocated with AAAA'];

test('a variable of one function: both places are named', async (t) => {
  const [finding, ...more] = await check(t, {
    'a.c': `void f(void) {\n  PVOID p;\n  p = (PVOID)ExAllocatePool2(64, 8, 'AAAA');\n  if (p == NULL) return;\n  ExFreePoolWithTag(p, 'BBBB');\n}\n`,
  });
  assert.ok(finding);
  assert.equal(more.length, 0);
  assert.deepEqual(finding.message, MISMATCH[0]);
  assert.equal(finding.place.kind === 'source' && finding.place.range.start.line, 4);
  const [related] = finding.related;
  assert.equal(related?.message, 'p is allocated with AAAA here');
  assert.equal(related.place.kind === 'source' && related.place.range.start.line, 2);
});

test('renames, initializers, wrappers and macros are followed', async (t) => {
  assert.deepEqual(await messages(t, `q = ${A}; p = q; ExFreePoolWithTag(p, 'BBBB');`), MISMATCH);
  assert.deepEqual(
    await messages(t, `{ if (!(p = (PUCHAR)${A})) return; } ExFreePoolWithTag((PVOID)p, 'BBBB');`),
    MISMATCH,
  );
  const wrappers = `#define GET(n) ExAllocatePool2(64, n, 'AAAA')\n#define PUT(x) { ExFreePoolWithTag(x, 'BBBB'); x = NULL; }\nvoid Put(PVOID x, ULONG tag) { ExFreePoolWithTag(x, tag); }`;
  assert.deepEqual(await messages(t, `p = GET(4); PUT(p);`, wrappers), MISMATCH);
  assert.deepEqual(await messages(t, `p = GET(4); Put(p, 'BBBB');`, wrappers), MISMATCH);
  assert.deepEqual(
    await messages(t, `p = ${A}; if (c) p = Other(c); ExFreePoolWithTag(p, 'BBBB');`),
    [],
    'an expression',
  );
});

test('what fits, or may fit, is no finding', async (t) => {
  const quiet: readonly (readonly [string, string?])[] = [
    [`p = ${A}; ExFreePoolWithTag(p, 'AAAA');`],
    [`p = ${A}; ExFreePoolWithTag(p, 0);`],
    [`p = ${A}; ExFreePoolWithTag(p, 'AAAA' | 0x80000000);`],
    [`p = ${A}; if (c) p = ${B}; ExFreePoolWithTag(p, 'BBBB');`],
    [`p = ${A}; p = given; ExFreePoolWithTag(p, 'BBBB');`],
    [`p = ${A}; Fill(&p); ExFreePoolWithTag(p, 'BBBB');`],
    [`p = ${A}; p++; ExFreePoolWithTag(p, 'BBBB');`],
    [`if (c) given = ${A}; ExFreePoolWithTag(given, 'BBBB');`],
    [`unseen = ${A}; ExFreePoolWithTag(unseen, 'BBBB');`],
    [`p = ${A}; SET(p); ExFreePoolWithTag(p, 'BBBB');`, `#define SET(x) x = Other()`],
    [`p = ${A}; ExFreePoolWithTag(p, c ? 'BBBB' : 'AAAA');`],
    [`p = ${A}; ExFreePoolWithTag(p, Tag());`],
    [`#ifdef X\np = ${A};\n#else\np = ${B};\n#endif\nExFreePoolWithTag(p, 'BBBB');`],
    [`#ifdef X\np = ${A};\n#else\np = ${B};\n#endif\nExFreePoolWithTag(p, 'AAAA');`],
    [`p = ${A}; ExFreePoolWithTag(p, T);`, `#ifdef Y\n#define T 'AAAA'\n#else\n#define T 'BBBB'\n#endif`],
    [`p = FltAllocatePoolAlignedWithTag(i, 0, 8, 'AAAA'); ExFreePoolWithTag(p, 'BBBB');`],
    [`q = ${A}; { PVOID *r = &q; *r = given; } ExFreePoolWithTag(q, 'BBBB');`],
  ];
  for (const [body, more] of quiet) assert.deepEqual(await messages(t, body, more), [], body);
});

const EXT = `typedef struct _EXT { PVOID Buffer; struct { PVOID Buffer; } Inner; } EXT, *PEXT;\n`;
const member = (extra: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  'ext.h': EXT,
  'get.c': `#include "ext.h"\nvoid Get(PEXT e) {\n  e->Buffer = ${A};\n}\n`,
  'put.c': `#include "ext.h"\nvoid Put(struct _EXT *x) {\n  if (x->Buffer) ExFreePoolWithTag(x->Buffer, 'BBBB');\n}\n`,
  ...extra,
});

test('what a function takes by reference may be another block afterwards', async (t) => {
  const body = `p = ${A}; Swap(c, p); ExFreePoolWithTag(p, 'BBBB');`;
  assert.deepEqual(await messages(t, body, 'void Swap(int c, PVOID &block);', 'a.cpp'), []);
  assert.deepEqual(await messages(t, body, 'void Swap(int c, PVOID const &block);', 'a.cpp'), MISMATCH);
});

test('a member of a structure, allocated and freed in different files', async (t) => {
  const [finding, ...more] = await check(t, member({}));
  assert.equal(finding?.message, 'x->Buffer is freed with pool tag BBBB, but allocated with AAAA');
  assert.match(finding.related[0]?.place.file ?? '', /get\.c$/);
  assert.deepEqual(more, []);
  const through = await check(
    t,
    member({ 'get.c': `#include "ext.h"\nvoid Get(PEXT e) {\n  PVOID p = ${A};\n  e->Buffer = p;\n}\n` }),
  );
  assert.deepEqual(
    through.map((one) => one.related.length),
    [1],
    'through a variable, in another file than the free',
  );
});

test('a member of which another file may know better is no finding', async (t) => {
  const others = [
    `void Set(PEXT e, PVOID p) { e->Buffer = p; }`,
    `void Set(PEXT e) { e->Buffer = Make(); }`,
    `void Set(PEXT e) { Fill(&e->Buffer); }`,
    `void Set(void) { Unknown()->Buffer = Make(); }`,
    `void Set(PEXT e) { e->Buffer = ${B}; }`,
    `void Set(PEXT e) { PVOID p = ${B}; e->Buffer = p; }`,
    `EXT Global = { .Buffer = Storage };`,
    `#if NEVER\nvoid Set(PEXT e, PVOID p) { e->Buffer = p; }\n#endif`,
  ];
  for (const text of others)
    assert.deepEqual(await check(t, member({ 'other.c': `#include "ext.h"\n${text}\n` })), [], text);
  const harmless = `void Set(PEXT e, PVOID p) { e->Inner.Buffer = p; e->Buffer = NULL; p = e->Buffer; }`;
  assert.equal((await check(t, member({ 'other.c': `#include "ext.h"\n${harmless}\n` }))).length, 1);
});

test("a class's members, named by themselves", async (t) => {
  const methods = (more: string): Readonly<Record<string, string>> => ({
    'a.cpp': `void C::Get() {\n  m_Buffer = ${A};\n}\nC::~C() {\n  ExFreePoolWithTag(m_Buffer, 'BBBB');\n}\n${more}`,
  });
  assert.deepEqual(
    (await check(t, methods(''))).map((finding) => finding.message),
    ['m_Buffer is freed with pool tag BBBB, but allocated with AAAA'],
  );
  assert.deepEqual(await check(t, methods('void C::Set(PVOID p) { m_Buffer = p; }')), []);
  assert.deepEqual(await check(t, methods(`void D::Set() { m_Buffer = ${B}; }`)), []);
});

const WRONG_B = ['p is freed with pool tag BBBB, but allocated with AAAA'];

test('a variable that is used again holds what was put there last', async (t) => {
  const found: readonly string[] = [
    `p = ${B}; ExFreePoolWithTag(p, 'BBBB'); p = ${A}; ExFreePoolWithTag(p, 'BBBB');`,
    `if (c) { PVOID p = ${B}; ExFreePoolWithTag(p, 'BBBB'); } else { PVOID p = ${A}; ExFreePoolWithTag(p, 'BBBB'); }`,
    `p = ${B}; q = ${A}; if (c) { PVOID s = p; p = q; q = s; ExFreePoolWithTag(p, 'BBBB'); }`,
    `p = ${B}; if ((p = ${A}) == NULL) return; ExFreePoolWithTag(p, 'BBBB');`,
    `given = ${A}; p = given; ExFreePoolWithTag(p, 'BBBB');`,
    `p = c ? ${A} : NULL; ExFreePoolWithTag(p, 'BBBB');`,
  ];
  for (const body of found) assert.deepEqual(await messages(t, body), WRONG_B, body);
  const quiet: readonly string[] = [
    `p = ${B}; while (c--) { ExFreePoolWithTag(p, c ? 'AAAA' : 'BBBB'); p = ${A}; }`,
    `p = ${A}; while (c--) { ExFreePoolWithTag(p, 'BBBB'); p = ${B}; }`,
    `p = ${A}; for (; c; p = ${B}) { ExFreePoolWithTag(p, 'BBBB'); }`,
    `p = ${B}; if (c) p = ${A}; ExFreePoolWithTag(p, 'BBBB');`,
    `p = ${B}; c && (p = ${A}); ExFreePoolWithTag(p, 'BBBB');`,
    `p = ${B}; if (c) goto out; p = ${A}; out: ExFreePoolWithTag(p, 'BBBB');`,
    `p = ${B}; switch (c) { case 1: p = ${A}; break; default: ExFreePoolWithTag(p, 'BBBB'); }`,
    `static PVOID s; if (c) { ExFreePoolWithTag(s, 'BBBB'); return; } s = ${A}; s = ${B};`,
    `p = ${B}; IF_BIG(c) p = ${A}; ExFreePoolWithTag(p, 'BBBB');`,
  ];
  for (const body of quiet) assert.deepEqual(await messages(t, body, '#define IF_BIG(c) if (Big(c))'), [], body);
  const lambda = `p = ${A}; auto set = [&]() { p = ${B}; }; p = ${A}; set(); ExFreePoolWithTag(p, 'BBBB');`;
  assert.deepEqual(await messages(t, lambda, '', 'a.cpp'), []);
});

test('functions of the file that give a block: returned, through a parameter, with a tag of their own or the caller', async (t) => {
  const givers: readonly (readonly [string, string])[] = [
    [`static PVOID Make(void) { PVOID m = ${A}; if (!m) return NULL; return m; }`, `p = Make();`],
    [`static PVOID Make(ULONG tag) { return ExAllocatePool2(64, 8, tag); }`, `p = Make('AAAA');`],
    [`static int Make(PVOID *out) { *out = ${A}; return *out ? 0 : -1; }`, `if (Make(&p)) return;`],
    [`static int Make(PVOID *out, ULONG tag) { *out = ExAllocatePool2(64, 8, tag); return 0; }`, `Make(&p, 'AAAA');`],
    [
      `static PVOID Make(ULONG inner) { PVOID m = ${A}; PVOID i = ExAllocatePool2(64, 8, inner); Keep(m, i); return m; }`,
      `p = Make('BBBB');`,
    ],
  ];
  for (const [maker, call] of givers)
    assert.deepEqual(await messages(t, `${call} ExFreePoolWithTag(p, 'BBBB');`, maker), WRONG_B, maker);
  const others: readonly (readonly [string, string])[] = [
    // The tag is that of another block than the one that is returned.
    [
      `static PVOID Make(ULONG tag) { PVOID m = ${B}; Keep(m, ExAllocatePool2(64, 8, tag)); return m; }`,
      `p = Make('AAAA');`,
    ],
    [
      `static PVOID Make(ULONG tag) { if (Spare) return Spare; return ExAllocatePool2(64, 8, tag); }`,
      `p = Make('AAAA');`,
    ],
    [`static PVOID Make(ULONG tag) { return (PCHAR)ExAllocatePool2(64, 8, tag) + 8; }`, `p = Make('AAAA');`],
    [`static PVOID Make(ULONG tag) { return ExAllocatePool2(64, 8, Big() ? tag : 'BBBB'); }`, `p = Make('AAAA');`],
    [
      `static int Make(PVOID *out, ULONG tag) { *out = ${B}; Keep(ExAllocatePool2(64, 8, tag)); return 0; }`,
      `Make(&p, 'AAAA');`,
    ],
    [`static int Make(PVOID *out) { Other(out); *out = ${A}; return 0; }`, `Make(&p);`],
    [`#define Make(tag) (Spare ? Spare : ExAllocatePool2(64, 8, tag))`, `p = Make('AAAA');`],
    [`#define Make(tag) ((PHEAD)ExAllocatePool2(64, 8, tag) + 1)`, `p = Make('AAAA');`],
  ];
  for (const [maker, call] of others)
    assert.deepEqual(await messages(t, `${call} ExFreePoolWithTag(p, 'BBBB');`, maker), [], maker);
});

test('functions that free what they are given: the allocation, the free and the call between them', async (t) => {
  const takers: readonly (readonly [string, string])[] = [
    [`static void Drop(PVOID x) { if (x == NULL) return; ExFreePoolWithTag(x, 'BBBB'); }`, `Drop(p);`],
    [`static void Drop(PVOID x) { if (x) { ExFreePoolWithTag(x, 'BBBB'); } }`, `if (p) Drop(p);`],
    [`static void Drop(int c, PVOID x, ULONG tag) { ExFreePoolWithTag(x, tag); }`, `Drop(c, p, 'BBBB');`],
  ];
  for (const [taker, call] of takers) {
    const [message, ...more] = await messages(t, `p = ${A}; ${call}`, taker);
    assert.match(message ?? '', /is freed with pool tag BBBB, but allocated with AAAA/, taker);
    assert.deepEqual(more, []);
  }
  const [finding] = await check(t, {
    'a.c': `static void Drop(PVOID x) {\n  ExFreePoolWithTag(x, 'BBBB');\n}\nvoid f(void) {\n  PVOID p = ${A};\n  PVOID q = ${B};\n  Drop(q);\n  Drop(p);\n}\n`,
  });
  assert.deepEqual(
    finding?.related.map(({ place, message }) => [place.kind === 'source' && place.range.start.line, message]),
    [
      [4, 'x is allocated with AAAA here'],
      [7, 'x is handed over here'],
    ],
  );
  const others: readonly (readonly [string, string])[] = [
    // A block of another tag goes another way.
    [
      `static void Drop(PVOID x, int kind) { if (kind) ExFreePoolWithTag(x, 'AAAA'); else ExFreePoolWithTag(x, 'BBBB'); }`,
      `Drop(p, 1);`,
    ],
    [`static void Drop(PVOID x, int own) { if (!own) return; ExFreePoolWithTag(x, 'BBBB'); }`, `Drop(p, 0);`],
    [`static void Drop(PVOID x) { if (x == Static) return; ExFreePoolWithTag(x, 'BBBB'); }`, `Drop(p);`],
    [`static void Drop(PVOID x) { x = Real(x); ExFreePoolWithTag(x, 'BBBB'); }`, `Drop(p);`],
    [`static void Drop(PFOO x, ULONG tag) { ExFreePoolWithTag(x->Name, tag); }`, `Drop(p, 'BBBB');`],
    [
      `static void Drop(PVOID x, ULONG tag) { if (tag == 'BBBB') { Put(x); return; } ExFreePoolWithTag(x, tag); }`,
      `Drop(p, 'BBBB');`,
    ],
  ];
  for (const [taker, call] of others) assert.deepEqual(await messages(t, `p = ${A}; ${call}`, taker), [], taker);
});

test('a set of tags of which none fits; memory of other interfaces', async (t) => {
  const either = `ULONG tag = c ? 'AAAA' : 'CCCC'; p = ExAllocatePool2(64, 8, tag);`;
  assert.deepEqual(await messages(t, `${either} ExFreePoolWithTag(p, 'BBBB');`), [
    'p is freed with pool tag BBBB, but allocated with AAAA or CCCC',
  ]);
  assert.deepEqual(await messages(t, `${either} ExFreePoolWithTag(p, 'CCCC');`), []);
  assert.deepEqual(
    await messages(t, `NdisAllocateMemoryWithTag(&p, 8, 'AAAA'); NdisFreeMemoryWithTag(p, 'BBBB');`),
    WRONG_B,
  );
});

test('a member that a base class, a constructor or an initializer sets, or that has other names', async (t) => {
  const base = `struct Base { PVOID m_p; void Attach(PVOID p) { m_p = p; } };\nstruct Derived : public Base { void Make(); ~Derived(); };\n`;
  const methods = `void Derived::Make() { m_p = ${A}; }\nDerived::~Derived() { ExFreePoolWithTag(m_p, 'BBBB'); }\n`;
  const cpp = async (text: string): Promise<number> => (await check(t, { 'a.cpp': text })).length;
  assert.equal(await cpp(base + methods), 0, 'set in the base');
  assert.equal(await cpp(base.replace('m_p = p', '') + methods), 1);
  const owner = (init: string): string =>
    `struct C { PVOID m_p; C(PVOID p) : ${init} {} void Make(); ~C(); };\nvoid C::Make() { m_p = ${A}; }\nC::~C() { ExFreePoolWithTag(m_p, 'BBBB'); }\n`;
  assert.equal(await cpp(owner('m_p(p)')), 0, 'set by the constructor');
  assert.equal(await cpp(owner('m_p(nullptr)')), 1);
  const two = `struct X : I { PVOID m_p; void Make(); void Drop(); };\nstruct Y : I { PVOID m_p; void Fill(); };\nvoid X::Make() { m_p = ${A}; }\nvoid X::Drop() { ExFreePoolWithTag(m_p, 'BBBB'); }\nvoid Y::Fill() { Get(&m_p); }\n`;
  assert.equal(await cpp(two), 1, "another class's member of that name");
  const others = [
    `typedef struct _EXT *HEXT;\nvoid Set(HEXT h, PVOID p) { h->Buffer = p; }`,
    `EXT Initial(PVOID p) { EXT e = { p }; return e; }`,
    `void Copy(PEXT e, PVOID from) { RtlCopyMemory(e, from, sizeof(EXT)); }`,
    `void Next(PLIST l, PVOID p) { l->Next->Buffer = p; }`,
  ];
  for (const text of others)
    assert.deepEqual(await check(t, member({ 'other.c': `#include "ext.h"\n${text}\n` })), [], text);
});
