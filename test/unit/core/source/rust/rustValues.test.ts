/** Values in Rust drivers: functions that compute tags, local names and what hides them, structures, generics, traits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FRED, tagOf, tagsOf, WAIL } from './rustScanning';

function allocates(tag: string): string {
  return `ExAllocatePool2(0, 8, ${tag});`;
}

test('functions that compute a tag: shifts, loops, choices, texts', async () => {
  const shifts = '(s[0] as u32) | (s[1] as u32) << 8 | (s[2] as u32) << 16 | (s[3] as u32) << 24';
  const loop = 'let mut r = 0u32; let mut i = 0; while i < 4 { r |= (s[i] as u32) << (8 * i); i += 1; } r';
  const each = 'let mut r = 0; for b in s.iter().rev() { r = r << 8 | *b as u32; } r';
  const indexed = 'let mut r = 0u32; for i in 0..4 { r |= (s[i] as u32) << (i * 8); } return r;';
  const array =
    'let mut b = [0u8; 4]; let mut i = 0; loop { if i == 4 { break; } b[i] = s[i]; i += 1; } u32::from_ne_bytes(b)';
  for (const body of [shifts, loop, indexed, array])
    assert.equal(await tagOf('tag(b"Fred")', `const fn tag(s: &[u8; 4]) -> u32 { ${body} }`), 'Fred', body);
  // An order that is not followed.
  assert.match(await tagOf('tag(b"Fred")', `const fn tag(s: &[u8; 4]) -> u32 { ${each} }`), /^\? /);
  const text =
    'const fn tag(s: &str) -> u32 { assert!(s.len() == 4); let b = s.as_bytes(); u32::from_le_bytes([b[0], b[1], b[2], b[3]]) }';
  assert.equal(await tagOf('tag("Fred")', text), 'Fred');
  assert.equal(await tagOf('u32::from_ne_bytes(b"Fred-12"[..4].try_into().unwrap())'), 'Fred');
  assert.equal(await tagOf('unsafe { core::mem::transmute::<[u8; 4], u32>(*b"Fred") }'), 'Fred');
  const pick = `fn pick(a: bool) -> u32 { if a { return ${FRED}; } ${WAIL} }`;
  assert.equal(await tagOf('pick(true)', pick), 'Fred');
  assert.equal(await tagOf('pick(x)', pick, 'x: bool'), 'Fred Wail');
  // What changes a variable out of sight ends it.
  assert.match(await tagOf('t()', `fn t() -> u32 { let mut x = ${FRED}; change(&mut x); x }`), /^\? /);
  assert.match(await tagOf('t()', 'fn t() -> u32 { loop { } }'), /^\? /);
});

test('widths of integers, and computations that overflow', async () => {
  assert.equal(await tagOf('!0x9b9a8db9u32'), 'Fred');
  assert.equal(await tagOf('(0x64_6572_4600u64 >> 8) as u32'), 'Fred');
  assert.equal(await tagOf("((b'd' as u64) << 56 >> 32) as u32 | 0x657246"), 'Fred');
  assert.equal(await tagOf('0x72466465u32.rotate_left(16)'), 'Fred');
  assert.match(await tagOf('0xffffffffu32 + 1'), /^\? its computation overflows/);
  assert.match(await tagOf('0x164u8 as u32'), /^\? /);
  assert.match(await tagOf('0x64657246 as Unknown'), /^\? cast to 'Unknown'/);
  assert.equal(await tagOf('0x64657246 as Tag', 'type Tag = u32;'), 'Fred');
});

test('local names: the one that is seen there, and what is not a constant', async () => {
  const inner = `fn f() { let tag = ${FRED}; { let tag = ${WAIL}; ${allocates('tag')} } ${allocates('tag')} }`;
  assert.deepEqual(await tagsOf(inner), ['Wail', 'Fred']);
  assert.deepEqual(await tagsOf(`fn f() { let tag = 1; let tag = ${FRED}; ${allocates('tag')} }`), ['Fred']);
  assert.deepEqual(
    await tagsOf(`fn f() { let tag; if x { tag = ${FRED}; } else { tag = ${WAIL}; } ${allocates('tag')} }`),
    ['Fred Wail'],
  );
  assert.deepEqual(await tagsOf(`fn f() { let mut tag = ${FRED}; tag += 1; ${allocates('tag')} }`), ['Fred?']);
  const hidden: readonly [string, string][] = [
    [`|tag: u32| { ${allocates('tag')} }`, '?'],
    [`if let Some(tag) = o { ${allocates('tag')} }`, '?'],
    [`match o { Some(tag) => { ${allocates('tag')} } None => {} }`, '?'],
    [`for tag in list() { ${allocates('tag')} }`, '?'],
    [`for tag in [${FRED}] { ${allocates('tag')} }`, 'Fred'],
    [`let (tag, other) = (${FRED}, 1); ${allocates('tag')}`, 'Fred'],
    [`let (_, tag) = (1, ${FRED}); ${allocates('tag')}`, 'Fred'],
    [`let Pair { tag, .. } = pair(); ${allocates('tag')}`, '?'],
  ];
  for (const [statement, tags] of hidden)
    assert.deepEqual(await tagsOf(`fn f(o: Option<u32>) { let tag = ${WAIL}; ${statement} }`), [tags], statement);
  assert.deepEqual(await tagsOf(`fn g(tag: u32) { ${allocates('!tag')} } fn f() { g(5); }`), ['?']);
  assert.deepEqual(await tagsOf(`fn g(mut tag: u32) { tag = ${WAIL}; ${allocates('tag')} } fn f() { g(${FRED}); }`), [
    'Fred Wail',
    'Fred Wail',
  ]);
});

test('structures, arrays and variants that hold tags', async () => {
  assert.equal(await tagOf('POOL.tag', `struct T { tag: u32 } const POOL: T = T { tag: ${FRED} };`), 'Fred');
  const tuple =
    'struct Tag(u32); impl Tag { const fn new(b: &[u8; 4]) -> Self { Self(u32::from_ne_bytes(*b)) } const fn value(&self) -> u32 { self.0 } }';
  assert.equal(await tagOf('T.0', `${tuple} const T: Tag = Tag::new(b"Fred");`), 'Fred');
  assert.equal(await tagOf('T.value()', `${tuple} const T: Tag = Tag::new(b"Fred");`), 'Fred');
  assert.equal(await tagOf('TAGS[1]', `const TAGS: [u32; 2] = [${WAIL}, ${FRED}];`), 'Fred');
  assert.equal(await tagOf('TAGS[i]', `const TAGS: [u32; 2] = [${WAIL}, ${FRED}];`, 'i: usize'), 'Fred Wail');
  const kinds = `enum P { A, B } impl P { fn tag(&self) -> u32 { match self { P::A => ${FRED}, P::B => ${WAIL} } } }`;
  assert.equal(await tagOf('P::A.tag()', kinds), 'Fred');
  assert.equal(await tagOf('p.tag()', kinds, 'p: P'), 'Fred Wail');
  // What anybody may set is not known.
  const open = 'struct Pool { pub tag: u32 } impl Pool { fn get(&self) { ExAllocatePool2(0, 8, self.tag); } }';
  assert.deepEqual(await tagsOf(`${open} static P: Pool = Pool { tag: ${FRED} };`), ['Fred?']);
  const closed = open.replace('pub ', '');
  assert.deepEqual(await tagsOf(`${closed} static P: Pool = Pool { tag: ${FRED} };`), ['Fred']);
  assert.deepEqual(
    await tagsOf(`${closed} fn f(p: &mut Pool) { p.tag = ${WAIL}; } static P: Pool = Pool { tag: ${FRED} };`),
    ['Fred Wail'],
  );
});

test('generic constants: of functions, of types, through aliases', async () => {
  const take = 'fn take<const TAG: u32>(size: usize) { ExAllocatePool2(0, size, TAG); }';
  assert.deepEqual(await tagsOf(`${take} fn f() { take::<0x64657246>(8); take::<{ ${WAIL} }>(8); }`), [
    'Fred Wail',
    'Fred',
    'Wail',
  ]);
  assert.deepEqual(await tagsOf(`${take} const T: u32 = ${FRED}; fn f() { take::<T>(8); }`), ['Fred', 'Fred']);
  const pool =
    'struct Pool<const TAG: u32>; impl<const TAG: u32> Pool<TAG> { fn take(size: usize) { ExAllocatePool2(0, size, TAG); } }';
  assert.deepEqual(
    await tagsOf(`${pool} type Mine = Pool<{ ${FRED} }>; fn f() { Mine::take(8); Pool::<0x6c696157>::take(8); }`),
    ['Fred Wail', 'Fred', 'Wail'],
  );
});

test("constants of traits: of a type, of any type, the trait's own", async () => {
  const tagged = `trait Tagged { const TAG: u32 = 1; } struct A; struct B; impl Tagged for A { const TAG: u32 = ${FRED}; }`;
  const both = `${tagged} impl Tagged for B { const TAG: u32 = ${WAIL}; }`;
  assert.equal(await tagOf('A::TAG', both), 'Fred');
  assert.equal(await tagOf('<B as Tagged>::TAG', both), 'Wail');
  assert.deepEqual(await tagsOf(`${both.replace(' = 1', '')} fn f<T: Tagged>() { ${allocates('T::TAG')} }`), [
    'Fred Wail',
  ]);
  assert.deepEqual(
    await tagsOf(`${tagged.replace(' = 1', '').replace('; }', `; fn f() { ${allocates('Self::TAG')} } }`)}`),
    ['Fred'],
  );
});

test('parameters that become a tag in some steps', async () => {
  const bytes = 'fn take(tag: &[u8; 4]) { ExAllocatePool2(0, 8, u32::from_ne_bytes(*tag)); }';
  assert.deepEqual(await tagsOf(`${bytes} fn f() { take(b"Fred"); }`), ['Fred', 'Fred']);
  const text =
    'fn take(tag: &str) { let b = tag.as_bytes(); let tag = u32::from_be_bytes([b[0], b[1], b[2], b[3]]); ExAllocatePool2(0, 8, tag); }';
  assert.deepEqual(await tagsOf(`${text} fn g(t: &str) { take(t); } fn f() { take("derF"); g("liaW"); }`), [
    'Fred Wail',
    'Wail',
    'Fred',
    'Wail',
  ]);
  const structure = `#[derive(Clone, Copy)] struct Tag { tag: u32 } impl Tag { const fn of(b: &[u8; 4]) -> Self { Self { tag: u32::from_ne_bytes(*b) } } }
    fn alloc(tag: Tag) { ExAllocatePool2(0, 8, tag.tag); }
    struct Pool { tag: Tag } impl Pool { const fn new(tag: Tag) -> Self { Self { tag } } fn get(&self) { alloc(self.tag); } }
    static P: Pool = Pool::new(Tag::of(b"Fred"));`;
  assert.deepEqual(await tagsOf(structure), ['Fred', 'Fred']);
  // One that becomes a tag in two ways is not followed.
  const two = 'fn take(tag: u32) { ExAllocatePool2(0, 8, tag); ExAllocatePool2(0, 8, tag.swap_bytes()); }';
  assert.deepEqual(await tagsOf(`${two} fn f() { take(0x64657246); }`), ['Fred', '?', 'Fred']);
});
