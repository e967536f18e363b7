/**
 * What the grid shows and in which order: sort, ties, pools, filter, owners, totals, and the cell the keyboard is on.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ActiveCell, HEADER } from '../../../media/panel/model/activeCell';
import { COLUMN_IDS, COLUMNS, fitting, totalWidth } from '../../../media/panel/model/columns';
import { GridModel, isTextColumn } from '../../../media/panel/model/gridModel';
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
    column: fc.constantFrom(...COLUMN_IDS.filter((id) => !isTextColumn(id))),
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
        const read = model.reader(column);
        const keys = model.order.map((id) => (descending ? -read(id) : read(id)));
        assert.deepEqual(
          keys,
          keys.toSorted((a, b) => a - b),
        );
      });
    }),
  );
});

const USUAL = COLUMNS.filter((c) => c.usual && c.id !== 'description');

test('columns give way in their order until the rest fits; four always stay', () => {
  assert.deepEqual(fitting(USUAL, 1_000), USUAL);
  for (let width = 0; width < 200; width += 1) {
    const columns = fitting(USUAL, width);
    assert.ok(totalWidth(columns) <= width || columns.length === 4);
    assert.ok(columns.length <= fitting(USUAL, width + 1).length);
  }
  assert.deepEqual(
    fitting(USUAL, 0).map((c) => c.id),
    ['tag', 'type', 'bytes', 'owner'],
  );
});

test('the active cell follows its tag, hands over when it goes, and stays inside the grid', () => {
  const model = modelOf();
  const active = new ActiveCell();
  active.follow(model, COLUMNS);
  assert.deepEqual([active.index, active.chosen], [0, false]);
  active.move(model, USUAL, { rows: 1 }, 10);
  assert.equal(tagToText(model.tagAt(model.order[active.index] ?? -1)), 'Zeta');
  model.setSort({ column: 'tag', descending: true });
  active.follow(model, COLUMNS);
  assert.equal(active.index, 1);
  model.setPool('paged');
  active.follow(model, COLUMNS);
  assert.equal(active.index, 0, 'the tag’s other row');
  model.setPool('both');
  active.move(model, USUAL, { pages: 1 }, 10);
  assert.equal(active.index, 4);
  active.move(model, USUAL, { pages: -1 }, 10);
  assert.equal(active.index, 0, 'a page up stops below the header');
  active.move(model, USUAL, { rows: -1 }, 10);
  assert.equal(active.index, HEADER);
  active.move(model, USUAL, { to: 'rowEnd' }, 10);
  active.move(model, USUAL, { columns: 1 }, 10);
  assert.equal(active.column, 'owner');
  active.follow(model, fitting(USUAL, 0));
  active.move(model, fitting(USUAL, 0), { columns: -1 }, 10);
  assert.equal(active.column, 'bytes');
  active.move(model, USUAL, { to: 'gridEnd' }, 10);
  model.clear();
  active.follow(model, COLUMNS);
  assert.equal(active.index, 0);
});

test('joined rows are the sum of both pools, and their changes too', () => {
  const model = modelOf();
  model.setPool('joined');
  const line = (): readonly string[] =>
    model.order.map((id) => {
      const cells = (['allocs', 'diff', 'bytes', 'bytesDelta', 'nonPagedBytes', 'pagedBytes'] as const).map((column) =>
        String(model.reader(column)(id)),
      );
      return [tagToText(model.tagAt(id)).trim(), ...cells].join(' ');
    });
  assert.deepEqual(line(), ['Zeta 6 6 51 0 50 1', 'Alfa 5 5 50 0 0 50', 'b 5 5 50 0 50 0', 'Wdm 9 0 0 0 0 0']);
  assert.equal(model.rowCount, 4);
  model.apply(sample(flatRows([{ tag: 'Zeta', nonPaged: [6, 0, 60], paged: [1, 1, 0] }]), { reset: false }));
  assert.equal(line()[0], 'Zeta 7 6 60 9 60 0');
  const { nonPaged, paged } = model.totals();
  assert.deepEqual([nonPaged.bytes, nonPaged.bytesDelta, paged.bytes, paged.bytesDelta], [110, 10, 50, -1]);
});

test('a share is the part of the row’s own pool, and adds up', () => {
  const model = modelOf();
  const share = model.reader('share');
  const shares = (): readonly string[] => model.order.map((id) => share(id).toFixed(3));
  assert.deepEqual(shares(), ['0.980', '0.500', '0.500', '0.020', '0.000']);
  model.apply(sample([], { reset: false, removed: [tagNumber('b   ')] }));
  assert.deepEqual(shares(), ['0.980', '1.000', '0.020', '0.000']);
  model.setPool('joined');
  assert.deepEqual(shares(), ['0.505', '0.495', '0.000']);
});

test('a held order stays while numbers change; what comes stands at the end, what goes leaves', () => {
  const model = modelOf();
  model.holdOrder(true);
  model.apply(sample(flatRows([{ tag: 'Wdm ', nonPaged: [9, 1, 900] }]), { reset: false }));
  assert.equal(shown(model), 'Alfa/p Zeta b Zeta/p Wdm');
  model.apply(sample(flatRows([{ tag: 'Newc', paged: [1, 0, 5000] }]), { reset: false, removed: [tagNumber('Zeta')] }));
  assert.equal(shown(model), 'Alfa/p b Wdm Newc/p');
  model.setSort({ column: 'tag', descending: false });
  assert.equal(shown(model), 'Alfa/p Newc/p Wdm b', 'a wish to sort is one');
  model.setSort({ column: 'bytes', descending: true });
  model.apply(sample(flatRows([{ tag: 'b   ', nonPaged: [5, 0, 9999] }]), { reset: false }));
  assert.equal(shown(model), 'Newc/p Wdm Alfa/p b');
  model.holdOrder(false);
  assert.equal(shown(model), 'b Newc/p Wdm Alfa/p');
});

test('PoolMon’s switches include and exclude, as often as wanted', () => {
  const model = modelOf();
  const filtered = (text: string): string => {
    model.setFilter(text);
    return shown(model);
  };
  assert.equal(filtered('/iZ* /iAlfa'), 'Alfa/p Zeta Zeta/p');
  assert.equal(filtered('-x*e* -xb'), 'Alfa/p Wdm');
  assert.equal(filtered('/I???? /X?lfa'), 'Zeta b Zeta/p Wdm');
  assert.equal(filtered('/i"b   "'), 'b');
  assert.equal(filtered('/iz*'), '', 'case counts');
  assert.equal(filtered('/iZ* eta'), 'Zeta Zeta/p');
  assert.equal(filtered('/iZ* wdm'), '', 'the rest of the text counts, too');
  assert.equal(filtered('/i'), '', 'a switch without a tag is a text');
  model.setDescriptions([{ tag: tagNumber('Alfa'), text: 'Greek letter', detail: '' }], false);
  assert.equal(filtered('letter'), 'Alfa/p');
  assert.equal(filtered('x-iZeta'), '');
});
