/** What a text must show before anything is read from it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definesOperatorNew, hasTagLiteral, mentionsAllocator } from '../../../../server/core/source/firstLook';
import { SourceText } from '../../../../server/core/source/text/sourceText';
import { checkSource, scanFile, type Tree } from './annotated';

test('placement new is of interest where it may be given a pool and a tag', () => {
  const wanted = [
    "new (NonPagedPoolNx, 'derF') T",
    'new(PagedPool, TAG) T',
    'new (m_Kind, FRED_TAG) T',
    'new (m_Kind,\n     FRED_TAG) T',
    'new (Flags(1), x) T[4]',
    '#define NEW(p, t) new (p, t)',
    '# define NEW(p, t) \\\r\n  new (p, t)',
    `new (${'x'.repeat(500)}, Tag) T`,
    'new (a, TAG',
    'ExAllocatePool2',
  ];
  for (const text of wanted) assert.ok(mentionsAllocator(text), text);
  const others = [
    'new (p) T',
    'new ((void*)p, boost_move_new_t()) T(x)',
    'new (std::nothrow) T',
    'new T(pool, tag)',
    '// a new (empty) list, tagged',
    'renew (pool, tag)',
    '#define PLACE(p) new (p)',
    'a\n#define X\nb = new (m_a, m_b) T',
  ];
  for (const text of others) assert.ok(!mentionsAllocator(text), text);
  assert.ok(definesOperatorNew('void *operator  new[](size_t)'));
  assert.ok(!definesOperatorNew('operator newer'));
});

test('a literal of four characters counts outside comments', () => {
  const holds = (text: string): boolean => hasTagLiteral(new SourceText('x.c', text));
  for (const text of [
    "#define T 'derF'",
    "x = L'derF';",
    "/* don't */ x = 'de\\'F'",
    "/* it's\n no 'word' here */ #define X 'derF'",
    "// 'none'\nenum { E = 'derF' };",
    "f('a', 'derF')",
  ])
    assert.ok(holds(text), text);
  for (const text of [
    "// the 'word' is",
    "/* 'word'\n 'more' */ int a;",
    "c = q ? 'a' : 'b';",
    'out << "\' == \'" << x;',
    "#pragma warning(disable: 4355) // 'this' : used in base",
  ])
    assert.ok(!holds(text), text);
});

const OPERATORS: Tree = {
  'alloc.h': 'inline void* Take(size_t n, ULONG t) { return ExAllocatePool2(64, n, t); }\n',
  'operators.h': '#include "alloc.h"\ninline void* operator new(size_t n, int pool, ULONG t) { return Take(n, t); }\n',
  'macros.h': '#define MAKE(p, t, T) new (p, t) T\n',
};

test('an operator of one header leads to an allocator by what another header calls', async () => {
  const text = '#include "operators.h"\nvoid f() { a = new (1, 0x64657246) T; }\n';
  const found = await scanFile({ ...OPERATORS, 'x.cpp': text }, 'x.cpp');
  assert.deepEqual(
    found.sites.map(({ via, tags }) => [via, tags]),
    [['operator new', [0x64657246]]],
  );
});

test("a header's macro that places new with what it is given", async () => {
  await checkSource(
    `#include "macros.h"
void f() {
    a = MAKE(NonPagedPoolNx, 'derF', Thing);
    //  ^^^^                 ~~~~~~ Fred via MAKE
}
`,
    OPERATORS,
    'x.cpp',
  );
});
