/** Sources that drivers and programs share: a name that means the pool in one and something else in the other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanSource } from '../../../../../server/core/source/scanSource';
import { tagToText } from '../../../../../src/shared/poolTag';
import { parsers, treeFiles } from '../annotated';

const TREE = {
  'alloc.h': `#ifdef TOAST_DRIVER
#define TOAST_ALLOC(n) ExAllocatePool2(64, (n), 'derF')
#define TOAST_FREE(p) ExFreePoolWithTag((p), 'derF')
#else
#define TOAST_ALLOC malloc
#define TOAST_FREE(p) free(p)
#endif
#ifdef _KERNEL_MODE
#define TOAST_GET(n) ExAllocatePool2(64, (n), 'treB')
#endif
`,
  'shared.c': `#include "alloc.h"
void f(void) {
  p = TOAST_ALLOC(8);
  TOAST_FREE(p);
  q = TOAST_GET(8);
  r = ExAllocatePool2(64, 8, 'oelC');
}
`,
};

async function tagsOf(undefines: readonly string[]): Promise<string[]> {
  const { sites } = scanSource(TREE['shared.c'], {
    file: '/shared.c',
    module: 'toast',
    files: treeFiles(TREE),
    parsers: await parsers(),
    undefines: new Set(undefines),
  });
  return sites.filter(({ place }) => place.file === '/shared.c').map(({ tags }) => tags.map(tagToText).join('|'));
}

test('a macro that means the pool only in a driver is no site of a program', async () => {
  assert.deepEqual(await tagsOf(['_KERNEL_MODE', 'WINNT']), ['Cleo']);
});

test('in a driver, and where nobody says what it is, it is one', async () => {
  assert.deepEqual(await tagsOf([]), ['Fred', 'Fred', 'Bert', 'Cleo']);
});
