/**
 * The table for people: blocks, alignment, widths, open questions, and names that would like to be more than names.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SiteTable, type Paint } from '../../../../server/core/report/table';
import { cutEnd, cutMiddle, cutStart, textWidth } from '../../../../server/core/report/textWidth';
import type { FileFacts } from '../../../../src/shared/facts';
import { factsOf, FRED, imagePlace, site, sourcePlace } from '../../../support/facts';

const plain: Paint = (_style, text) => text;
const showPath = (path: string): string => path.slice(1);

function block(facts: FileFacts, width?: number, paint = plain): string[] {
  return new SiteTable({ showPath, paint, width }).block(facts);
}

const IMAGE = factsOf(
  '/bin/toaster.sys',
  [
    site(imagePlace('/bin/toaster.sys', 0x2d6f, { function: 'A+0x3f', source: { file: 'd:\\t\\a.c', line: 119 } })),
    site(imagePlace('/bin/toaster.sys', 0x10), { tags: [FRED, 0x31323334], evidence: 'wrapper', via: 'PoolAlloc' }),
    site(imagePlace('/bin/toaster.sys', 0x20), { tags: [], unresolved: 'the value comes from memory', role: 'free' }),
    site(imagePlace('/bin/toaster.sys', 0x30), { tags: [], role: 'untagged', api: 'ExAllocatePool' }),
  ],
  {
    kind: 'image',
    issues: [{ message: 'cut short', offset: 128 }],
    image: { machine: 'x64', pdb: 't.pdb', version: { company: 'Fabrikam' }, signer: { name: 'Publisher' } },
  },
);

test('a block: the file and what is known of it, headings once, a line a site, reasons and issues', () => {
  const table = new SiteTable({ showPath, paint: plain });
  assert.deepEqual(table.block(IMAGE), [
    '',
    'bin/toaster.sys  x64, Fabrikam, signed by Publisher (not verified), t.pdb',
    '  Tag          Role      Evidence  API                                Place     Function  Source',
    '  Fred         allocate  call      ExAllocatePoolWithTag              +0x2d6f   A+0x3f    a.c:120',
    '  Fred | 4321  allocate  wrapper   PoolAlloc → ExAllocatePoolWithTag  +0x10',
    '  ?            free      call      ExAllocatePoolWithTag              +0x20',
    '    ? the value comes from memory',
    '  -            untagged  call      ExAllocatePool                     +0x30',
    '  ! cut short (at offset 128)',
  ]);
  const [, title, row, ...rest] = table.block(factsOf('/a.c', [site(sourcePlace('/a.c', 0, { function: 'f' }))]));
  assert.deepEqual(
    [title, row, rest],
    ['a.c  toaster.sys', '  Fred  allocate  call      ExAllocatePoolWithTag  1:5       f', []],
  );
  assert.deepEqual(table.block(factsOf('/b.c', [])), []);
  assert.deepEqual(table.failure('/gone', 'no such file'), ['', 'gone', '  ! no such file']);
});

test('columns that a block does not use take no room, and are headed when a block uses them', () => {
  const table = new SiteTable({ showPath, paint: plain, width: 60 });
  const bare = table.block(factsOf('/bin/a.sys', [site(imagePlace('/bin/a.sys', 0x10))]));
  assert.deepEqual(bare.slice(2), [
    '  Tag   Role      Evidence  API                    Place',
    '  Fred  allocate  call      ExAllocatePoolWithTag  +0x10',
  ]);
  const named = table.block(factsOf('/bin/b.sys', [site(imagePlace('/bin/b.sys', 0x10, { function: 'A' }))]));
  assert.match(named[2] ?? '', /^ {2}Tag .*Function$/);
  assert.equal(table.block(factsOf('/bin/c.sys', [site(imagePlace('/bin/c.sys', 0x10))])).length, 3);
});

test('lines fit the terminal, the columns stay aligned, and what must be read is whole', () => {
  const long = site(
    imagePlace('/bin/toaster.sys', 0xfffff, {
      function: 'TheNameOfAFunctionThatIsVeryLongIndeed+0x123',
      source: { file: 'd:\\a\\thenameofasourcefilethatisverylong.cpp', line: 12344 },
    }),
    { via: 'AWrapperWithALongName' },
  );
  for (const width of [100, 80]) {
    const lines = block({ ...IMAGE, sites: [...IMAGE.sites.slice(0, 2), long], issues: [] }, width);
    for (const line of lines)
      assert.ok(textWidth(line) <= width, `${String(textWidth(line))} > ${String(width)}: ${line}`);
    const rows = lines.slice(2);
    assert.equal(new Set(rows.map((row) => row.search(/Place|\+0x/))).size, 1);
    assert.match(lines.at(-1) ?? '', /…\S*:12345$/);
  }
});

test('wide characters take two columns, marks none', () => {
  assert.equal(textWidth('驱动'), 4);
  assert.equal(textWidth('e\u0301'), 1);
  assert.equal(cutEnd('驱动程序', 5), '驱动…');
  assert.equal(cutStart('驱动程序', 5), '…程序');
  assert.equal(cutEnd('abc', 3), 'abc');
  assert.equal(cutMiddle('ExAllocatePoolWithTag', 15), 'ExAlloc…WithTag');
  assert.equal(cutMiddle('驱动程序', 6), '驱…序');
  assert.equal(cutMiddle('abc', 3), 'abc');
  const at = (name: string): string =>
    block(
      factsOf('/a.c', [site(sourcePlace('/a.c', 0), { via: name }), site(sourcePlace('/a.c', 1), { via: 'plain' })]),
    )[3] ?? '';
  assert.equal(textWidth(at('驱动').split('1:5')[0] ?? ''), textWidth(at('abcd').split('1:5')[0] ?? ''));
});

test('nothing a file says reaches the terminal as more than text', () => {
  const evil = '\u001b[2J\u009b31m\r\n\t\u0000\u202e\u2066\u200f\ufeff';
  const path = `/${evil}.sys`;
  const facts = factsOf(
    path,
    [
      site(imagePlace(path, 1, { function: evil, source: { file: evil, line: 0 } }), {
        ...{ via: evil, api: evil, module: evil, tags: [0x0a1b0d07], unresolved: evil },
      }),
    ],
    {
      kind: 'image',
      issues: [{ message: evil }],
      image: { machine: 'x64', pdb: evil, version: { company: evil }, signer: { name: evil, program: evil } },
    },
  );
  const table = new SiteTable({ showPath, paint: plain, width: 120 });
  const text = [...table.block(facts), ...table.failure(path, evil)].join('');
  const hostile = [...text].filter((c) => /[\p{Cc}\p{Cf}]/u.test(c));
  assert.deepEqual(hostile, []);
  assert.match(text, /\\x1b\[2J/);
});

test('colours are put around text and change no width', () => {
  const paint: Paint = (style, text) => `<${style}>${text}</>`;
  const bare = block(IMAGE, 90);
  const painted = block(IMAGE, 90, paint);
  assert.deepEqual(
    painted.map((line) => line.replaceAll(/<\/?[a-z]*>/g, '')),
    bare,
  );
  assert.ok(painted.some((line) => line.includes('<allocate>allocate</>') && line.includes('<tag>Fred</>')));
});
