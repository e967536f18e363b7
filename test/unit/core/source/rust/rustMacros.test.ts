/** `macro_rules!` of a Rust driver: what a use allocates, which constants it makes, and what can't be told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandMacro, readMacroRules } from '../../../../../server/core/source/rust/rustMacros';
import { FRED, scan, tagOf, tagsAmong, tagsOf } from './rustScanning';

function expanded(rules: string, args: string): string | undefined {
  const macro = readMacroRules(`macro_rules! m { ${rules} }`);
  assert.ok(macro);
  const pieces = expandMacro(macro, args);
  return pieces
    ?.map(({ text }) => text)
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
}

test('rules match as the language has them match', () => {
  assert.equal(expanded('($a:expr) => { f($a) };', '1 + 2'), 'f((1 + 2))');
  assert.equal(expanded('($a:expr, $b:expr) => { $b } ; ($a:expr) => { $a }', 'x'), '(x)');
  assert.equal(expanded('($n:ident = $v:literal) => { const $n: u32 = $v; }', 'A = 0x10'), 'const A: u32 = 0x10;');
  assert.equal(expanded('($($n:ident),* $(,)?) => { $( f($n); )* }', 'a, b,'), 'f(a); f(b);');
  assert.equal(
    expanded('($($n:ident => { $($v:expr),+ });*) => { $( $n: [$($v),+]; )* }', 'a => { 1, 2 }; b => { 3 }'),
    'a: [ (1), (2)]; b: [ (3)];',
  );
  assert.equal(expanded('(@inner $a:tt) => { 1 }; ($a:expr) => { m!(@inner $a) }', 'x'), 'm!(@inner (x))');
  assert.equal(
    expanded('($a:expr, $t:ty) => { g::<$t>($a) }', 'f::<u8, u16>(1), Vec<u8>'),
    'g::<Vec<u8>>((f::<u8, u16>(1)))',
  );
  assert.equal(expanded('($v:vis $n:ident) => { $v fn $n() {} }', 'pub(crate) f'), 'pub(crate) fn f() {}');
  assert.equal(expanded('($v:vis $n:ident) => { $v fn $n() {} }', 'f'), 'fn f() {}');
  // An expression handed on is no word any more.
  assert.equal(expanded('($a:expr) => { n!($a) }', 'x'), 'n!((x))');
  assert.equal(expanded('(a) => { 1 }', 'b'), undefined);
  // What a pattern or an item would match is not read, nor then whether a later rule is meant.
  assert.equal(expanded('($p:pat) => { 1 }; ($a:expr) => { 2 }', '5'), undefined);
  assert.equal(expanded('($a:expr) => { $b }', '5'), undefined);
  assert.equal(expanded('($a:expr) => { 1 }', '(5'), undefined);
  assert.equal(readMacroRules('macro_rules! m { ($a:expr) => '), undefined);
});

test('uses of macros that allocate are sites, where they are used', async () => {
  const rules = `macro_rules! alloc {
    ($size:expr) => { alloc!($size, b"Fred") };
    ($size:expr, $tag:expr) => { unsafe { ExAllocatePool2(POOL_FLAG_PAGED, $size, u32::from_ne_bytes(*$tag)) } };
  }\n`;
  assert.deepEqual(await tagsOf(`${rules} fn f() { alloc!(8); alloc!(16, b"Wail"); let p = alloc!(4, NAME); }`), [
    'Fred',
    'Wail',
    '?',
  ]);
  const [site] = (await scan(`${rules}fn f() {\n  alloc!(8, b"Wail");\n}`)).sites;
  assert.ok(site?.place.kind === 'source');
  assert.deepEqual(site.place.range, { start: { line: 5, column: 2 }, end: { line: 5, column: 7 } });
  assert.equal(site.place.function, 'f');
});

test('macros that give a tag, and those that make constants', async () => {
  const tag = 'macro_rules! tag { ($name:literal) => { u32::from_ne_bytes(*$name) }; }';
  assert.equal(await tagOf('tag!(b"Fred")', tag), 'Fred');
  assert.equal(await tagOf('tag!(b"Fred") ^ 0', `${tag} const OTHER: u32 = tag!(b"Wail");`), 'Fred');
  const define =
    'macro_rules! tags { ($($n:ident = $t:expr),* $(,)?) => { $(pub const $n: u32 = u32::from_le_bytes(*$t);)* }; }';
  const text = `${define} tags! { A = b"Fred", B = b"Wail", } fn f() { ExAllocatePool2(0, 8, A); ExAllocatePool2(0, 8, B); }`;
  assert.deepEqual(await tagsOf(text), ['Fred', 'Wail']);
  assert.equal(await tagOf('missing!(b"Fred")'), '? computed by macro missing!');
  // Which of two under conditions is meant is not known.
  const two = `#[cfg(a)] macro_rules! t { () => { ${FRED} } } #[cfg(not(a))] macro_rules! t { () => { 0x6c696157 } }`;
  assert.equal(await tagOf('t!()', two), 'Fred Wail');
});

test("names of a macro's own are not those of the function that uses it", async () => {
  const hidden = 'macro_rules! alloc { ($t:expr) => {{ let tag = 0x6c696157; ExAllocatePool2(0, tag, $t) }} }';
  assert.deepEqual(await tagsOf(`${hidden} fn f() { let tag = ${FRED}; alloc!(tag); }`), ['Fred']);
  const own = 'macro_rules! alloc { () => {{ let tag = 0x6c696157; ExAllocatePool2(0, 8, tag) }} }';
  assert.deepEqual(await tagsOf(`${own} fn f() { let tag = ${FRED}; alloc!(); }`), ['Wail']);
  assert.deepEqual(await tagsOf(`${own} fn f() { let tag = ${FRED}; alloc!(); ExAllocatePool2(0, 8, tag); }`), [
    'Wail',
    'Fred',
  ]);
});

test('hostile macros end', async () => {
  await scan('macro_rules! m { ($a:expr) => { m!($a); m!($a); m!($a); ExAllocatePool2(0, 8, $a) } } fn f() { m!(1); }');
  const wide = `macro_rules! m { ($($a:tt)*) => { n!($($a)* $($a)* $($a)* $($a)*) } } macro_rules! n { ($($a:tt)*) => { m!($($a)* $($a)*) ExAllocatePool2(0, 8, 1) } }`;
  await scan(`${wide} fn f() { m!(1 2 3 4); }`);
  const many = 'm!(0x64657246);'.repeat(5_000);
  await scan(`macro_rules! m { ($a:expr) => { ExAllocatePool2(0, 8, $a) } } fn f() { ${many} }`);
  const text =
    'macro_rules! m { ($a:expr, $($b:ident)*) => { ExAllocatePool2(0, 8, $a); $($b)* } } fn f() { m!(0x64657246, a b); }';
  for (let end = 0; end < text.length; end += 1) assert.deepEqual((await scan(text.slice(0, end))).issues, []);
});

test('a name that a macro is given is seen behind its use; a wrapper tells that its tag may be another one', async () => {
  const bind = 'macro_rules! bind { ($n:ident, $e:expr) => { let $n = $e; }; }';
  assert.deepEqual(await tagsOf(`${bind} fn f() { let t = 1; bind!(t, ${FRED}); ExAllocatePool2(0, 8, t); }`), [
    'Fred',
  ]);
  const wrapper = 'fn take(mut tag: u32) { if far() { tag = far(); } ExAllocatePool2(0, 8, tag); }';
  assert.deepEqual(await tagsOf(`${wrapper} fn f() { take(${FRED}); }`), ['Fred?', 'Fred?']);
  const two = 'macro_rules! two { ($($t:expr),+) => { $( ExAllocatePool2(0, 8, $t); )+ }; }';
  assert.deepEqual(await tagsOf(`${two} fn f() { two!(${FRED}, far()); }`), ['Fred', '?']);
});

test("macros of the crate's other files, and of other crates when they are exported", async () => {
  const rules = 'macro_rules! pool { ($t:literal) => { ExAllocatePool2(0, 8, u32::from_ne_bytes(*$t)) } }';
  const lib = 'mod macros; fn f() { pool!(b"Fred"); }';
  assert.deepEqual(await tagsAmong({ 'drv/src/lib.rs': lib, 'drv/src/macros.rs': rules }), ['Fred']);
  assert.deepEqual(await tagsAmong({ 'drv/src/lib.rs': lib, 'km/src/lib.rs': rules }), []);
  assert.deepEqual(await tagsAmong({ 'drv/src/lib.rs': lib, 'km/src/lib.rs': `#[macro_export] ${rules}` }), ['Fred']);
  // Which of two is meant is not known.
  const other = rules.replace('from_ne', 'from_be');
  assert.deepEqual(await tagsAmong({ 'drv/src/lib.rs': lib, 'drv/src/a.rs': rules, 'drv/src/b.rs': other }), []);
  const tag = 'macro_rules! pool_tag { ($t:literal) => { u32::from_ne_bytes(*$t) } }';
  const uses = 'fn f() { ExAllocatePool2(0, 8, pool_tag!(b"Fred")); }';
  assert.deepEqual(await tagsAmong({ 'drv/src/lib.rs': uses, 'drv/src/macros.rs': tag }), ['Fred']);
});
