/**
 * Which tasks a thread gets: it stays with its project, keeps off those of others, and helps them when nothing else is left.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TaskQueue } from '../../../../server/scan/threads/taskQueue';
import type { ScanTask } from '../../../../server/scan/scanTypes';

function queueOf(threads: number, ...tasks: readonly string[]): TaskQueue<{ readonly task: ScanTask }> {
  const queue = new TaskQueue<{ readonly task: ScanTask }>(threads);
  for (const name of tasks)
    queue.push({ task: { path: name, kind: 'source', project: name.slice(0, name.indexOf('/')) } });
  return queue;
}

const paths = (items: readonly { readonly task: ScanTask }[]): string[] => items.map(({ task }) => task.path);
const NONE: ReadonlySet<string> = new Set();
/** Files of project `name`. */
const files = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${name}/${String(at)}`);

test('a thread gets files of one project at a time, in their order', () => {
  const queue = queueOf(1, 'a/0', 'b/0', 'a/1', 'b/1');
  assert.deepEqual(paths(queue.take(undefined, NONE, false)), ['a/0']);
  assert.deepEqual(paths(queue.take('b', NONE, false)), ['b/0']);
  assert.deepEqual(paths(queue.take('b', NONE, false)), ['b/1']);
  assert.deepEqual(paths(queue.take('b', NONE, false)), ['a/1']);
  assert.equal(queue.length, 0);
  assert.deepEqual(queue.take('a', NONE, false), []);
});

test('projects in the hands of other threads are left to them as long as there are others', () => {
  const queue = queueOf(2, ...files('a', 4), ...files('b', 4));
  assert.deepEqual(paths(queue.take(undefined, new Set(['a']), false)), ['b/0']);
  while (queue.length > 4)
    assert.ok(paths(queue.take('b', new Set(['a']), false)).every((path) => path.startsWith('b/')));
  assert.deepEqual(paths(queue.take('b', new Set(['a']), false)), ['a/0']);
});

test('what a dead thread left comes first, in its order', () => {
  const queue = queueOf(1, ...files('a', 20));
  const batch = queue.take(undefined, NONE, false);
  assert.ok(batch.length > 1);
  queue.putBack(batch);
  assert.equal(queue.length, 20);
  assert.deepEqual(paths(queue.take('a', NONE, false)), paths(batch));
});

test('what is not wanted any more is dropped', () => {
  const queue = queueOf(1, 'a/0', 'b/0', 'a/1');
  queue.keep(({ task }) => task.path !== 'a/0');
  assert.equal(queue.length, 2);
  assert.deepEqual(paths(queue.take('a', NONE, false)), ['a/1']);
});
