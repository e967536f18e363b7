/**
 * Growth of all tags over samples as they come: what is told, when, and what clocks and reboots do to it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GrowthTracker } from '../../../../server/core/trend/growthTracker';
import type { GrowthMessage, TagGrowth } from '../../../../src/shared/growth';
import { GROWTH_STRIDE, growthAt, growthKey, GrowthField } from '../../../../src/shared/growth';
import type { Sample } from '../../../../src/shared/sample';

const LEAK = 0x6b61654c;
const REST = 0x74736552;
const MINUTE = 60_000;

/** Nonpaged bytes of LEAK and paged bytes of REST; allocations go with them. */
function sample(time: number, leak: number, rest = 5000, allocs = 100 + time / 1000): Sample {
  return {
    time,
    scope: 'system',
    memory: {},
    rows: Float64Array.from([LEAK, 0, 0, 0, allocs, 1, leak, REST, allocs, 1, rest, 0, 0, 0]),
  };
}

/** What a receiver has after a message. */
class Receiver {
  readonly growth = new Map<number, TagGrowth>();
  still: TagGrowth | undefined;

  take(message: GrowthMessage): GrowthMessage {
    if (message.reset) this.growth.clear();
    for (let at = 0; at < message.rows.length; at += GROWTH_STRIDE) {
      const tag = message.rows[at + GrowthField.tag] ?? 0;
      this.growth.set(growthKey(tag, message.rows[at + GrowthField.paged] === 1), growthAt(message.rows, at));
    }
    for (const key of message.settled) this.growth.delete(key);
    this.still = message.still;
    return message;
  }
}

function run(tracker: GrowthTracker, samples: readonly Sample[]): Receiver {
  const receiver = new Receiver();
  for (const one of samples) {
    tracker.add(one);
    assert.equal(tracker.judge(1000), tracker.seriesCount);
    receiver.take(tracker.message());
  }
  return receiver;
}

const seconds = (count: number, bytes: (second: number) => number, from = 0): Sample[] =>
  Array.from({ length: count }, (_, i) => sample(from + 1000 * i, bytes(i)));

test('a tag that leaks is told with its rate; one that stands still is not listed', () => {
  const tracker = new GrowthTracker(10 * MINUTE);
  const receiver = run(
    tracker,
    seconds(120, (i) => 1000 * i),
  );
  assert.deepEqual([...receiver.growth.keys()], [growthKey(LEAK, false)]);
  const growth = receiver.growth.get(growthKey(LEAK, false));
  assert.equal(growth?.verdict, 'growing');
  assert.equal(growth.bytesPerMinute, 60_000);
  assert.equal(growth.points, 64);
  assert.deepEqual([receiver.still?.verdict, receiver.still?.samples], ['stable', 120]);
});

test('before there are enough readings nothing is claimed', () => {
  const receiver = run(
    new GrowthTracker(10 * MINUTE),
    seconds(5, (i) => 1000 * i),
  );
  assert.equal(receiver.growth.get(growthKey(LEAK, false))?.verdict, 'tooLittle');
  assert.equal(receiver.still?.verdict, 'tooLittle');
});

test('a leak that ends settles when the window has left it behind', () => {
  const tracker = new GrowthTracker(MINUTE);
  const receiver = run(
    tracker,
    seconds(200, (i) => 1000 * Math.min(i, 60)),
  );
  assert.equal(receiver.growth.size, 0);
});

test('another window judges anew, and its message replaces all', () => {
  const tracker = new GrowthTracker(MINUTE);
  const receiver = run(
    tracker,
    seconds(300, (i) => (i < 200 ? 1000 * i : 200_000)),
  );
  assert.equal(receiver.growth.size, 0);
  tracker.setWindow(5 * MINUTE);
  tracker.judge(1000);
  const message = receiver.take(tracker.message());
  assert.ok(message.reset);
  assert.equal(message.windowMs, 5 * MINUTE);
  assert.equal(receiver.growth.get(growthKey(LEAK, false))?.verdict, 'growing');
});

test('judgements go round: a budget is kept and everybody has a turn', () => {
  const tags = Array.from({ length: 50 }, (_, i) => i + 1);
  const tracker = new GrowthTracker(10 * MINUTE);
  const told = new Set<number>();
  for (let second = 0; second < 40; second++) {
    const rows = tags.flatMap((tag) => [tag, 0, 0, 0, second + 1, 0, 100 * tag * second]);
    tracker.add({ time: second * 1000, scope: 'system', memory: {}, rows: Float64Array.from(rows) });
    tracker.judge(7);
    const { rows: listed } = tracker.message();
    assert.ok(listed.length <= 7 * GROWTH_STRIDE);
    if (second < 20) continue;
    for (let at = 0; at < listed.length; at += GROWTH_STRIDE) {
      told.add(listed[at] ?? 0);
      assert.equal(growthAt(listed, at).bytesPerMinute, 6000 * (listed[at] ?? 0));
    }
  }
  assert.equal(told.size, 50);
});

test('a tag that vanishes gave back what it had', () => {
  const tracker = new GrowthTracker(10 * MINUTE);
  const gone = seconds(60, () => 0, 60_000).map((one) => ({ ...one, rows: one.rows.slice(7) }));
  const receiver = run(tracker, [...seconds(60, () => 900_000), ...gone]);
  const growth = receiver.growth.get(growthKey(LEAK, false));
  assert.deepEqual([growth?.verdict, growth?.swing], ['bursty', 900_000]);
});

test('a clock that is set back does not end a history', () => {
  const before = seconds(60, (i) => 1000 * i, 10_000_000);
  const after = seconds(60, (i) => 1000 * (60 + i), 1_000_000).map((one, i) => ({
    ...one,
    rows: sample(0, 1000 * (60 + i), 5000, 11_000 + i).rows,
  }));
  const receiver = run(new GrowthTracker(10 * MINUTE), [...before, ...after]);
  const growth = receiver.growth.get(growthKey(LEAK, false));
  assert.deepEqual([growth?.verdict, growth?.bytesPerMinute, growth?.samples], ['growing', 60_000, 120]);
  assert.equal(growth?.spanMs, 119_000);
});

test('after a reboot, or in another scope, a new run starts', () => {
  const tracker = new GrowthTracker(10 * MINUTE);
  const rebooted = seconds(20, (i) => 100 * i, 90_000).map((one, i) => ({
    ...one,
    rows: sample(0, 100 * i, 50, i + 1).rows,
  }));
  const receiver = run(tracker, [...seconds(80, (i) => 5_000_000 + 1000 * i), ...rebooted]);
  const growth = receiver.growth.get(growthKey(LEAK, false));
  assert.deepEqual([growth?.samples, growth?.bytesPerMinute], [20, 6000]);
  const other = { ...sample(200_000, 1, 1, 5000), scope: 'session 1' };
  tracker.add(other);
  tracker.judge(1000);
  assert.equal(tracker.message().still.samples, 1);
});

test('samples without times of their own make no rate', () => {
  const receiver = run(
    new GrowthTracker(10 * MINUTE),
    Array.from({ length: 20 }, (_, i) => sample(7000, 1000 * i, 1, 100 + i)),
  );
  assert.equal(receiver.growth.size, 0);
  assert.deepEqual([receiver.still?.verdict, receiver.still?.samples], ['tooLittle', 1]);
});
