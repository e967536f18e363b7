/** PoolMon's column Mapped_Driver: what it says, that our own parser reads such a text, and that no line of the file is trusted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCapture } from '../../../../server/core/capture/parseCapture';
import { poolMonText } from '../../../../server/core/capture/poolMonWriter';
import { mappedDriver } from '../../../../server/core/report/mappedDriver';
import { poolMonScreen } from '../../../../server/core/report/poolMonScreen';
import { FIRST_VIEW } from '../../../../server/core/report/poolMonView';
import { parsePoolTagFile } from '../../../../server/core/tags/poolTagFile';
import { flatRows, tagNumber } from '../../../panel/support/samples';

const FILE = parsePoolTagFile(
  ['Afd? - afd.sys - AFD objects', 'Leak - leaky.sys - evil \u001b[2J text - more', 'Two  - only a text'].join('\r\n'),
).value;
const SAMPLE = {
  time: 0,
  scope: 'system',
  memory: {},
  rows: Float64Array.from(
    flatRows([
      { tag: 'AfdX', paged: [5, 2, 192] },
      { tag: 'Leak', nonPaged: [1000, 0, 64_000], paged: [1, 0, 16] },
      { tag: 'Nobd', nonPaged: [3, 3, 0] },
    ]),
  ),
};
const lines = (text: string): readonly string[] => text.split('\n').filter((line) => /Nonp|Paged/.test(line));

test('binary and description in brackets, with wildcards; what is not listed is unknown', () => {
  const mapped = mappedDriver(FILE);
  assert.equal(mapped(tagNumber('AfdX')), '[afd.sys - AFD objects]');
  assert.equal(mapped(tagNumber('Leak')), '[leaky.sys - evil \\x1b[2J text - more]');
  assert.equal(mapped(tagNumber('Two ')), '[only a text]');
  assert.equal(mapped(tagNumber('Nobd')), 'Unknown Driver');
});

test('a text with the column is read back as what it was', () => {
  const text = poolMonText(SAMPLE, undefined, mappedDriver(FILE));
  assert.match(text, /Per Alloc {2}Mapped_Driver$/m);
  assert.equal(lines(text).filter((line) => line.endsWith('  Unknown Driver')).length, 1);
  assert.equal(lines(text).filter((line) => line.includes('[leaky.sys')).length, 2);
  const { value, issues } = parseCapture(text, { time: 0 });
  assert.deepEqual(issues, []);
  assert.deepEqual([...(value[0]?.rows ?? [])], [...SAMPLE.rows]);
});

test('the screen has it as far as the terminal is wide', () => {
  const draw = (columns: number): readonly string[] =>
    poolMonScreen(
      SAMPLE,
      undefined,
      FIRST_VIEW,
      () => true,
      { rows: 20, columns },
      undefined,
      mappedDriver(FILE),
    ).lines.map(({ text }) => text);
  assert.ok(draw(200).some((line) => line.endsWith('[afd.sys - AFD objects]')));
  assert.ok(draw(200).some((line) => line.endsWith('Mapped_Driver')));
  assert.ok(draw(90).every((line) => line.length <= 90));
});
