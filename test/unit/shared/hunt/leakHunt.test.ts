/** A leak hunt from its first snapshot to its report: what grew, what was freed, what stayed, and nothing hostile in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { huntFindings } from '../../../../src/shared/hunt/huntFindings';
import { huntHtml, huntMarkdown } from '../../../../src/shared/hunt/huntReport';
import {
  beginHunt,
  finishHunt,
  MOST_SNAPSHOTS,
  parseHunt,
  stopHunt,
  withSnapshot,
  type HuntRun,
} from '../../../../src/shared/hunt/huntRun';
import { tagToText } from '../../../../src/shared/poolTag';
import { flatRows, tagNumber, type NamedRow } from '../../../panel/support/samples';

const CHOICE = { pool: 'both', everyMinutes: 10, source: 'Live: <this> machine' } as const;
const MINUTE = 60_000;
const START = Date.UTC(2026, 2, 2, 9, 0, 0);

const at = (leak: number, cache: number, extra: readonly NamedRow[] = []): number[] =>
  flatRows([
    { tag: 'Leak', nonPaged: [100 + leak, 0, 6400 + 64 * leak] },
    { tag: 'Cach', paged: [50 + cache, 0, 5000 + 100 * cache] },
    { tag: 'Same', nonPaged: [7, 2, 500] },
    ...extra,
  ]);

/** Ten minutes of test in which both grow; in the wait the cache gives back nine tenths, the leak nothing. */
function hunted(choice: Parameters<typeof beginHunt>[0] = CHOICE): HuntRun {
  let run = beginHunt(choice, START, at(0, 0));
  run = withSnapshot(run, START + 5 * MINUTE, at(500, 50));
  run = withSnapshot(run, START + 10 * MINUTE, at(1000, 100, [{ tag: 'a|<"', paged: [3, 0, 333] }]));
  run = stopHunt(run);
  return finishHunt(withSnapshot(run, START + 20 * MINUTE, at(1000, 10, [{ tag: 'a|<"', paged: [3, 0, 333] }])));
}

test('what grew and was not freed, the most first', () => {
  assert.deepEqual(
    huntFindings(hunted()).map(({ tag, paged, kept, freed, bytes }) => [tagToText(tag), paged, kept, freed, bytes]),
    [
      ['Leak', false, 64_000, 0, [6400, 38_400, 70_400, 70_400]],
      ['Cach', true, 1000, 0.9, [5000, 10_000, 15_000, 6000]],
      ['a|<"', true, 333, 0, [0, 0, 333, 333]],
    ],
  );
});

test('one pool alone, and a test that leaves nothing', () => {
  const run = beginHunt({ ...CHOICE, pool: 'paged' }, START, at(0, 0));
  const end = finishHunt(withSnapshot(stopHunt(withSnapshot(run, START + 1, at(9, 9))), START + 2, at(9, 0)));
  assert.deepEqual(huntFindings(end), []);
  assert.match(huntMarkdown(end, new Map()), /Nothing the test allocated was left/);
});

test('snapshots hold what differs from the first; one that is not later is none', () => {
  const run = hunted();
  assert.deepEqual(
    run.snapshots.map(({ rows }) => rows.length / 4),
    [3, 2, 3, 3],
  );
  assert.equal(run.stoppedAt, 2);
  assert.equal(withSnapshot(run, START, at(1, 1)), run);
});

test('a test of days stays bounded, first and last snapshot among what is left', () => {
  let run = beginHunt(CHOICE, START, at(0, 0));
  for (let n = 1; n <= 1000; n++) run = withSnapshot(run, START + n * MINUTE, at(n, n));
  assert.ok(run.snapshots.length <= MOST_SNAPSHOTS + 1);
  assert.deepEqual([run.snapshots[0]?.time, run.snapshots.at(-1)?.time], [START, START + 1000 * MINUTE]);
});

test('a run comes back from its file as it was; anything else is none', () => {
  const run = hunted();
  assert.deepEqual(parseHunt(JSON.parse(JSON.stringify(run))), run);
  const bad = [null, {}, { ...run, phase: 'x' }, { ...run, snapshots: [] }, { ...run, snapshots: [{ time: 1 }] }];
  for (const value of bad) assert.equal(parseHunt(value), undefined);
  assert.equal(parseHunt({ ...run, snapshots: [{ time: 1, rows: ['1'] }] }), undefined);
});

test('the reports name tags, owners and what stayed', () => {
  const owners = new Map([[tagNumber('Leak'), ['leaky.sys (call): ExAllocatePool2 at leaky.c:39']]]);
  const markdown = huntMarkdown(hunted(), owners);
  assert.match(markdown, /\| Leak \| nonpaged \| 6,400 \| 70,400 \| 70,400 \| 64,000 \| 0 % \| 1,000 \|/);
  assert.match(markdown, /^- leaky\.sys \(call\): ExAllocatePool2 at leaky\.c:39$/m, 'to be read without a renderer');
  assert.match(markdown, /Test from 2026-03-02 09:00:00 to 2026-03-02 09:10:00 UTC/);
  assert.match(markdown, /3 tags held more at the end/);
  const single = huntMarkdown(hunted({ ...CHOICE, pool: 'nonPaged', everyMinutes: 1 }), owners);
  assert.match(single, /one every 1 minute while/);
  assert.match(single, /^- 1 tag held more at the end/m);
  const page = huntHtml(hunted(), owners);
  assert.match(page, /<td>Leak<\/td><td>nonpaged<\/td><td>6,400<\/td>/);
  assert.match(page, /<li>leaky\.sys \(call\): ExAllocatePool2 at leaky\.c:39<\/li>/);
  assert.equal(page.match(/<svg role="img"/g)?.length, 3);
});

test('hostile tags and names make neither markup nor script', () => {
  const evil = '</li><script>alert(1)</script><img src=x onerror=alert(1)> | `x` [a](command:x)\n# h';
  const owners = new Map([[tagNumber('Leak'), [evil]]]);
  const page = huntHtml({ ...hunted(), source: evil }, owners);
  assert.doesNotMatch(page, /<script|<img|onerror=alert\(1\)>/);
  assert.match(page, /default-src 'none'/);
});
