/**
 * What "moves together with" costs: 4,000 tags that all move, one chosen, against one pass that judges the growth of as
 * many series, in the same run. Prints; judges nothing.
 */
import { GrowthTracker } from '../../server/core/trend/growthTracker';
import { ROW_STRIDE } from '../../src/shared/sample';
import { seeded } from '../panel/support/samples';

const TAGS = 4000;
const SECONDS = 250;

const random = seeded(1);
const tracker = new GrowthTracker(600_000);
const rows = Float64Array.from({ length: TAGS * ROW_STRIDE }, () => 1000);
for (let tag = 0; tag < TAGS; tag++) rows[tag * ROW_STRIDE] = tag + 1;
for (let second = 0; second < SECONDS; second++) {
  for (let at = 4; at < rows.length; at += ROW_STRIDE) {
    rows[at] = (rows[at] ?? 0) + Math.floor(random() * 8);
    rows[at + 2] = (rows[at + 2] ?? 0) + Math.floor(random() * 512);
  }
  tracker.add({ time: second * 1000, scope: 'system', memory: {}, rows: rows.slice() });
}
const spent = { judge: [] as number[], compare: [] as number[], slice: 0 };
for (let run = 0; run < 7; run++) {
  tracker.setWindow(600_000);
  let start = performance.now();
  tracker.judge(2 * TAGS);
  spent.judge.push(performance.now() - start);
  start = performance.now();
  const search = tracker.companions({ tag: 1 + run, paged: false }, 600_000);
  for (let done = false; search !== undefined && !done;) {
    const from = performance.now();
    done = search.step(200);
    spent.slice = Math.max(spent.slice, performance.now() - from);
  }
  spent.compare.push(performance.now() - start);
}
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1] ?? 0;
const [compare, judge] = [median(spent.compare), median(spent.judge)];
console.log(`${String(TAGS)} tags that move, ${String(SECONDS)} readings`);
console.log(`moves together: ${compare.toFixed(0)} ms for one tag, longest slice ${spent.slice.toFixed(1)} ms`);
console.log(`judging the growth of all: ${judge.toFixed(0)} ms; ratio ${(compare / judge).toFixed(2)}`);
