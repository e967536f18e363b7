/**
 * Rule default-tag.
 */
import { test } from 'node:test';
import { checkLint } from '../checkLint';

test('every default tag is reported at the allocation', () =>
  checkLint({
    '/a/a.c': `void f(void) {
  ExAllocatePoolWithTag(PagedPool, 16, ' mdW');
//                                     ^^^^^^ warning default-tag: pool tag Wdm  names no owner: it is the default of wdm.h
  ExAllocatePool2(64, 16, ' kdD');
//                        ^^^^^^ warning default-tag: ntddk.h
  ExAllocatePool2(64, 16, 'enoN');
//                        ^^^^^^ warning default-tag: the kernel
  ExAllocatePool2(64, 16, 'rDxF');
//                        ^^^^^^ warning default-tag: KMDF
  ExAllocatePool2(64, 16, 0);
//                        ^ warning default-tag: ExAllocatePool2 is called with pool tag 0
}`,
  }));

test('through a macro, at the place of the call', () =>
  checkLint({
    '/a/a.c': `#include "tags.h"
void f(void) {
  ExAllocatePool2(64, 16, POOL_TAG);
//                        ^^^^^^^^ warning default-tag: Wdm
}`,
    '/a/tags.h': `#define POOL_TAG ((ULONG)' mdW')`,
  }));

test('freeing with such a tag is not reported, nor is a tag of ones own', () =>
  checkLint({
    '/a/a.c': `void f(void *p) {
  ExFreePoolWithTag(p, ' mdW');
  ExFreePoolWithTag(p, 0);
  ExAllocatePool2(64, 16, 'derF');
}`,
  }));

test('a comment on the same line switches it off, for the named rule only', () =>
  checkLint({
    '/a/a.c': `void f(void) {
  ExAllocatePool2(64, 16, ' mdW'); // poollens-disable-line default-tag
  ExAllocatePool2(64, 16, ' mdW'); /* poollens-disable-line */
  ExAllocatePool2(64, 16, ' mdW'); // poollens-disable-line duplicate-tag
//                        ^^^^^^ warning default-tag: Wdm
}`,
  }));

test('a setting switches the rule off or changes its severity', async () => {
  const text = `void f(void) { ExAllocatePool2(64, 16, ' mdW'); }`;
  await checkLint({ '/a/a.c': text }, { 'default-tag': 'off' });
  await checkLint(
    { '/a/a.c': `${text}\n//                                     ^^^^^^ information default-tag: Wdm` },
    { 'default-tag': 'information' },
  );
});

test('zero is said to be refused of functions that hand it to the pool, and is no fault of a remove lock', () =>
  checkLint({
    '/a/a.c': `void f(void) {
  ExAllocatePoolWithTag(PagedPool, 16, 0);
//                                     ^ warning default-tag: pool tag 0, which names no owner and which newer systems refuse
  p = EngAllocMem(0, 16, 0);
//                       ^ warning default-tag: EngAllocMem is called with pool tag 0, which names no owner
  IoInitializeRemoveLock(&lock, 0, 1, 1);
}`,
  }));
