/** Which constant a path means in a Rust driver: modules in files, aliases, globs, other crates, conditions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FRED, tagsAmong, tagsOf, WAIL } from './rustScanning';

const TAG = `pub const TAG: u32 = ${FRED};`;
const OTHER = `pub const TAG: u32 = ${WAIL};`;

function use(path: string, name = 'f'): string {
  return `fn ${name}() { ExAllocatePool2(0, 8, ${path}); }\n`;
}

test('modules in files: by path, by alias, by list, by glob', async () => {
  const files = { 'drv/src/a.rs': TAG, 'drv/src/b/mod.rs': OTHER };
  const of = (text: string): Promise<string[]> => tagsAmong({ ...files, 'drv/src/lib.rs': `mod a; mod b; ${text}` });
  assert.deepEqual(await of(use('a::TAG') + use('crate::b::TAG', 'g')), ['Fred', 'Wail']);
  assert.deepEqual(await of(`use a::TAG as MINE; ${use('MINE')}`), ['Fred']);
  assert.deepEqual(
    await of(`use crate::{a::{self, TAG as A}, b::TAG}; ${use('A')}${use('TAG', 'g')}${use('a::TAG', 'h')}`),
    ['Fred', 'Wail', 'Fred'],
  );
  assert.deepEqual(await of(`use b::*; ${use('TAG')}`), ['Wail']);
  assert.deepEqual(await of(`mod c { use super::a::*; ${use('TAG')} } mod d { ${use('super::b::TAG')} }`), [
    'Fred',
    'Wail',
  ]);
});

test('what gives on what it takes from elsewhere', async () => {
  const files = { 'drv/src/a.rs': `pub mod inner { ${TAG} } pub use inner::TAG;`, 'drv/src/odd.rs': OTHER };
  const of = (text: string): Promise<string[]> => tagsAmong({ ...files, 'drv/src/lib.rs': text });
  assert.deepEqual(await of(`mod a; use a::inner::TAG as T; ${use('T')}`), ['Fred']);
  assert.deepEqual(await of(`#[path = "odd.rs"] mod tags; ${use('tags::TAG')}`), ['Wail']);
});

test('other crates: by their names; libraries and unknown crates have none of ours', async () => {
  const files = {
    'drv/src/tags.rs': OTHER,
    'km/src/lib.rs': `${TAG} pub mod deep { pub const DEEP_TAG: u32 = ${FRED}; }`,
  };
  const of = (text: string): Promise<string[]> => tagsAmong({ ...files, 'drv/src/lib.rs': `mod tags; ${text}` });
  assert.deepEqual(await of(use('km::TAG') + use('tags::TAG', 'g')), ['Fred', 'Wail']);
  assert.deepEqual(await of(`use km::deep::*; ${use('DEEP_TAG')}`), ['Fred']);
  assert.deepEqual(await of(`use other::TAG; ${use('TAG')}`), ['?']);
  assert.deepEqual(await of(use('wdk_sys::TAG')), ['?']);
  assert.deepEqual(await of(`use wdk_sys::*; ${use('TAG')}`), ['?']);
});

test('conditions: all that may be meant, without what is for tests', async () => {
  const two = `#[cfg(target_arch = "x86_64")] const TAG: u32 = ${FRED}; #[cfg(not(target_arch = "x86_64"))] const TAG: u32 = ${WAIL};`;
  assert.deepEqual(await tagsOf(two + use('TAG')), ['Fred Wail']);
  const tests = `#[cfg(test)] // only there\nconst TAG: u32 = ${WAIL}; #[cfg(not(test))] const TAG: u32 = ${FRED};`;
  assert.deepEqual(await tagsOf(tests + use('TAG')), ['Fred']);
  assert.deepEqual(await tagsOf(`#[cfg(test)] use x; const TAG: u32 = ${FRED};${use('TAG')}`), ['Fred']);
});

test("Windows' functions under other names", async () => {
  assert.deepEqual(await tagsOf(`use wdk_sys::ntddk::ExAllocatePool2 as take; fn f() { take(0, 8, ${FRED}); }`), [
    'Fred',
  ]);
  const linked =
    'extern "system" { #[link_name = "ExAllocatePoolWithTag"] fn take(kind: u32, size: usize, tag: u32) -> *mut u8; }';
  assert.deepEqual(await tagsOf(`${linked} fn f() { take(0, 8, ${FRED}); }`), ['Fred']);
  assert.deepEqual(
    await tagsOf(`fn take(s: usize, tag: u32) { ExAllocatePool2(0, s, tag); } fn f() { core::mem::take(8, 5); }`),
    ['?'],
  );
});

test('what is not sure is said: another module may make the constant with a macro that is not at hand', async () => {
  const files = {
    'drv/src/a.rs': `${TAG} pub mod inner { far! { pub TAG } ${use('TAG')} }`,
    'drv/src/b.rs': 'far! { pub TAG }',
  };
  assert.deepEqual(await tagsAmong(files, 'drv/src/a.rs'), ['?']);
  assert.deepEqual(await tagsAmong({ ...files, 'drv/src/lib.rs': `mod a; mod b; ${use('b::TAG')}` }), ['Fred?']);
});
