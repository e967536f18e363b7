/** Tags in Rust drivers, as wdk-sys lets them be written: what each call's tag is, and what can't be told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedNames, namesAny } from '../../../../../server/core/source/changedNames';
import { mergeExports, NO_EXTERNALS } from '../../../../../server/core/source/externals';
import { scanRust } from '../../../../../server/core/source/rust/scanRust';
import type { ScannedSource } from '../../../../../server/core/source/scanSource';
import { FRED, rustParser, scan, sitesOf, tagOf } from './rustScanning';

test('literals, casts and bytes', async () => {
  for (const expression of [
    FRED,
    'ULONG::from_le_bytes(*b"Fred")',
    'u32::from_be_bytes(*b"derF")',
    "u32::from_ne_bytes([b'F', b'r', b'e', b'd'])",
    "u32::from_ne_bytes([0x46, b'r', 101, b'\\x64'])",
    'u32::from_ne_bytes(*br"Fred")',
    '0x6465_7246',
    '0x64657246u32 as ULONG',
    'i32::from_ne_bytes(*b"Fred") as u32',
    "(('d' as u32) << 24) | (b'e' as u32) << 16 | 0x7246",
    'unsafe { { 0x64657246 } }',
    'u32::from_be_bytes(*b"Fred").swap_bytes()',
    'u32::from_be_bytes(*b"Fred").to_be()',
    '(0x64657246).into()',
  ])
    assert.equal(await tagOf(expression), 'Fred', expression);
  assert.equal(await tagOf("'s' as u8 as u32"), 's\\x00\\x00\\x00');
  assert.equal(await tagOf('if debug() { 0x64657246 } else { 0x6c696157 }'), 'Fred Wail');
  assert.equal(await tagOf(`match x { 1 => ${FRED}, _ => ${FRED} }`), 'Fred');
});

test('constants: the one that is seen there, those of types and modules, enumerators, statics', async () => {
  const tag = `const TAG: u32 = ${FRED};`;
  assert.equal(await tagOf('TAG', tag), 'Fred');
  assert.equal(await tagOf('crate::tags::TAG', `mod tags { pub ${tag} }`), 'Fred');
  assert.equal(await tagOf('TAG', `${tag} mod other { const TAG: u32 = 1; }`), 'Fred');
  assert.equal(await tagOf('Pool::TAG', `impl Pool { ${tag} } impl Other { const TAG: u32 = 1; }`), 'Fred');
  assert.equal(await tagOf('TAG', `static TAG: u32 = ${FRED};`), 'Fred');
  assert.equal(await tagOf('TAG', `static mut TAG: u32 = ${FRED};`), "Fred? 'TAG' may be set at run time");
  assert.equal(await tagOf('Tag::Main as u32', `enum Tag { Other = 1, Main = 0x64657246 }`), 'Fred');
  assert.equal(
    await tagOf('TAG', 'const NAME: [u8; 4] = *b"Fred"; const TAG: u32 = u32::from_ne_bytes(NAME);'),
    'Fred',
  );
  assert.equal(await tagOf('*TAG', `lazy_static! { static ref TAG: u32 = ${FRED}; }`), 'Fred');
  assert.equal(
    await tagOf('tag(b"Fred")', 'const fn tag(name: &[u8; 4]) -> u32 { u32::from_ne_bytes(*name) }'),
    'Fred',
  );
  assert.equal(await tagOf('tag', '', 'tag: u32'), "? parameter 'tag' of f, which is never called here");
  assert.equal(await tagOf('MISSING'), "? 'MISSING' is not defined in the files at hand");
  assert.equal(await tagOf('random()'), '? computed at run time by random');
  assert.equal(await tagOf('A', 'const A: u32 = B; const B: u32 = A;'), '? its definition goes too deep');
});

test('calls: paths, blocks, macros, KMDF, structures; declarations, strings and comments are none', async () => {
  const text = `use wdk_sys::ntddk::*; // ExAllocatePool2(0, 0, 1)
extern "C" { fn ExAllocatePool2(flags: u64, size: usize, tag: u32) -> PVOID; }
const TAG: u32 = ${FRED}; const TEXT: &str = "ExAllocatePool2(0, 0, 1)";
fn f() {
  let p = unsafe { wdk_sys::ntddk::ExAllocatePool2(POOL_FLAG_NON_PAGED, 8, TAG) };
  dbg!(ExFreePoolWithTag(p, TAG));
  call_unsafe_wdf_function_binding!(WdfMemoryCreate, attributes, PagedPool, TAG, 16, &mut memory, addr_of_mut!(p));
  call_unsafe_wdf_function_binding!(WdfMemoryCreate, attributes, PagedPool, 0, 16, &mut memory, core::ptr::null_mut());
  let mut config = WDF_DRIVER_CONFIG { Size: 8, DriverPoolTag: 0x6d616e44, ..Default::default() };
  config.DriverPoolTag = TAG;
  paste! { unsafe { ExFreePool(p); } }
}
`;
  assert.deepEqual(sitesOf(await scan(text)), [
    '4 ExAllocatePool2: Fred',
    '5 ExFreePoolWithTag: Fred',
    '6 WdfMemoryCreate: Fred',
    '7 WdfMemoryCreate: Fred Dnam',
    '8 WDF_DRIVER_CONFIG: Dnam',
    '9 WDF_DRIVER_CONFIG: Fred',
    '10 ExFreePool: ? the call carries no tag',
  ]);
});

test('wrappers: functions, methods, types that keep the tag they are made with', async () => {
  const text = `
fn alloc(size: usize, tag: u32) -> PVOID { let kept = tag; unsafe { ExAllocatePool2(0, size, kept) } }
struct Pool { tag: u32 }
impl Pool {
  const fn new(tag: u32) -> Self { Self { tag } }
  fn get(&self, size: usize) -> PVOID { unsafe { ExAllocatePool2(0, size, self.tag) } }
  fn named(&self, size: usize, tag: u32) -> PVOID { alloc(size, tag) }
}
static POOL: Pool = Pool::new(u32::from_ne_bytes(*b"Pool"));
static OTHER: Other = Other::new(1);
fn f() { alloc(8, ${FRED}); POOL.named(8, u32::from_ne_bytes(*b"Meth")); Pool::named(&POOL, 8, 0x6c696157); Other::named(8, 9); }
`;
  assert.deepEqual(sitesOf(await scan(text)), [
    '1 ExAllocatePool2: Fred Meth Wail',
    '5 ExAllocatePool2: Pool',
    '6 ExAllocatePool2: Meth Wail',
    '10 ExAllocatePool2: Fred',
    '10 ExAllocatePool2: Meth',
    '10 ExAllocatePool2: Wail',
  ]);
});

test('files of a crate know of each other, and navigation leads to the constant', async () => {
  const files = {
    '/tags.rs': `pub const MY_TAG: u32 = ${FRED};\npub fn take(tag: u32) { unsafe { ExAllocatePool2(0, 1, tag); } }\n`,
    '/use.rs': 'use crate::tags::*;\nfn f() { take(MY_TAG); unsafe { ExAllocatePool2(0, 8, MY_TAG); } }\n',
  };
  const parser = await rustParser();
  const scanAll = (externals: typeof NO_EXTERNALS): ScannedSource[] =>
    Object.entries(files).map(([file, text]) => scanRust(text, { file, module: 'x.sys', parser, externals }));
  const externals = mergeExports(scanAll(NO_EXTERNALS).map((file) => file.exports));
  assert.ok(namesAny(files['/use.rs'], changedNames(NO_EXTERNALS, externals)));
  const all = mergeExports(scanAll(externals).map((file) => file.exports));
  const [tags, use] = scanAll(all);
  assert.ok(tags && use);
  assert.deepEqual(sitesOf(use), ['1 ExAllocatePool2: Fred', '1 ExAllocatePool2: Fred']);
  assert.deepEqual(sitesOf(tags), ['1 ExAllocatePool2: Fred']);
  const definition = tags.mentions.find((mention) => mention.kind === 'definition');
  assert.deepEqual(definition?.range, { start: { line: 0, column: 10 }, end: { line: 0, column: 16 } });
  assert.deepEqual(
    use.mentions.map((mention) => mention.definedAt?.file),
    ['/tags.rs', '/tags.rs'],
  );
});

test('hostile text: nesting, macros in macros, a file cut anywhere', async () => {
  const deep = 10_000;
  await scan(`fn f() { ExAllocatePool2(0, 8, ${'('.repeat(deep)}1${')'.repeat(deep)}); }`);
  await scan(`fn f() { ${'m!('.repeat(deep)} ExAllocatePool2(0, 8, 1) ${')'.repeat(deep)}; }`);
  await scan(`fn f() { ${'ExAllocatePool2(0, 8, '.repeat(deep)}`);
  const many = Array.from({ length: 2_000 }, (_, i) => `fn f${String(i)}() { ExAllocatePool2(0, 8, ${FRED}); }\n`);
  assert.equal((await scan(many.join(''))).sites.length, many.length);
  const fan = Array.from(
    { length: 40 },
    (_, i) => `const T${String(i)}: u32 = T${String(i + 1)} | T${String(i + 1)};\n`,
  );
  assert.match(await tagOf('T0', fan.join('')), /^\? /);
  const text = `mod m { impl P { const T: u32 = ${FRED}; fn f(&self) { dbg!(ExAllocatePool2(0, 8, Self::T)); } } }\n`;
  for (let end = 0; end < text.length; end += 3) {
    const { sites, issues } = await scan(text.slice(0, end));
    assert.deepEqual(issues, []);
    assert.ok(sites.length <= 1);
  }
});
