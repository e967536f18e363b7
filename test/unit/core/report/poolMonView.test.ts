/**
 * PoolMon's keys and switches, as its documentation lists them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  FIRST_VIEW,
  poolMonFilter,
  poolMonKey,
  poolMonSwitches,
  type PoolMonView,
} from '../../../../server/core/report/poolMonView';
import { tagFromText } from '../../../../src/shared/poolTag';

function press(keys: readonly string[], view: PoolMonView = FIRST_VIEW): PoolMonView {
  return keys.reduce((now, key) => poolMonKey(now, key, 10).view, view);
}

test('letters sort, in either case; parentheses turn to changes and back', () => {
  const sorts = ['t', 'a', 'f', 'd', 'b', 'm'].map((key) => press([key]).sort);
  assert.deepEqual(sorts, ['tag', 'allocs', 'frees', 'diff', 'bytes', 'perAlloc']);
  assert.equal(press(['B']).sort, 'bytes');
  assert.equal(press(['(']).byChange, true);
  assert.equal(press(['(', ')']).byChange, false);
});

test('p goes round the pools, e and l switch, h and ? show the help', () => {
  assert.deepEqual(
    [1, 2, 3].map((times) => press(new Array<string>(times).fill('p')).pools),
    ['nonPaged', 'paged', 'both'],
  );
  assert.equal(press(['e']).totals, true);
  assert.equal(press(['l']).highlight, false);
  assert.equal(press(['h']).help, true);
  assert.equal(press(['?', 'escape']).help, false);
});

test('q and Ctrl-C quit, also while a number is typed', () => {
  for (const keys of [['q'], ['Q'], ['\u0003'], ['i', '\u0003']]) {
    const last = keys.at(-1) ?? '';
    assert.deepEqual(poolMonKey(press(keys.slice(0, -1)), last, 10).wish, { kind: 'quit' });
  }
});

test('s and digits choose sessions; i takes a number of several digits', () => {
  assert.deepEqual(poolMonKey(FIRST_VIEW, 's', 10).wish, { kind: 'scope', scope: 'sessions' });
  assert.deepEqual(poolMonKey(FIRST_VIEW, '3', 10).wish, { kind: 'scope', scope: 3 });
  const typed = press(['i', '1', '2', 'x', 'backspace', '4']);
  assert.equal(typed.typing, '14');
  const done = poolMonKey(typed, 'enter', 10);
  assert.deepEqual(done.wish, { kind: 'scope', scope: 14 });
  assert.equal(done.view.typing, undefined);
  assert.deepEqual(poolMonKey(press(['i']), 'enter', 10).wish, { kind: 'none' });
  assert.equal(press(['i', '9', '9', '9', '9', '9', '9']).typing, '99999');
});

test('arrows and pages scroll, never above the first row', () => {
  assert.equal(press(['down', 'down', 'up']).top, 1);
  assert.equal(press(['pagedown', 'pagedown', 'pageup']).top, 10);
  assert.equal(press(['up']).top, 0);
  assert.equal(press(['down', 'home']).top, 0);
  assert.equal(press(['end']).top, Number.MAX_SAFE_INTEGER);
  assert.equal(press(['down', 'b']).top, 0);
});

test('switches with slashes and dashes, their order and what is left', () => {
  const { switches, rest } = poolMonSwitches(['/iIo*', '-xIoNm', '/b', '/(', '/p', '/p', '-e', '--count', '2', '/s1']);
  assert.deepEqual(switches, {
    view: { ...FIRST_VIEW, sort: 'bytes', byChange: true, pools: 'paged', totals: true },
    include: ['Io*'],
    exclude: ['IoNm'],
    scope: 1,
  });
  assert.deepEqual(rest, ['--count', '2']);
});

test('/n takes a file or its own name; values and what follows -- are no switches', () => {
  assert.equal(poolMonSwitches(['/n']).switches.snapshot, 'poolsnap.log');
  assert.equal(poolMonSwitches(['-n', 'a.log', '/b']).switches.snapshot, 'a.log');
  assert.equal(poolMonSwitches(['/n', '/b']).switches.snapshot, 'poolsnap.log');
  assert.deepEqual(poolMonSwitches(['--record', '/tmp', '--', 'ssh', '-p', '22']), {
    switches: { view: FIRST_VIEW, include: [], exclude: [] },
    rest: ['--record', '/tmp', '--', 'ssh', '-p', '22'],
  });
  for (const none of ['/iToolong', '/i*', '/x', '/z', '/bb', '/s123456']) {
    assert.deepEqual(poolMonSwitches([none]).rest, [none]);
  }
});

test('patterns are case-sensitive; a short one has blanks behind it; a dot is a dot', () => {
  const shown = (include: readonly string[], exclude: readonly string[]): readonly string[] => {
    const shows = poolMonFilter({ include, exclude });
    return ['Io  ', 'IoNm', 'ioNm', 'Fred', '.red'].filter((text) => shows(tagFromText(text) ?? 0));
  };
  assert.deepEqual(shown([], []), ['Io  ', 'IoNm', 'ioNm', 'Fred', '.red']);
  assert.deepEqual(shown(['Io'], []), ['Io  ']);
  assert.deepEqual(shown(['Io*'], ['IoN?']), ['Io  ']);
  assert.deepEqual(shown(['?red'], []), ['Fred', '.red']);
  assert.deepEqual(shown(['.red'], []), ['.red']);
});

test('/g takes a pooltag.txt or none; an absolute path is no switch', () => {
  assert.equal(poolMonSwitches(['/g']).switches.mapped, '');
  assert.equal(poolMonSwitches(['-g', 'local.txt', '/b']).switches.mapped, 'local.txt');
  assert.equal(poolMonSwitches(['/g', '/tools/pooltag.txt']).switches.mapped, '/tools/pooltag.txt');
  assert.equal(poolMonSwitches(['/n', '/tmp/a.log', '/g', '/b']).switches.snapshot, '/tmp/a.log');
  assert.deepEqual(poolMonSwitches(['/g', '/iNt*', '/(']).switches.include, ['Nt*']);
});
