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
    await messages(t, `p = c ? NULL : NULL; p = ${A}; ExFreePoolWithTag(p, 'BBBB');`),
    [],
    'an expression',
  );
});

test('what fits, or may fit, is no finding', async (t) => {
  const quiet: readonly (readonly [string, string?])[] = [
    [`p = ${A}; ExFreePoolWithTag(p, 'AAAA');`],
    [`p = ${A}; ExFreePoolWithTag(p, 0);`],
    [`p = ${A}; ExFreePoolWithTag(p, 'AAAA' | 0x80000000);`],
    [`p = ${A}; p = ${B}; ExFreePoolWithTag(p, 'BBBB');`],
    [`p = ${A}; p = given; ExFreePoolWithTag(p, 'BBBB');`],
    [`p = ${A}; Fill(&p); ExFreePoolWithTag(p, 'BBBB');`],
    [`p = ${A}; p++; ExFreePoolWithTag(p, 'BBBB');`],
    [`given = ${A}; ExFreePoolWithTag(given, 'BBBB');`],
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
