/**
 * What sample.bench.ts measures, bundled as the product is: run with the double's library as its argument.
 */
import { RecordingEncoder } from '../../server/core/capture/recordingEncoder';
import { SampleMessages } from '../../server/core/capture/sampleMessage';
import { decodePoolTags } from '../../server/core/capture/systemPoolTagInformation';
import { openNtdll } from '../../server/monitor/native';
import { openNtdllSource } from '../../server/monitor/ntdllSource';
import type { Sample } from '../../src/shared/sample';

const TAGS = 4000;
const ROUNDS = 2000;

/** Median microseconds of one call, after a warm-up of as many rounds. */
function median(action: () => void): number {
  for (let round = 0; round < ROUNDS; round++) action();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    action();
    times.push((performance.now() - start) * 1000);
  }
  times.sort((a, b) => a - b);
  return times[ROUNDS / 2] ?? NaN;
}

function line(what: string, microseconds: number, reference: number): void {
  const ratio = (microseconds / reference).toFixed(2);
  console.log(`${what.padEnd(44)}${microseconds.toFixed(1).padStart(9)} µs${ratio.padStart(8)}×`);
}

function run(library: string): void {
  process.env['POOLLENS_DOUBLE_TAGS'] = String(TAGS);
  const options = { platform: 'win32', library } as const;
  const query = openNtdll(options);
  const buffer = new Uint8Array(256 * 1024);
  const returned = new Uint32Array(1);
  const bare = median(() => {
    if (query(22, buffer, returned) !== 0) throw new Error('the double refused');
  });
  line('bare call that fills the buffer', bare, bare);
  const filled = buffer.subarray(0, returned[0]);
  let previous: Float64Array | undefined;
  const decode = median(() => {
    previous = decodePoolTags(filled, 22, 8, previous).value;
  });
  line('buffer to rows', decode, bare);
  const source = openNtdllSource(options);
  const read = (): Sample => {
    const sample = source.read();
    if (sample === undefined) throw new Error('the live source has no end');
    return sample;
  };
  line('call, rows and totals', median(read), bare);
  const messages = new SampleMessages();
  let text = '';
  const message = median(() => {
    text = JSON.stringify(messages.next(read()));
  });
  line('all that and the message as text', message, bare);
  const encoder = new RecordingEncoder();
  const recorded = median(() => {
    const sample = read();
    text = JSON.stringify(messages.next(sample));
    encoder.encode(sample);
  });
  line('and a frame of a recording', recorded, bare);
  console.log(`${String(TAGS)} tags, one in eight moving; message of ${String(text.length)} characters`);
}

run(process.argv[2] ?? '');
