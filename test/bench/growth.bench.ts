/**
 * What growth costs the monitor at one sample a second: 4,000 tags, one in eight with other bytes in each, over an hour.
 * Against the search for changed rows, which every sample needs anyway, in the same run. Prints; judges nothing.
 */
import { diffRows } from '../../server/core/capture/rowDiff';
import { GrowthTracker } from '../../server/core/trend/growthTracker';
import { Row, ROW_STRIDE } from '../../src/shared/sample';
import { seeded } from '../panel/support/samples';

const TAGS = 4000;
const SECONDS = 3600;
const JUDGED = 120;

function first(): Float64Array {
  const rows = Float64Array.from({ length: TAGS * ROW_STRIDE }, () => 1000);
  for (let tag = 0; tag < TAGS; tag++) rows[tag * ROW_STRIDE] = tag + 1;
  return rows;
}

/** Moves a tag in eight; tags with low numbers more often than others, as on a real machine. */
function next(rows: Float64Array, random: () => number): Float64Array {
  const moved = rows.slice();
  for (let n = 0; n < TAGS / 8; n++) {
    const at = Math.floor(TAGS * random() ** 2) * ROW_STRIDE;
    moved[at + Row.nonPagedAllocs] = (moved[at + Row.nonPagedAllocs] ?? 0) + 3;
    moved[at + Row.nonPagedBytes] = (moved[at + Row.nonPagedBytes] ?? 0) + Math.round((random() - 0.4) * 4096);
  }
  return moved;
}

const random = seeded(1);
const tracker = new GrowthTracker(600_000);
let rows = first();
const spent = { diff: 0, add: 0, judge: 0, text: 0 };
let longest = 0;
for (let second = 0; second < SECONDS; second++) {
  const moved = next(rows, random);
  const start = performance.now();
  diffRows(rows, moved);
  const diffed = performance.now();
  tracker.add({ time: second * 1000, scope: 'system', memory: {}, rows: moved });
  const added = performance.now();
  tracker.judge(JUDGED);
  const judged = performance.now();
  JSON.stringify(tracker.message());
  const told = performance.now();
  spent.diff += diffed - start;
  spent.add += added - diffed;
  spent.judge += judged - added;
  spent.text += told - judged;
  longest = Math.max(longest, told - diffed);
  rows = moved;
}
const each = (total: number): string => `${(total / SECONDS).toFixed(3)} ms`;
const all = spent.add + spent.judge + spent.text;
console.log(`${String(TAGS)} tags, ${String(TAGS / 8)} moves a second, ${String(SECONDS)} seconds`);
console.log(`history ${each(spent.add)}, judging ${each(spent.judge)}, message ${each(spent.text)} a second`);
console.log(`together ${each(all)}: ${(all / SECONDS / 10).toFixed(2)} % of a core; longest ${longest.toFixed(1)} ms`);
console.log(`search for changed rows ${each(spent.diff)}; ratio ${(all / spent.diff).toFixed(0)}`);
console.log(`history holds ${(tracker.byteLength / 2 ** 20).toFixed(1)} MiB`);
