/** Tags in the upper half of 64-bit stores and in words of vectors, and what must make them unknown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { b, imm, label, slot } from './assembler';
import type { Pieces } from './scanning';
import { scan } from './scanning';

const ALLOCATE = 'ExAllocatePoolWithTag';
const FRED = imm(0x64657246);

/** sub rsp, 78h; the code; mov r8d, [rsp+2Ch]; call. */
const before = (...code: Pieces): string | undefined =>
  scan(
    'x64',
    [b('48 83 ec 78'), ...code, b('44 8b 44 24 2c'), label('call'), b('ff 15'), slot(ALLOCATE), b('48 83 c4 78 c3')],
    { data: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x46, 0x72, 0x65, 0x64] },
  ).lines[0]?.replace(/^call: ExAllocatePoolWithTag (.*) \(call\)$/, '$1');

const CONSTANT = [b('48 b8 44 33 22 11'), FRED]; // mov rax, 'derF':11223344h
const LOAD = [b('0f 28 05'), slot('#data')]; // movaps xmm0, [data]
const STORE = b('0f 29 44 24 20'); // movaps [rsp+20h], xmm0

test('the upper half of a 64-bit store', () => {
  assert.equal(before(...CONSTANT, b('48 89 44 24 28')), 'Fred', 'mov [rsp+28h], rax');
  assert.equal(before(...CONSTANT, b('50 8f 44 24 28')), 'Fred', 'push rax; pop [rsp+28h]');
  assert.equal(before(...CONSTANT, b('48 89 c3 48 89 5c 24 28')), 'Fred', 'mov rbx, rax; mov [rsp+28h], rbx');
  assert.equal(before(...CONSTANT, b('48 89 44 24 40 48 8b 4c 24 40 48 89 4c 24 28')), 'Fred', 'over the stack');
  assert.equal(before(b('b8'), FRED, b('48 c1 e0 20 48 89 44 24 28')), 'Fred', 'shl rax, 32');
  assert.equal(before(b('48 c7 44 24 28 ff ff ff ff')), '\\xff\\xff\\xff\\xff', 'mov qword [rsp+28h], -1');
});

test('an upper half that something changed, or that nobody set', () => {
  const lost = '? part of a wider value';
  assert.equal(before(...CONSTANT, b('89 c0 48 89 44 24 28')), lost, 'mov eax, eax');
  assert.equal(before(...CONSTANT, b('48 01 c8 48 89 44 24 28')), lost, 'add rax, rcx');
  assert.equal(before(...CONSTANT, b('48 c1 e0 08 48 89 44 24 28')), lost, 'shl rax, 8');
  assert.equal(before(b('48 89 4c 24 28')), lost, 'mov [rsp+28h], rcx');
  assert.equal(before(...CONSTANT, b('ff 15'), slot('KeQueryTick'), b('48 89 44 24 28')), '? left over from a call');
});

test('words of vectors', () => {
  assert.equal(before(...LOAD, STORE), 'Fred');
  assert.equal(before(...LOAD, b('0f 28 d8 0f 29 5c 24 20')), 'Fred', 'movaps xmm3, xmm0; movaps [rsp+20h], xmm3');
  assert.equal(before(...LOAD, b('0f 11 44 24 40 0f 10 4c 24 40 0f 11 4c 24 20')), 'Fred', 'over the stack');
  assert.equal(
    before(...LOAD, b('66 0f 70 c8 4e 66 0f d6 4c 24 28')),
    'Fred',
    'pshufd xmm1, xmm0, 4Eh; movq [rsp+28h]',
  );
  assert.equal(before(...LOAD, b('0f 17 44 24 28')), '? partly overwritten on the stack', 'movhps is not followed');
  assert.equal(
    before(b('b8'), FRED, b('66 0f 6e c8 0f 57 c0 66 0f 62 c1'), b('66 0f d6 44 24 28')),
    'Fred',
    'punpckldq',
  );
  assert.equal(
    before(...CONSTANT, b('66 48 0f 6e c0 66 0f d6 44 24 28')),
    'Fred',
    'movq xmm0, rax; movq [rsp+28h], xmm0',
  );
  assert.equal(before(b('0f 57 c0 0f 29 44 24 20 c7 44 24 2c'), FRED), 'Fred', 'zeros, then the member');
  assert.equal(
    before(b('c7 44 24 2c'), FRED, b('0f 57 c0 0f 29 44 24 20')),
    '\\x00\\x00\\x00\\x00',
    'the member, then zeros',
  );
});

test('vectors that something else changed', () => {
  const lost = '? part of a wider value';
  for (const [name, code] of [
    ['paddd xmm0, xmm1', '66 0f fe c1'],
    ['xorps xmm0, xmm1', '0f 57 c1'],
    ['cvtsi2sd xmm0, eax', 'f2 0f 2a c0'],
    ['vmovaps xmm0, xmm1', 'c5 f8 28 c1'],
    ['vzeroall', 'c5 fc 77'],
    ['pshufb xmm0, xmm1', '66 0f 38 00 c1'],
    ['pinsrd xmm0, eax, 3', '66 0f 3a 22 c0 03'],
    ['fxrstor [rcx]', '0f ae 09'],
  ] as const)
    assert.equal(before(...LOAD, b(code), STORE), lost, name);
  assert.equal(before(STORE), lost, 'what the caller left');
  assert.equal(before(...LOAD, b('ff 15'), slot('KeQueryTick'), STORE), '? left over from a call');
});
