/**
 * What the grid shows and in which order: sort, ties, pools, filter, owners, totals, and the cell the keyboard is on.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ActiveCell, HEADER } from '../../../media/panel/model/activeCell';
import { COLUMN_IDS, COLUMNS, columnsFor, totalWidth } from '../../../media/panel/model/columns';
import { NO_OTHERS, numberReader } from '../../../media/panel/model/cellValues';
import { GridModel } from '../../../media/panel/model/gridModel';
import { isPagedRow } from '../../../media/panel/model/tagTable';
import { tagToText } from '../../../src/shared/poolTag';
import { flatRows, sample, tagNumber, type NamedRow } from '../../panel/support/samples';

const ROWS: readonly NamedRow[] = [
  { tag: 'b   ', nonPaged: [5, 0, 50] },
  { tag: 'Zeta', nonPaged: [5, 0, 50], paged: [1, 0, 1] },
  { tag: 'Alfa', paged: [5, 0, 50] },
  { tag: 'Wdm ', nonPaged: [9, 9, 0] },
];

function modelOf(rows: readonly NamedRow[] = ROWS): GridModel {
  const model = new GridModel();
  model.apply(sample(flatRows(rows)));
  return model;
}

const shown = (model: GridModel): string =>
  model.order.map((id) => `${tagToText(model.tagAt(id)).trim()}${isPagedRow(id) ? '/p' : ''}`).join(' ');

test('ties fall back on the tag’s bytes and then the pool, in both directions', () => {
  const model = modelOf();
  assert.equal(shown(model), 'Alfa/p Zeta b Zeta/p Wdm');
  model.setSort({ column: 'bytes', descending: false });
  assert.equal(shown(model), 'Wdm Zeta/p Alfa/p Zeta b');
  model.setSort({ column: 'tag', descending: true });
  assert.equal(shown(model), 'b Zeta Zeta/p Wdm Alfa/p');
});

test('rows without an owner stay last, whichever way owners are sorted', () => {
  const model = modelOf();
  const owner = (tag: string, label: string) => ({ tag: tagNumber(tag), label, detail: '' });
  model.setOwners([owner('Zeta', 'beta.sys'), owner('Wdm ', 'Alpha.sys'), owner('Gone', 'x.sys')], true);
  model.setSort({ column: 'owner', descending: false });
  assert.equal(shown(model), 'Wdm Zeta Zeta/p Alfa/p b');
  model.setSort({ column: 'owner', descending: true });
  assert.equal(shown(model), 'Zeta Zeta/p Wdm Alfa/p b');
  model.setOwners([owner('b   ', 'late.sys')], false);
  assert.equal(shown(model), 'b Zeta Zeta/p Wdm Alfa/p');
  model.setOwners([], true);
  assert.equal(shown(model), 'Alfa/p Wdm Zeta Zeta/p b');
});

test('pools and filter choose rows; totals are those of the rows shown', () => {
  const model = modelOf();
  model.setPool('paged');
  assert.equal(shown(model), 'Alfa/p Zeta/p');
  assert.deepEqual(
    [model.totals().paged, model.totals().nonPaged].map((t) => [t.rows, t.allocs, t.diff, t.bytes]),
    [
      [2, 6, 6, 51],
      [0, 0, 0, 0],
    ],
  );
  model.setFilter('a');
  assert.equal(shown(model), 'Alfa/p Zeta/p');
  model.setFilter('A*');
  assert.equal(shown(model), 'Alfa/p', 'a pattern is about the whole tag, and case counts');
  model.setPool('both');
  model.setFilter('Wdm');
  assert.equal(shown(model), 'Wdm');
  model.setFilter('W?');
  assert.equal(shown(model), '', 'too short for the tag');
  model.setFilter('W??');
  assert.equal(shown(model), 'Wdm', 'blanks at the end need not be typed');
  model.setFilter('b*');
  assert.equal(shown(model), 'b');
  model.setFilter('(+[');
  assert.equal(shown(model), '', 'no text breaks it');
});

test('a tag that comes while a filter is set is asked as well, also in the room of one that went', () => {
  const model = modelOf();
  model.setFilter('new');
  model.apply(sample(flatRows([{ tag: 'New1', paged: [1, 0, 8] }]), { reset: false }));
  assert.equal(shown(model), 'New1/p');
  model.apply(sample([], { reset: false, removed: [tagNumber('New1')] }));
  model.apply(sample(flatRows([{ tag: 'Old1', paged: [1, 0, 8] }]), { reset: false }));
  assert.equal(shown(model), '');
});

test('whatever comes, the order is sorted and holds each present row once', () => {
  const counter = fc.integer({ min: 0, max: 4 });
  const message = fc.record({
    rows: fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.array(counter, { minLength: 6, maxLength: 6 })), {
      selector: ([tag]) => tag,
      maxLength: 12,
    }),
    removed: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }),
    column: fc.constantFrom(...COLUMN_IDS.filter((id) => id !== 'owner')),
    descending: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 8 }), (messages) => {
      const model = new GridModel();
      messages.forEach(({ rows, removed, column, descending }, at) => {
        model.setSort({ column, descending });
        const flat = rows.flatMap(([tag, counters]) => [tag, ...counters]);
        model.apply(sample(flat, { reset: at === 0, removed }));
        assert.equal(new Set(model.order).size, model.order.length);
        assert.equal(model.order.length, model.rowCount);
        const read = numberReader(model.table, NO_OTHERS, column);
        const keys = model.order.map((id) => (descending ? -read(id) : read(id)));
        assert.deepEqual(
          keys,
          keys.toSorted((a, b) => a - b),
        );
      });
    }),
  );
});

test('columns give way in their order until the rest fits; four always stay', () => {
  assert.deepEqual(columnsFor(1_000), COLUMNS);
  for (let width = 0; width < 200; width += 1) {
    const columns = columnsFor(width);
    assert.ok(totalWidth(columns) <= width || columns.length === 4);
    assert.ok(columns.length <= columnsFor(width + 1).length);
  }
  assert.deepEqual(
    columnsFor(0).map((c) => c.id),
    ['tag', 'type', 'bytes', 'owner'],
  );
});

test('the active cell follows its tag, hands over when it goes, and stays inside the grid', () => {
  const model = modelOf();
  const active = new ActiveCell();
  active.follow(model, COLUMNS);
  assert.deepEqual([active.index, active.chosen], [0, false]);
  active.move(model, COLUMNS, { rows: 1 }, 10);
  assert.equal(tagToText(model.tagAt(model.order[active.index] ?? -1)), 'Zeta');
  model.setSort({ column: 'tag', descending: true });
  active.follow(model, COLUMNS);
  assert.equal(active.index, 1);
  model.setPool('paged');
  active.follow(model, COLUMNS);
  assert.equal(active.index, 1, 'the row in its place');
  model.setPool('both');
  active.move(model, COLUMNS, { pages: 1 }, 10);
  assert.equal(active.index, 4);
  active.move(model, COLUMNS, { pages: -1 }, 10);
  assert.equal(active.index, 0, 'a page up stops below the header');
  active.move(model, COLUMNS, { rows: -1 }, 10);
  assert.equal(active.index, HEADER);
  active.move(model, COLUMNS, { to: 'rowEnd' }, 10);
  active.move(model, COLUMNS, { columns: 1 }, 10);
  assert.equal(active.column, 'owner');
  active.follow(model, columnsFor(0));
  active.move(model, columnsFor(0), { columns: -1 }, 10);
  assert.equal(active.column, 'bytes');
  active.move(model, COLUMNS, { to: 'gridEnd' }, 10);
  model.clear();
  active.follow(model, COLUMNS);
  assert.equal(active.index, 0);
});
