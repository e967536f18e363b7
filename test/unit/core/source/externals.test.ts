/** What a project's files tell each other, and which of them a change concerns. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedNames, hasLikeTags, namesAny } from '../../../../server/core/source/changedNames';
import { mergeExports, NO_EXPORTS, NO_EXTERNALS, type FileExports } from '../../../../server/core/source/externals';
import { resolveFlows, type Flow } from '../../../../server/core/source/flows';

const flow = (to: string, tags: readonly number[], from?: Flow['from']): Flow => ({
  to,
  parameter: 0,
  tags,
  reasons: [],
  ...(from && { from }),
});

test('tags flow through wrappers of wrappers, in circles too', () => {
  const reaching = resolveFlows([
    flow('inner/1', [], [{ key: 'outer/1', index: 0 }]),
    flow('outer/1', [1], [{ key: 'inner/1', index: 0 }]),
    flow('inner/1', [2]),
  ]);
  assert.deepEqual([...(reaching.get('inner/1')?.[0]?.tags ?? [])].sort(), [1, 2]);
  assert.deepEqual([...(reaching.get('outer/1')?.[0]?.tags ?? [])].sort(), [1, 2]);
});

test('a value nobody asks for changes no externals', () => {
  const definedAt = { file: '/a.h', range: { start: { line: 0, column: 0 }, end: { line: 0, column: 1 } } };
  const value = { tags: [1], parameters: [], reasons: [] };
  const header: FileExports = { ...NO_EXPORTS, values: [{ name: 'TAG', kind: 'macro', value, definedAt }] };
  assert.equal(changedNames(NO_EXTERNALS, mergeExports([header])).size, 0);
  const merged = mergeExports([header, { ...NO_EXPORTS, asked: ['TAG'] }]);
  assert.deepEqual([...changedNames(NO_EXTERNALS, merged)], ['TAG']);
});

test('what functions put into a variable is asked for when somebody wants its value', () => {
  const setter: FileExports = { ...NO_EXPORTS, changes: ['DriverTag', 'i'] };
  assert.equal(changedNames(NO_EXTERNALS, mergeExports([setter])).size, 0);
  const merged = mergeExports([setter, { ...NO_EXPORTS, asked: ['DriverTag', 'Missing'] }]);
  assert.deepEqual([...(merged.askedVariables ?? [])], ['DriverTag']);
  assert.deepEqual([...changedNames(NO_EXTERNALS, merged)], ['DriverTag']);
  assert.equal(changedNames(merged, merged).size, 0);
});

test('new callers concern the file with the body, a new wrapper concerns its callers', () => {
  const body = 'PVOID Alloc(ULONG Tag)\n{\n return ExAllocatePool2(0, 8, Tag);\n}\n';
  const caller = "void f(void) { p = Alloc('derF'); }\n";
  const reached = changedNames(NO_EXTERNALS, mergeExports([{ ...NO_EXPORTS, flows: [flow('Alloc/1', [1])] }]));
  assert.ok(namesAny(body, reached));
  assert.ok(namesAny('#define Alloc(t) ExAllocatePool2(0, 8, t)\n', reached));
  assert.ok(!namesAny(caller, reached));
  assert.ok(namesAny(caller, new Set(['Alloc'])));
  assert.ok(!namesAny('MyAlloc(1); Allocate(2);', new Set(['Alloc'])));
});

test('a call with comments behind it, and no body, costs time in proportion', () => {
  const reached = changedNames(NO_EXTERNALS, mergeExports([{ ...NO_EXPORTS, flows: [flow('Alloc/1', [1])] }]));
  const comments = '// one / two // three\n'.repeat(20_000);
  assert.ok(!namesAny(`Alloc(\n${comments};`, reached));
  assert.ok(namesAny(`PVOID Alloc(ULONG Tag) // ; }\n /* ; } */ {`, reached));
  assert.ok(!namesAny('PVOID Alloc(ULONG Tag); { }', reached));
});

test('an operator of the project concerns those who place new, one of a template all who write new', () => {
  const operator = { kind: 'function', name: 'operator new', parameterCount: 2, carries: [1], fixed: [] } as const;
  const plain = { ...operator, api: 'ExAllocatePool2', role: 'allocate' } as const;
  const inTemplate = { ...plain, template: { name: 'Pooled', positions: [0] } };
  const changed = (wrappers: FileExports['wrappers']): Set<string> =>
    changedNames(NO_EXTERNALS, mergeExports([{ ...NO_EXPORTS, wrappers }]));
  assert.ok(namesAny('p = new (PagedPool) T;', changed([plain])));
  assert.ok(namesAny("p = new('derF') T;", changed([plain])));
  assert.ok(!namesAny('p = new T; // for a new device (the first)', changed([plain])));
  assert.ok(namesAny('p = new T;', changed([inTemplate])));
  assert.ok(namesAny('p = new (PagedPool) T[4];', changed([{ ...plain, name: 'operator new[]' }])));
  assert.ok(!namesAny('delete p; x = new T;', changed([{ ...plain, name: 'operator delete' }])));
  const reached = changedNames(NO_EXTERNALS, mergeExports([{ ...NO_EXPORTS, flows: [flow('operator new/2', [1])] }]));
  assert.ok(namesAny('void *operator new(size_t n, ULONG tag) {', reached));
  assert.ok(!namesAny('bool operator==(T a, T b) { return true; }', reached));
});

test('what is told in another order is no change, and in other words none to tags', () => {
  const said = (tags: readonly number[], reasons: readonly string[]): ReturnType<typeof mergeExports> =>
    mergeExports([{ ...NO_EXPORTS, members: [{ key: 'S.Tag', value: { tags, parameters: [], reasons } }] }]);
  const first = said([1, 2], ['a', 'b']);
  assert.deepEqual([...changedNames(first, said([2, 1], ['b', 'a']))], []);
  assert.deepEqual([...changedNames(first, said([1, 2], ['a', 'c']))], ['Tag']);
  assert.deepEqual([...changedNames(first, said([2, 1], ['c']), hasLikeTags)], []);
  assert.deepEqual([...changedNames(first, said([1, 2], []), hasLikeTags)], ['Tag']);
  assert.deepEqual([...changedNames(said([1], []), said([1], ['a']), hasLikeTags)], ['Tag']);
  assert.deepEqual([...changedNames(first, said([1], ['a', 'b']), hasLikeTags)], ['Tag']);
});
