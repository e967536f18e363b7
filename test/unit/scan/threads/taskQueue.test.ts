/**
 * Which tasks a thread gets: it stays with its project, keeps off those of others, and helps them when nothing else is left.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScanTask } from '../../../../server/scan/scanTypes';
import { TaskQueue } from '../../../../server/scan/threads/taskQueue';

function queueOf(threads: number, ...tasks: readonly string[]): TaskQueue<{ readonly task: ScanTask }> {
  const queue = new TaskQueue<{ readonly task: ScanTask }>(threads);
  for (const name of tasks)
    queue.push({ task: { path: name, kind: 'source', project: name.slice(0, name.indexOf('/')) } });
  return queue;
}

const paths = (items: readonly { readonly task: ScanTask }[]): string[] => items.map(({ task }) => task.path);
/** Files of project `name`. */
const files = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${name}/${String(at)}`);

test('a thread gets files of one project at a time, in their order', () => {
  const queue = queueOf(1, 'a/0', 'b/0', 'a/1', 'b/1');
  const thread = {};
  assert.deepEqual(paths(queue.take(thread, false)), ['a/0']);
  assert.deepEqual(paths(queue.take(thread, false)), ['a/1']);
  assert.deepEqual(paths(queue.take(thread, false)), ['b/0']);
  assert.deepEqual(paths(queue.take(thread, false)), ['b/1']);
  assert.equal(queue.length, 0);
  assert.deepEqual(queue.take(thread, false), []);
});

test('projects that another thread has had are left to it as long as there are others', () => {
  const queue = queueOf(2, ...files('a', 4), ...files('b', 2));
  const [one, other] = [{}, {}];
  assert.deepEqual(paths(queue.take(one, false)), ['a/0']);
  assert.deepEqual(paths(queue.take(other, false)), ['b/0']);
  assert.deepEqual(paths(queue.take(one, false)), ['a/1']);
  assert.deepEqual(paths(queue.take(other, false)), ['b/1']);
  assert.deepEqual(paths(queue.take(other, false)), ['a/2']);
});

test('what is to be scanned again of a project goes to the thread that had it, before other projects', () => {
  const queue = queueOf(2, 'a/0', 'b/0', ...files('c', 3));
  const [one, other] = [{}, {}];
  assert.deepEqual(paths(queue.take(one, false)), ['a/0']);
  assert.deepEqual(paths(queue.take(other, false)), ['b/0']);
  for (const path of ['b/0', 'a/0']) queue.push({ task: { path, kind: 'source', project: path.slice(0, 1) } });
  assert.deepEqual(paths(queue.take(one, false)), ['a/0']);
  assert.deepEqual(paths(queue.take(other, false)), ['b/0']);
});

test('what a dead thread left comes first, in its order', () => {
  const queue = queueOf(1, ...files('a', 20));
  const batch = queue.take({}, false);
  assert.ok(batch.length > 1);
  queue.putBack(batch);
  assert.equal(queue.length, 20);
  assert.deepEqual(paths(queue.take({}, false)), paths(batch));
});

test('what is not wanted any more is dropped', () => {
  const queue = queueOf(1, 'a/0', 'b/0', 'a/1');
  queue.keep(({ task }) => task.path !== 'a/0');
  assert.equal(queue.length, 2);
  assert.deepEqual(paths(queue.take({}, false)), ['a/1']);
});
