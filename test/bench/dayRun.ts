/**
 * A day of the monitor at one sample a second, in a process of its own so that its memory is the monitor's: readings of
 * 4,000 tags that change as a machine's do, through loop, growth, messages and recorder, with the clock run fast.
 * Arguments: hours, the recording to write. Prints one line of JSON.
 */
import { statSync } from 'node:fs';
import { openRecordingSource } from '../../server/monitor/fileSources';
import { GrowthFeed } from '../../server/monitor/growthFeed';
import type { PoolSource } from '../../server/monitor/poolSource';
import { Recorder } from '../../server/monitor/recorder';
import { SamplingLoop } from '../../server/monitor/samplingLoop';
import type { Sample } from '../../src/shared/sample';
import { Row, ROW_STRIDE } from '../../src/shared/sample';

const TAGS = 4000;
/** Tags that change in a second on a machine at work: measured ones are between 2 and 6 %. */
const MOVING = 160;
const START = Date.UTC(2026, 1, 14);

/** xorshift32: the same day each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

class DaySource implements PoolSource {
  readonly info = { kind: 'ntdll', label: 'A day', live: true } as const;
  readonly #rows = new Float64Array(TAGS * ROW_STRIDE);
  readonly #random = seeded(7);
  #second = 0;

  constructor() {
    for (let tag = 0; tag < TAGS; tag++) {
      const at = tag * ROW_STRIDE;
      this.#rows[at] = 0x41414141 + tag;
      const pool = tag % 3 === 0 ? Row.pagedAllocs : Row.nonPagedAllocs;
      const blocks = Math.floor(this.#random() ** 4 * 20_000);
      this.#rows[at + pool] = blocks * 50;
      this.#rows[at + pool + 1] = blocks * 49;
      this.#rows[at + pool + 2] = blocks * 160;
    }
  }

  /** Few tags move much, many seldom: the square of a random number chooses. A hundredth of them leaks. */
  read(): Sample {
    const rows = this.#rows;
    for (let moved = 0; moved < MOVING; moved++) {
      const tag = Math.floor(TAGS * this.#random() ** 2);
      const at = tag * ROW_STRIDE + (tag % 3 === 0 ? Row.pagedAllocs : Row.nonPagedAllocs);
      const allocs = Math.ceil(this.#random() ** 3 * 200);
      const blocks = tag % 100 === 0 ? 1 : Math.round((this.#random() - 0.5) * 4);
      const outstanding = (rows[at] ?? 0) - (rows[at + 1] ?? 0);
      const kept = Math.max(-outstanding, blocks);
      rows[at] = (rows[at] ?? 0) + allocs;
      rows[at + 1] = (rows[at + 1] ?? 0) + allocs - kept;
      rows[at + 2] = Math.max(0, (rows[at + 2] ?? 0) + kept * 160);
    }
    const second = this.#second++;
    const pages = 50_000 + (second % 900);
    const memory = { totalBytes: 2 ** 34, availableBytes: 2 ** 33 - pages * 4096, nonPagedPoolBytes: pages * 4096 };
    return { time: START + second * 1000, scope: 'system', memory, rows: rows.slice() };
  }

  close(): void {
    this.#second = 0;
  }
}

interface Used {
  /** Typed arrays and heap after a collection, in bytes. */
  readonly held: number;
  readonly resident: number;
}

function used(): Used {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { held: heapUsed + arrayBuffers, resident: rss };
}

async function run(hours: number, file: string): Promise<void> {
  let tick: (() => void) | undefined;
  let now = 0;
  let characters = 0;
  const before = used();
  const recorder = new Recorder(file, 'A day');
  const growth = new GrowthFeed({
    ready: () => true,
    message: (message) => (characters += JSON.stringify(message).length),
  });
  const loop = new SamplingLoop(
    {
      ready: () => true,
      message: (message) => (characters += JSON.stringify(message).length),
      state: () => undefined,
      sample: (sample) => {
        recorder.append(sample);
        growth.sample(sample);
      },
      jumped: () => undefined,
    },
    { now: () => now, set: (callback) => (tick = callback), clear: () => (tick = undefined) },
  );
  const source = new DaySource();
  const spentBefore = process.cpuUsage();
  loop.open(source, 1000);
  let highest = used();
  for (let second = 0; second < hours * 3600; second++) {
    now += 1000;
    tick?.();
    if (second % 500 === 0) await new Promise(setImmediate);
    if (second % 3600 !== 3599) continue;
    const after = used();
    highest = { held: Math.max(highest.held, after.held), resident: Math.max(highest.resident, after.resident) };
  }
  const spent = process.cpuUsage(spentBefore);
  const { samples, bytes } = recorder.stop();
  loop.close();
  growth.restart();
  const opening = process.cpuUsage();
  const opened = openRecordingSource(file);
  const first = opened.read();
  const openingSpent = process.cpuUsage(opening);
  const seeking = process.cpuUsage();
  opened.seek?.(Math.floor(samples * 0.9) - 1);
  const late = opened.read();
  const seekingSpent = process.cpuUsage(seeking);
  if (first === undefined || late === undefined || statSync(file).size !== bytes) throw new Error('it does not open');
  const seconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6;
  const figures = {
    samples,
    bytes,
    characters,
    cpuSeconds: seconds(spent),
    heldBytes: highest.held - before.held,
    residentBytes: highest.resident,
    openSeconds: seconds(openingSpent),
    seekSeconds: seconds(seekingSpent),
  };
  console.log(JSON.stringify(figures));
}

const [, , hours = '24', file = ''] = process.argv;
void run(Number(hours), file);
