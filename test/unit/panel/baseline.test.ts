/** Rows compared with a kept reading: changes since, what is new, gone or changed, and hostile files of baselines. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GridModel } from '../../../media/panel/model/gridModel';
import { columnsOf, USUAL_LAYOUT } from '../../../media/panel/model/layout';
import { poolMonViewText } from '../../../media/panel/model/poolMonView';
import { isPagedRow } from '../../../media/panel/model/tagTable';
import { joinTotals } from '../../../media/panel/model/totals';
import { LastSamples } from '../../../src/monitor/lastSamples';
import { shortBytes } from '../../../src/monitor/shortBytes';
import { parseBaseline } from '../../../src/shared/baseline';
import { tagToText } from '../../../src/shared/poolTag';
import { flatRows, sample, type NamedRow } from '../../panel/support/samples';

const THEN: readonly NamedRow[] = [
  { tag: 'Same', nonPaged: [5, 0, 500] },
  { tag: 'Grew', nonPaged: [10, 4, 600], paged: [3, 3, 0] },
  { tag: 'Gone', paged: [8, 2, 60] },
  { tag: 'Past', nonPaged: [9, 0, 90] },
];
const NOW: readonly NamedRow[] = [
  { tag: 'Same', nonPaged: [7, 2, 500] },
  { tag: 'Grew', nonPaged: [30, 4, 2600], paged: [4, 3, 16] },
  { tag: 'Gone', paged: [8, 8, 0] },
  { tag: 'Late', nonPaged: [2, 0, 64] },
];

function compared(): GridModel {
  const model = new GridModel();
  model.apply(sample(flatRows(NOW)));
  model.setBaseline(flatRows(THEN));
  model.setSort({ column: 'tag', descending: false });
  return model;
}

const shown = (model: GridModel): string =>
  model.order.map((id) => `${tagToText(model.tagAt(id))}${isPagedRow(id) ? '/p' : ''}`).join(' ');
const values = (model: GridModel, column: 'bytesSince' | 'diffSince'): readonly number[] =>
  model.order.map(model.reader(column));

test('changes since, for each pool and for both joined; a tag that is listed no more counts', () => {
  const model = compared();
  assert.equal(shown(model), 'Gone/p Grew Grew/p Late Past Same');
  assert.deepEqual(values(model, 'bytesSince'), [-60, 2000, 16, 64, -90, 0]);
  assert.deepEqual(values(model, 'diffSince'), [-6, 20, 1, 2, -9, 0]);
  model.setPool('joined');
  assert.deepEqual(values(model, 'bytesSince'), [-60, 2016, 64, -90, 0]);
  model.setSort({ column: 'bytesSince', descending: true });
  assert.equal(shown(model), 'Grew Late Same Gone Past');
});

test('what is new, gone and changed; another baseline begins with all rows', () => {
  const model = compared();
  model.setSince('new');
  assert.equal(shown(model), 'Grew/p Late');
  model.setSince('gone');
  assert.equal(shown(model), 'Gone/p Past');
  model.setSince('changed');
  assert.equal(shown(model), 'Gone/p Grew Grew/p Late Past');
  model.setBaseline(undefined);
  assert.equal(shown(model), 'Gone/p Grew Grew/p Late Same');
  assert.deepEqual(values(model, 'bytesSince'), [0, 0, 0, 0, 0]);
  assert.equal(model.rowCount, 5);
});

test('a row that only the baseline has comes and goes with what the source lists', () => {
  const model = compared();
  const [past = 0] = flatRows([{ tag: 'Past' }]);
  const gone = (): readonly string[] =>
    model.order.filter((id) => model.isGone(id)).map((id) => tagToText(model.tagAt(id)));
  assert.deepEqual(gone(), ['Past']);
  assert.equal(model.rowCount, 6);
  const back = flatRows([{ tag: 'Past', nonPaged: [20, 0, 200] }]);
  model.apply(sample(back, { reset: false, sequence: 2 }));
  assert.deepEqual(gone(), []);
  assert.equal(model.rowCount, 6);
  // Taken off the list again, by name and by a full reading without it; then with its counters at zero.
  model.apply(sample([], { reset: false, sequence: 3, removed: [past] }));
  assert.deepEqual(gone(), ['Past']);
  model.apply(sample(flatRows(NOW), { sequence: 4 }));
  assert.deepEqual(gone(), ['Past']);
  model.apply(sample(flatRows([{ tag: 'Past' }]), { reset: false, sequence: 5 }));
  assert.deepEqual(gone(), ['Past']);
  // Nothing is left of them without the baseline, nor after another source; the next reading brings them back.
  model.setBaseline(undefined);
  assert.equal(shown(model), 'Gone/p Grew Grew/p Late Same');
  assert.equal(model.rowCount, 5);
  model.setBaseline(flatRows(THEN));
  model.clear();
  assert.equal(shown(model), '');
  model.apply(sample(flatRows([{ tag: 'Same', nonPaged: [5, 0, 500] }])));
  assert.equal(shown(model), 'Gone/p Grew Past Same');
  assert.deepEqual(gone(), ['Gone', 'Grew', 'Past']);
});

test('totals since the baseline count what is gone; PoolMon’s text leaves it out', () => {
  const model = compared();
  const { nonPaged, paged } = model.totals();
  assert.deepEqual([nonPaged.bytesSince, nonPaged.diffSince, nonPaged.bytes], [1974, 13, 3164]);
  assert.deepEqual([paged.bytesSince, paged.diffSince], [-44, -5]);
  model.setPool('joined');
  const joined = joinTotals(model.totals(), model.order.length);
  assert.deepEqual([joined.bytesSince, joined.diffSince, joined.rows], [1930, 8, 5]);
  const moment = { time: 1, scope: 'system', memory: {}, source: '' };
  assert.doesNotMatch(poolMonViewText(model, moment), /Past/);
});

test('which rows are new follows the readings', () => {
  const model = compared();
  model.setSince('new');
  model.apply(sample(flatRows([{ tag: 'Late', nonPaged: [2, 2, 0] }]), { reset: false, sequence: 2 }));
  assert.equal(shown(model), 'Grew/p');
});

test('the columns are there while there is a baseline', () => {
  const ids = (baseline: boolean): boolean =>
    columnsOf(USUAL_LAYOUT, 1000, { descriptions: true, baseline }).some(({ id }) => id === 'bytesSince');
  assert.deepEqual([ids(true), ids(false)], [true, false]);
});

test('a kept baseline comes back as it was; anything else is none', () => {
  const kept = { id: 'a-1', name: 'before', time: 5, source: 'Live', rows: flatRows(THEN) };
  assert.deepEqual(parseBaseline(JSON.parse(JSON.stringify(kept))), kept);
  for (const bad of [null, 'x', { ...kept, id: '../x' }, { ...kept, rows: [1] }, { ...kept, time: '5' }]) {
    assert.equal(parseBaseline(bad), undefined);
  }
  assert.equal(parseBaseline({ ...kept, rows: ['1', 2, 3, 4, 5, 6, 7] }), undefined);
  assert.equal(parseBaseline({ ...kept, name: 'x'.repeat(1000) })?.name.length, 80);
});

test('the newest reading in full, changes merged and tags that went left out', () => {
  const last = new LastSamples();
  assert.equal(last.whole(), undefined);
  const rows = flatRows(THEN);
  last.receive(sample(rows));
  assert.deepEqual(last.whole()?.rows, rows);
  const changed = flatRows([{ tag: 'Same', nonPaged: [6, 0, 600] }]);
  last.receive(sample(changed, { reset: false, removed: [rows[7] ?? 0], time: 9 }));
  const whole = last.whole();
  assert.equal(whole?.time, 9);
  assert.deepEqual(whole?.rows, [...changed, ...rows.slice(14)]);
});

test('bytes in the status bar', () => {
  assert.deepEqual([0, 1023, 1024, 734_003_200, 1.5 * 2 ** 30, 99.97 * 2 ** 20].map(shortBytes), [
    '0 B',
    '1023 B',
    '1 KiB',
    '700 MiB',
    '1.5 GiB',
    '100 MiB',
  ]);
});
