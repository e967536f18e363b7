/**
 * Growth beside the samples: a little with each, all at once after a jump, nothing while nobody takes it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GrowthFeed } from '../../../server/monitor/growthFeed';
import type { GrowthMessage } from '../../../src/shared/growth';
import { GROWTH_STRIDE } from '../../../src/shared/growth';
import type { Sample } from '../../../src/shared/sample';

const TAGS = 1000;

function sample(second: number): Sample {
  const rows = Array.from({ length: TAGS }, (_, i) => [i + 1, 0, 0, 0, second + 1, 0, (i + 1) * second]).flat();
  return { time: second * 1000, scope: 'system', memory: {}, rows: Float64Array.from(rows) };
}

function setUp(): {
  feed: GrowthFeed;
  messages: GrowthMessage[];
  receiver: { ready: boolean };
  /** Runs what waits, and what that makes wait; gives the number of turns. */
  settle: () => number;
  listed: () => number;
} {
  const messages: GrowthMessage[] = [];
  const receiver = { ready: true };
  const waiting: (() => void)[] = [];
  const feed = new GrowthFeed({
    ready: () => receiver.ready,
    message: (message) => messages.push(message),
    later: (run) => waiting.push(run),
  });
  const settle = (): number => {
    let turns = 0;
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      run();
      turns++;
    }
    return turns;
  };
  const listed = (): number => messages.reduce((sum, { rows }) => sum + rows.length / GROWTH_STRIDE, 0);
  return { feed, messages, receiver, settle, listed };
}

const past = (): Iterator<Sample, void> => Array.from({ length: 30 }, (_, second) => sample(second)).values();

test('each second has its share of the work', () => {
  const { feed, messages, settle } = setUp();
  feed.sample(sample(0));
  settle();
  for (let second = 1; second < 20; second++) feed.sample(sample(second));
  assert.equal(messages.length, 20);
  assert.equal(messages[0]?.reset, true);
  for (const { rows, reset } of messages.slice(1)) {
    assert.ok(!reset);
    assert.ok(rows.length > 0 && rows.length <= 120 * GROWTH_STRIDE);
  }
});

test('after a jump all are judged, in slices that let others run', () => {
  const { feed, messages, settle, listed } = setUp();
  feed.restart(past());
  feed.sample(sample(30));
  assert.equal(messages.length, 0, 'the reading goes first');
  assert.equal(settle(), 2 + 3, 'slices of the past, then of judging');
  assert.equal(listed(), TAGS);
  assert.deepEqual(
    messages.map(({ reset }) => reset),
    [true, false, false],
  );
  assert.equal(messages.at(-1)?.still.samples, 31);
});

test('another window is answered without waiting for a reading, none where there is nothing', () => {
  const { feed, messages, settle, listed } = setUp();
  feed.setWindow(5);
  assert.equal(settle(), 0);
  feed.restart(past());
  feed.sample(sample(30));
  settle();
  messages.length = 0;
  feed.setWindow(1);
  settle();
  assert.equal(listed(), TAGS);
  assert.deepEqual([messages[0]?.reset, messages[0]?.windowMs], [true, 60_000]);
});

test('slices of what was left behind end', () => {
  const { feed, messages, settle } = setUp();
  feed.restart(past());
  feed.sample(sample(30));
  feed.restart();
  settle();
  assert.equal(messages.length, 0);
  feed.sample(sample(31));
  feed.stop();
  settle();
  assert.equal(messages.length, 0);
});

test('while the receiver is slow nothing is sent, and nothing is lost', () => {
  const { feed, messages, receiver, settle } = setUp();
  feed.sample(sample(0));
  settle();
  messages.length = 0;
  receiver.ready = false;
  for (let second = 1; second < 20; second++) feed.sample(sample(second));
  assert.equal(messages.length, 0);
  receiver.ready = true;
  feed.sample(sample(20));
  const tags = new Set<number>();
  const [message] = messages;
  for (let at = 0; at < (message?.rows.length ?? 0); at += GROWTH_STRIDE) tags.add(message?.rows[at] ?? 0);
  assert.equal(tags.size, TAGS);
});
