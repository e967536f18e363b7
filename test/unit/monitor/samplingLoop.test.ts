/**
 * The sampling loop with a clock of its own: states, order and what a slow receiver gets.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolSource } from '../../../server/monitor/poolSource';
import { PoolSourceError } from '../../../server/monitor/poolSource';
import { SamplingLoop } from '../../../server/monitor/samplingLoop';
import type { SampleMessage } from '../../../src/shared/monitorProtocol';
import type { Sample } from '../../../src/shared/sample';

/** Time that passes when told to. */
class FakeClock {
  time = 0;
  #timers: { readonly due: number; readonly callback: () => void }[] = [];

  readonly timers = {
    now: (): number => this.time,
    set: (callback: () => void, ms: number): unknown => {
      const timer = { due: this.time + ms, callback };
      this.#timers.push(timer);
      return timer;
    },
    clear: (timer: unknown): void => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    },
  };

  get waiting(): number {
    return this.#timers.length;
  }

  pass(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const next = this.#timers.filter((timer) => timer.due <= end).sort((a, b) => a.due - b.due)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.time = Math.max(this.time, next.due);
      next.callback();
    }
    this.time = end;
  }
}

function sample(value: number): Sample {
  return { time: value, scope: 'system', memory: {}, rows: Float64Array.from([1, value, 0, 0, 0, 0, 0]) };
}

/** A live source; `fail` makes it throw until cleared. */
class LiveSource implements PoolSource {
  readonly info = { kind: 'ntdll', label: 'live', live: true } as const;
  fail: string | undefined;
  closed = false;
  #count = 0;

  read(): Sample {
    if (this.fail !== undefined) throw new PoolSourceError(this.fail);
    return sample(this.#count++);
  }

  close(): void {
    this.closed = true;
  }
}

class FiniteSource implements PoolSource {
  readonly info;
  #next = 0;

  constructor(private readonly count: number) {
    this.info = { kind: 'recording', label: 'r', live: false, sampleCount: count } as const;
  }

  read(): Sample | undefined {
    return this.#next < this.count ? sample(this.#next++) : undefined;
  }

  seek(index: number): void {
    this.#next = index;
  }

  past(index: number, most: number): Iterator<Sample, void> {
    return Array.from({ length: Math.min(index, most) }, (_, at) =>
      sample(index - Math.min(index, most) + at),
    ).values();
  }

  close(): void {
    this.#next = this.count;
  }
}

function setUp(): {
  clock: FakeClock;
  loop: SamplingLoop;
  states: string[];
  messages: SampleMessage[];
  read: number[];
  past: (number | 'jump')[];
  receiver: { ready: boolean };
} {
  const clock = new FakeClock();
  const states: string[] = [];
  const messages: SampleMessage[] = [];
  const read: number[] = [];
  const past: (number | 'jump')[] = [];
  const receiver = { ready: true };
  const loop = new SamplingLoop(
    {
      ready: () => receiver.ready,
      message: (message) => messages.push(message),
      state: (state) => states.push(state.state === 'failed' ? `failed: ${state.message}` : state.state),
      sample: ({ time }) => read.push(time),
      jumped: (before) => {
        past.push('jump');
        for (let one = before?.next(); one?.done === false; one = before?.next()) past.push(one.value.time);
      },
    },
    clock.timers,
  );
  return { clock, loop, states, messages, read, past, receiver };
}

/** Index and first number of each message, `!` in front of a whole one. */
function short(messages: readonly SampleMessage[]): string[] {
  return messages.map(({ reset, index, time }) => `${reset ? '!' : ''}${String(index ?? '-')}:${String(time)}`);
}

test('a live source is read at once and then at the interval', () => {
  const { clock, loop, states, messages } = setUp();
  loop.open(new LiveSource(), 1000);
  clock.pass(0);
  assert.deepEqual(short(messages), ['!-:0']);
  clock.pass(2999);
  assert.deepEqual(short(messages), ['!-:0', '-:1', '-:2']);
  assert.deepEqual(states, ['running']);
});

test('pause stops the clock, resume reads at once, refresh reads while paused', () => {
  const { clock, loop, states, messages } = setUp();
  loop.open(new LiveSource(), 1000);
  clock.pass(1500);
  loop.pause();
  clock.pass(60_000);
  assert.equal(messages.length, 2);
  assert.equal(clock.waiting, 0);
  loop.refresh();
  assert.deepEqual(short(messages), ['!-:0', '-:1', '!-:2']);
  loop.resume();
  clock.pass(0);
  assert.deepEqual(short(messages).slice(3), ['-:3']);
  assert.deepEqual(states, ['running', 'paused', 'running']);
});

test('another interval holds from now on; nonsense is brought into bounds', () => {
  const { clock, loop, messages } = setUp();
  loop.open(new LiveSource(), 1000);
  clock.pass(0);
  loop.setInterval(5000);
  clock.pass(4999);
  assert.equal(messages.length, 1);
  clock.pass(1);
  assert.equal(messages.length, 2);
  loop.setInterval(-5);
  clock.pass(100);
  assert.equal(messages.length, 4);
});

test('missed ticks are left out', () => {
  const { clock, loop, messages } = setUp();
  loop.open(new LiveSource(), 1000);
  clock.pass(0);
  // The machine slept: the timer fires an hour late.
  clock.time = 3_600_000;
  clock.pass(0);
  clock.pass(1000);
  assert.equal(messages.length, 3);
});

test('a failing live source is said once, asked again, and starts over whole', () => {
  const { clock, loop, states, messages } = setUp();
  const source = new LiveSource();
  loop.open(source, 1000);
  clock.pass(0);
  source.fail = 'gone';
  clock.pass(2000);
  source.fail = 'still gone';
  clock.pass(1000);
  source.fail = undefined;
  clock.pass(1000);
  assert.deepEqual(states, ['running', 'failed: gone', 'failed: still gone', 'running']);
  assert.deepEqual(short(messages), ['!-:0', '!-:1']);
});

test('a finite source plays to its end, then says so and rests', () => {
  const { clock, loop, states, messages } = setUp();
  loop.open(new FiniteSource(3), 1000);
  clock.pass(10_000);
  assert.deepEqual(short(messages), ['!0:0', '1:1', '2:2']);
  assert.deepEqual(states, ['running', 'ended']);
  assert.equal(clock.waiting, 0);
  loop.resume();
  clock.pass(1000);
  assert.deepEqual(short(messages).slice(3), ['!0:0', '1:1']);
  assert.deepEqual(states, ['running', 'ended', 'running']);
});

test('seek shows the sample at once, playing, paused or ended', () => {
  const { clock, loop, states, messages } = setUp();
  loop.open(new FiniteSource(10), 1000);
  clock.pass(0);
  loop.seek(5);
  clock.pass(1000);
  assert.deepEqual(short(messages), ['!0:0', '!5:5', '6:6']);
  loop.pause();
  loop.seek(2);
  clock.pass(5000);
  assert.deepEqual(short(messages).slice(3), ['!2:2']);
  loop.resume();
  clock.pass(60_000);
  assert.equal(messages.at(-1)?.index, 9);
  loop.seek(99);
  clock.pass(0);
  assert.deepEqual(short(messages).slice(-1), ['!9:9']);
  assert.deepEqual(states, ['running', 'paused', 'running', 'ended', 'running']);
});

test('refresh of a finite source shows the current sample again', () => {
  const { clock, loop, messages } = setUp();
  loop.open(new FiniteSource(10), 1000);
  clock.pass(1000);
  loop.refresh();
  clock.pass(1000);
  assert.deepEqual(short(messages), ['!0:0', '1:1', '!1:1', '2:2']);
});

test('a receiver that does not read gets no backlog, and no sample is lost to the recorder', () => {
  const { clock, loop, messages, read, receiver } = setUp();
  loop.open(new LiveSource(), 1000);
  clock.pass(0);
  receiver.ready = false;
  clock.pass(3000);
  assert.deepEqual(short(messages), ['!-:0']);
  receiver.ready = true;
  clock.pass(1000);
  assert.deepEqual(short(messages), ['!-:0', '-:4']);
  assert.deepEqual(messages[1]?.rows, [1, 4, 0, 0, 0, 0, 0]);
  assert.deepEqual(read, [0, 1, 2, 3, 4]);
});

test('a finite source waits for a receiver that does not read', () => {
  const { clock, loop, messages, receiver } = setUp();
  loop.open(new FiniteSource(3), 1000);
  clock.pass(0);
  receiver.ready = false;
  clock.pass(5000);
  receiver.ready = true;
  clock.pass(1000);
  assert.deepEqual(short(messages), ['!0:0', '1:1']);
});

test('opening another source closes the first and starts over; close ends all', () => {
  const { clock, loop, states, messages } = setUp();
  const first = new LiveSource();
  loop.open(first, 1000);
  clock.pass(0);
  loop.open(new FiniteSource(2), 1000);
  clock.pass(0);
  assert.equal(first.closed, true);
  assert.deepEqual(short(messages), ['!-:0', '!0:0']);
  loop.close();
  clock.pass(5000);
  assert.equal(messages.length, 2);
  assert.deepEqual(states, ['running', 'closed']);
  loop.seek(1);
  loop.resume();
  loop.refresh();
  clock.pass(5000);
  assert.equal(messages.length, 2);
});

test('another place brings its past along; the next sample and the next source do not', () => {
  const { clock, loop, past } = setUp();
  loop.open(new FiniteSource(5), 1000);
  clock.pass(0);
  assert.deepEqual(past, ['jump']);
  loop.seek(1);
  assert.deepEqual(past, ['jump']);
  loop.seek(3);
  clock.pass(0);
  assert.deepEqual(past.slice(1), ['jump', 0, 1, 2]);
  assert.equal(loop.last?.time, 3);
  loop.seek(0);
  assert.deepEqual(past.slice(5), ['jump']);
});
