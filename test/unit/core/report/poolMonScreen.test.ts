/**
 * PoolMon's screen as lines: what is in them, in which order, and how they fit.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { poolMonScreen } from '../../../../server/core/report/poolMonScreen';
import { FIRST_VIEW, type PoolMonView } from '../../../../server/core/report/poolMonView';
import { tagFromText } from '../../../../src/shared/poolTag';
import type { Sample } from '../../../../src/shared/sample';

type Tag = readonly [text: string, paged: readonly number[], nonPaged: readonly number[]];
const NONE = [0, 0, 0];

function sample(...tags: readonly Tag[]): Sample {
  const rows = tags.flatMap(([text, paged, nonPaged]) => [tagFromText(text) ?? 0, ...paged, ...nonPaged]);
  return { time: 0, scope: 'system', memory: { pagedPoolBytes: 1024 }, rows: Float64Array.from(rows) };
}

const BEFORE = sample(['Fred', [10, 0, 640], NONE], ['Abcd', NONE, [5, 1, 4000]], ['Zz\\x01z', [1, 0, 8], [1, 0, 8]]);
const NOW = sample(['Fred', [30, 5, 1600], NONE], ['Abcd', NONE, [6, 2, 4000]], ['Zz\\x01z', [1, 0, 8], [1, 0, 8]]);
const SIZE = { rows: 20, columns: 120 };

function draw(view: Partial<PoolMonView> = {}, size = SIZE): readonly string[] {
  return poolMonScreen(NOW, BEFORE, { ...FIRST_VIEW, ...view }, () => true, size).lines.map(({ text }) => text);
}

/** Tag and type of each row. */
const rows = (lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => /^ (.{4} (?:Nonp|Paged)) /.exec(line)?.[1] ?? []);

test('header, one row a tag and pool, changes, and no control character of a tag', () => {
  const lines = draw();
  assert.match(lines[0] ?? '', /^ Memory:/);
  assert.match(lines[2] ?? '', /^ System pool information/);
  assert.match(lines[3] ?? '', /^ Tag {2}Type/);
  assert.deepEqual(rows(lines), ['Abcd Nonp', 'Fred Paged', 'Zz.z Nonp', 'Zz.z Paged']);
  assert.match(lines[5] ?? '', /^ Fred Paged {8}30 \( {2}20\) {9}5 \( {3}5\) {7}25 {4}1600 \( {3}960\) {5}64$/);
});

test('sorting by value and by change, largest first, equal ones by tag', () => {
  assert.deepEqual(rows(draw({ sort: 'bytes' })), ['Abcd Nonp', 'Fred Paged', 'Zz.z Nonp', 'Zz.z Paged']);
  assert.deepEqual(rows(draw({ sort: 'bytes', byChange: true })).slice(0, 2), ['Fred Paged', 'Abcd Nonp']);
  assert.deepEqual(rows(draw({ sort: 'diff' })).slice(0, 2), ['Fred Paged', 'Abcd Nonp']);
  assert.deepEqual(rows(draw({ sort: 'perAlloc' }))[0], 'Abcd Nonp');
});

test('one pool only, and totals of what is shown', () => {
  assert.deepEqual(rows(draw({ pools: 'paged' })), ['Fred Paged', 'Zz.z Paged']);
  const totals = draw({ totals: true }).slice(-2);
  assert.match(totals[0] ?? '', /^ Total Nonp {9}7 \( {3}1\)/);
  assert.match(totals[1] ?? '', /^ Total Paged {8}31 \( {2}20\)/);
});

test('rows that changed stand out, unless that is switched off', () => {
  const strong = (view: Partial<PoolMonView>): readonly string[] =>
    poolMonScreen(NOW, BEFORE, { ...FIRST_VIEW, ...view }, () => true, SIZE)
      .lines.filter((line) => line.strong)
      .map(({ text }) => text.slice(1, 5));
  assert.deepEqual(strong({}), ['Tag ', 'Abcd', 'Fred']);
  assert.deepEqual(strong({ highlight: false }), ['Tag ']);
});

test('it fits: rows and columns are cut, scrolling stays in bounds', () => {
  const small = { rows: 6, columns: 40 };
  const lines = draw({}, small);
  assert.equal(lines.length, 6);
  assert.ok(lines.every((line) => line.length <= 40));
  const end = poolMonScreen(NOW, BEFORE, { ...FIRST_VIEW, top: Number.MAX_SAFE_INTEGER }, () => true, small);
  assert.deepEqual([end.top, end.page], [2, 2]);
  assert.deepEqual(rows(end.lines.map(({ text }) => text)), ['Zz.z Nonp', 'Zz.z Paged']);
});

test('nothing yet, a note, the help, a number being typed', () => {
  const waiting = poolMonScreen(
    undefined,
    undefined,
    FIRST_VIEW,
    () => true,
    SIZE,
    'Connecting: ssh has been started.',
  );
  assert.deepEqual(
    waiting.lines.map(({ text, strong }) => [text.slice(0, 12), strong]),
    [
      [' Connecting:', true],
      [' Tag  Type  ', true],
    ],
  );
  assert.ok(draw({ help: true }).some((line) => line.includes('quit')));
  assert.ok(draw({ typing: '12' }).some((line) => line.endsWith('Enter: 12')));
});
