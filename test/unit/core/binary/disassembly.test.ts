/**
 * Listings of functions with the disassembler that is shipped: names, tags and places on the demo drivers of three
 * machines, and small built images for what real ones seldom have.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { disassemble, type Disassembled } from '../../../../server/core/binary/disassembly/disassemble';
import { listingText, type ListingText } from '../../../../server/core/binary/disassembly/listingText';
import { shownPieces } from '../../../../server/core/binary/disassembly/pieces';
import { scanImage } from '../../../../server/core/binary/scanImage';
import { instructionText } from '../../../../server/scan/oneImage/instructionText';
import type { TagSite } from '../../../../src/shared/facts';
import { assemble, b, imm, slot, to, label } from './assembler';
import { buildImage, CODE_RVA, VARIABLES_RVA, type ImageParts } from './imageBuilder';

const DEMO = resolve(__dirname, '../../../fixtures/demo/build');
const FRED = 0x64657246;

interface Shown extends ListingText {
  readonly lines: readonly string[];
  /** The line of the address asked for, without its address and bytes. */
  readonly at: string;
}

async function show(bytes: Uint8Array, file: string, rva: number, options: { readonly pdb?: string } = {}) {
  const pdb = options.pdb === undefined ? undefined : { file: options.pdb, bytes: readFileSync(options.pdb) };
  const loadPdb = (): typeof pdb => pdb;
  const { sites } = scanImage(bytes, { file, loadPdb });
  const decode = await instructionText();
  return { sites, result: disassemble(bytes, { file, rva, sites, decode, loadPdb }) };
}

function textOf({ value, problem }: Disassembled, rva: number): Shown {
  assert.ok(value, problem);
  const text = listingText(value, { rva, sourceText: (_, line) => (line === 38 ? 'message = ...' : undefined) });
  const lines = text.text.split('\n');
  return { ...text, lines, at: wordsOf(lines[text.line] ?? '') };
}

function wordsOf(line: string): string {
  return line.replace(/^\S+ +\S+ +\S+ +/, '').replace(/ +/g, ' ');
}

function rvaOf(site: TagSite | undefined): number {
  assert.ok(site?.place.kind === 'image');
  return site.place.rva;
}

for (const machine of ['x64', 'x86', 'arm64'] as const) {
  test(`${machine}: the leaking call with its function, line, import and tag`, async () => {
    const file = `${DEMO}/${machine}/leaky.sys`;
    const bytes = readFileSync(file);
    const pdb = `${DEMO}/${machine}/leaky.pdb`;
    const { sites } = await show(bytes, file, 0, { pdb });
    const leak = sites.find(
      ({ place, role }) => role === 'allocate' && place.function?.startsWith('LeakyStore') === true,
    );
    const { result } = await show(bytes, file, rvaOf(leak), { pdb });
    const shown = textOf(result, rvaOf(leak));
    assert.equal(result.value?.name, 'LeakyStore');
    assert.match(shown.lines[0] ?? '', /^; leaky\.sys!LeakyStore: disassembled by PoolLens$/);
    assert.match(shown.lines[1] ?? '', new RegExp(`^; ${machine}, image base 0x[1-9]\\d+, symbols from leaky\\.pdb$`));
    assert.match(shown.at, /^(?:call dword ptr|call qword ptr|blr x\d+)/);
    assert.match(
      shown.at,
      machine === 'arm64' ? /; ExAllocatePool2 allocates, tag Leak$/ : /\] ; allocates, tag Leak$/,
    );
    assert.deepEqual(shown.sites, [shown.line]);
    const before = shown.lines.slice(0, shown.line).map(wordsOf);
    assert.ok(
      before.some((line) => line.includes('; tag Leak')),
      before.join('\n'),
    );
    assert.ok(shown.lines.includes('; leaky.c:39  message = ...'));
    assert.ok(shown.lines.includes('; D:\\demo\\leaky\\leaky.c'));
    const everything = shown.lines.join('\n');
    for (const name of ['nt!ExAllocatePool2', 'nt!KeReleaseMutex']) assert.ok(everything.includes(name), name);
    // Every address of the function once, in order, with nothing between two instructions.
    const items = result.value.items.filter((item) => item.kind === 'code' || item.kind === 'data');
    items.slice(1).forEach((item, at) => {
      assert.equal(item.rva, (items[at]?.rva ?? 0) + (items[at]?.size ?? 0));
    });
    assert.equal(items[0]?.rva, result.value.entry);
  });
}

test('a call of a wrapper names it, and every place of the function is marked', async () => {
  const file = `${DEMO}/x64/steady.sys`;
  const bytes = readFileSync(file);
  const pdb = `${DEMO}/x64/steady.pdb`;
  const { sites } = await show(bytes, file, 0, { pdb });
  const wrapped = sites.find((site) => site.via === 'SteadyAllocate');
  const { result } = await show(bytes, file, rvaOf(wrapped), { pdb });
  const shown = textOf(result, rvaOf(wrapped));
  assert.match(shown.at, /^call SteadyAllocate ; ExAllocatePoolWithTag through SteadyAllocate allocates, tag \w{4}$/);
  assert.ok(shown.sites.length > 2 && shown.sites.includes(shown.line));
});

test('without a PDB the export names the function, else the module and its address', async () => {
  const parts: ImageParts = {
    machine: 'x64',
    imports: [{ module: 'ntoskrnl.exe', functions: ['ExAllocatePoolWithTag', 7] }],
    exports: [{ name: 'Exported', rva: CODE_RVA }],
    functions: [
      { begin: CODE_RVA, end: CODE_RVA + 0x1a },
      { begin: CODE_RVA + 0x1a, end: CODE_RVA + 0x20 },
    ],
    code: (slotOf) =>
      assemble(
        [
          b('e8'), // call inner
          to('inner'),
          b('41 b8'), // mov r8d, 'derF'
          imm(FRED),
          b('ff 15'),
          slot('ExAllocatePoolWithTag'),
          b('74 f3 74 01 c3 cc cc cc cc'), // je back, je over, ret
          label('inner'),
          b('ff 25'), // jmp [#7]
          slot('#7'),
        ],
        slotOf,
      ).bytes,
  };
  const bytes = buildImage(parts);
  const file = resolve('/drivers/own.sys');
  const first = textOf((await show(bytes, file, CODE_RVA + 11)).result, CODE_RVA + 11);
  assert.equal(first.lines[0], '; own.sys!Exported: disassembled by PoolLens');
  assert.match(first.lines[1] ?? '', /no PDB$/);
  assert.deepEqual(first.lines.slice(4, 9).map(wordsOf), [
    'call nt!#7',
    'mov r8d, 0x64657246 ; tag Fred',
    'call qword ptr [nt!ExAllocatePoolWithTag] ; allocates, tag Fred',
    'je own+0x1006',
    'je own+0x1016',
  ]);
  assert.match(first.lines[5] ?? '', /^own\+0x1005 {2}140001005 {2}41b846726564 +mov/);
  const second = textOf((await show(bytes, file, CODE_RVA + 0x1b)).result, CODE_RVA + 0x1b);
  assert.equal(second.lines[0], '; own.sys!own+0x101a: disassembled by PoolLens');
  assert.match(second.at, /^jmp qword ptr \[nt!#7\]/);
});

test('pieces of a function are shown apart, the one with the entry first', async () => {
  const nops = (count: number): number[] => new Array<number>(count).fill(0x90);
  const bytes = buildImage({
    machine: 'x64',
    functions: [
      { begin: CODE_RVA, end: CODE_RVA + 0x10, chainedTo: CODE_RVA + 0x40 },
      { begin: CODE_RVA + 0x40, end: CODE_RVA + 0x50 },
    ],
    code: () => nops(0x60),
  });
  const { value } = (await show(bytes, 'own.sys', CODE_RVA + 4)).result;
  const labels = value?.items.flatMap((item) => (item.kind === 'label' ? item.text : []));
  assert.deepEqual(labels, ['own+0x1040', 'own+0x1040, part at own+0x1000']);
  assert.equal(value?.whole, true);
});

test('bytes that are no instruction are shown as bytes, and a call that the scan found is a line of its own', async () => {
  const bytes = buildImage({
    machine: 'x64',
    imports: [{ module: 'ntoskrnl.exe', functions: ['ExAllocatePoolWithTag'] }],
    functions: [{ begin: CODE_RVA, end: CODE_RVA + 0x20 }],
    // 06 is none in 64-bit code; 48 b8 would swallow the ten bytes behind it.
    code: (slotOf) =>
      assemble([b('41 b8'), imm(FRED), b('06 06 48 b8 ff 15'), slot('ExAllocatePoolWithTag')], slotOf).bytes,
  });
  const call = CODE_RVA + 10;
  const file = 'own.sys';
  const decode = await instructionText();
  const site: TagSite = {
    tags: [FRED],
    api: 'ExAllocatePoolWithTag',
    role: 'allocate',
    evidence: 'call',
    module: file,
    place: { kind: 'image', file, rva: call },
  };
  const shown = textOf(disassemble(bytes, { file, rva: call, sites: [site], decode }), call);
  assert.match(shown.lines[5] ?? '', / 060648b8 +db$/);
  assert.match(shown.at, /^call qword ptr \[nt!ExAllocatePoolWithTag\] ; allocates, tag Fred$/);
  // The bytes of a tag lie inside an instruction: that is the line, and it stays whole.
  const inside: TagSite = { ...site, evidence: 'bytes', place: { kind: 'image', file, rva: CODE_RVA + 2 } };
  const found = textOf(disassemble(bytes, { file, rva: CODE_RVA + 2, sites: [inside], decode }), CODE_RVA + 2);
  assert.equal(found.at, 'mov r8d, 0x64657246 ; the bytes of tag Fred stand here; tag Fred');
});

test('a giant function is cut around the place; what is left out is counted', () => {
  const code = { rva: 0x1000, size: 0x80000, bytes: new Uint8Array(0x80000) };
  const ranges = [
    { code, begin: 0x100, end: 0x40100 },
    { code, begin: 0x50000, end: 0x50040 },
  ];
  for (const offset of [0x100, 0x20002, 0x400ff]) {
    const pieces = shownPieces({ entry: 0x1100, ranges }, code.rva + offset);
    const [first, second] = pieces;
    assert.ok(first && second && first.begin <= offset && offset < first.end);
    assert.ok(first.end - first.begin <= 24 << 10);
    assert.equal(first.before + first.end - first.begin + first.after, 0x40000);
    assert.equal((first.begin - 0x100) % 4, 0);
    assert.equal(second.end - second.begin + second.after, 0x40);
  }
  const other = shownPieces({ entry: 0x1100, ranges }, code.rva + 0x50010);
  assert.deepEqual(
    other.map(({ begin, end, before, after }) => [begin, end, before, after]),
    [
      [0x100, 0x100 + (24 << 10) - 0x40, 0, 0x40000 - (24 << 10) + 0x40],
      [0x50000, 0x50040, 0, 0],
    ],
  );
});

test('a place in data is shown among its bytes', async () => {
  const variables = [...'....derF driver.Fred'].map((char) => char.charCodeAt(0));
  const bytes = buildImage({ machine: 'x64', code: () => [0xc3], variables });
  const rva = VARIABLES_RVA + 16;
  const file = 'own.sys';
  const site: TagSite = {
    tags: [FRED],
    api: '',
    role: 'allocate',
    evidence: 'bytes',
    module: file,
    place: { kind: 'image', file, rva },
  };
  const shown = textOf(disassemble(bytes, { file, rva, sites: [site], decode: await instructionText() }), rva);
  assert.match(shown.lines[shown.line] ?? '', /^own\+0xa010 .* 46 72 65 64 +Fred +; the bytes of tag Fred stand here$/);
});

test('what can not be shown is said in one line', async () => {
  const decode = await instructionText();
  const small = buildImage({ machine: 'x64', code: () => [0xc3] });
  const problem = (bytes: Uint8Array, rva: number): string | undefined =>
    disassemble(bytes, { file: 'own.sys', rva, sites: [], decode }).problem;
  assert.equal(problem(new Uint8Array(), 0), 'not a PE image');
  assert.equal(problem(small, 0x7000_0000), 'there is nothing at 0x70000000 in this file');
});

test('names from hostile files stay on their line', async () => {
  const bytes = buildImage({
    machine: 'x64',
    imports: [{ module: 'nt\n.exe', functions: ['Ex\u001b[31mAlloc\nate'] }],
    exports: [{ name: `A\r\nB${'x'.repeat(5000)}`, rva: CODE_RVA }],
    code: (slotOf) => assemble([b('ff 15'), slot('Ex\u001b[31mAlloc\nate'), b('c3')], slotOf).bytes,
  });
  const { text } = textOf((await show(bytes, 'ow\nn.sys', CODE_RVA)).result, CODE_RVA);
  assert.ok(!/[^\n\x20-\x7e…]/.test(text), text);
  assert.match(text, /Ex\\x1b\[31mAlloc\\x0aate/);
  for (const line of text.split('\n')) assert.ok(line.length < 700, String(line.length));
});

test('damaged images: no exception, and a listing or a reason', async () => {
  const decode = await instructionText();
  const whole = readFileSync(`${DEMO}/x64/leaky.sys`);
  fc.assert(
    fc.property(
      fc.array(fc.record({ at: fc.nat(whole.length - 1), value: fc.nat(255) }), { maxLength: 12 }),
      fc.oneof(fc.nat(0x3000), fc.nat(0xffffffff)),
      fc.nat(whole.length),
      (edits, rva, length) => {
        const bytes = Uint8Array.from(whole);
        for (const { at, value } of edits) bytes[at] = value;
        const cut = bytes.subarray(0, Math.max(length, whole.length / 2));
        const { value, problem } = disassemble(cut, { file: 'own.sys', rva, sites: [], decode });
        if (value === undefined) assert.ok(problem);
        else listingText(value, { rva, sourceText: () => undefined });
      },
    ),
    { numRuns: 60 },
  );
});
