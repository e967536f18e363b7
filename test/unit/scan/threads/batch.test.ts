/** A batch of tasks in a thread: every task is answered, and none is begun once nobody waits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchState, workThrough } from '../../../../server/scan/threads/batch';

const TASKS = Array.from({ length: 16 }, (_, at) => at);

test('a batch that is stopped ends behind the task it is at, with an answer for each', () => {
  const pool = new BatchState();
  pool.begin();
  const begun: number[] = [];
  const answers: (number | undefined)[] = [];
  const work = (task: number): number => {
    begun.push(task);
    assert.equal(pool.at, task);
    if (task === 2) pool.stop();
    return task * 10;
  };
  // The thread's own view of the same memory.
  workThrough(TASKS, new BatchState(pool.memory), work, (results) => answers.push(...results));
  assert.deepEqual(begun, [0, 1, 2]);
  assert.deepEqual(answers, [0, 10, 20, ...TASKS.slice(3).map(() => undefined)]);
});

test('the batch after a stopped one is worked through', () => {
  const state = new BatchState();
  state.stop();
  state.begin();
  const answers: (number | undefined)[] = [];
  workThrough(
    TASKS,
    state,
    (task) => task,
    (results) => answers.push(...results),
  );
  assert.deepEqual(answers, TASKS);
});
