/** Every row of the catalogue is found in a source, in each form its kind has, with the tag at its position. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanSource } from '../../../../../server/core/source/scanSource';
import { ALLOCATORS, type Allocator } from '../../../../../server/core/tags/allocators';
import { siteTag } from '../../../../../src/shared/facts';
import { parsers, treeFiles } from '../annotated';

const FRED = 0x64657246;
/** Names a source calls a row by, where they are others. */
const CALLED_AS = new Map([
  ['_KsEdit', 'KsEdit'],
  ['PFNBTH_ALLOCATE_BRB', 'BthAllocateBrb'],
]);

/** Arguments with the tag at the row's position. */
function args(row: Allocator): string[] {
  return row.parameters.map((name, at) => (at === row.tagPosition - 1 ? "'derF'" : `a_${name}`));
}

/** Statements or declarations that use the row, each with one site. */
function usesOf(row: Allocator): string[] {
  const member = row.parameters[row.tagPosition - 1] ?? '';
  switch (row.kind) {
    case 'param':
    case 'macro':
      return [row.name, CALLED_AS.get(row.name) ?? row.name].map(
        (name) => `void f(void) { ${name}(${args(row).join(', ')}); }`,
      );
    case 'placement-new':
      return ["void f() { p = new (POOL_FLAG_PAGED, 'derF') Thing(1); }"];
    case 'field':
      return [
        `${row.name} x = { ${args(row).join(', ')} };`,
        `${row.name} x = { .${member} = 'derF' };`,
        `const ${row.name} x[] = { { ${args(row).join(', ')} } };`,
        `void f(${row.name} *x) { x->${member} = 'derF'; }`,
        `void f(P${row.name} x) { x->${member} = 'derF'; }`,
        `void f(void) { ${row.name} x; x.${member} = 'derF'; }`,
        `void f(void) { struct _${row.name} x[2]; x[1].${member} = 'derF'; }`,
      ];
  }
}

for (const row of ALLOCATORS) {
  test(`${row.name} (${row.kind})`, async () => {
    for (const text of usesOf(row)) {
      const { sites } = scanSource(text, {
        file: '/driver.cpp',
        module: 'toaster',
        files: treeFiles({}),
        parsers: await parsers(),
      });
      assert.equal(sites.length, 1, text);
      const [site] = sites;
      assert.equal(site?.api, row.name, text);
      assert.equal(site.role, row.role, text);
      assert.equal(siteTag(site), row.tagPosition === 0 ? undefined : FRED, text);
    }
  });
}
