/**
 * Selections that begin and end anywhere: cut at every place of a table, no counter is made up, and what is left out is said.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeCaptureText } from '../../../../server/core/capture/captureText';
import { ROW_STRIDE } from '../../../../src/shared/sample';
import { fixture, parse } from './captures';

/** Rows of all samples as text. */
function rows(text: string): string[] {
  return parse(text).value.flatMap(({ rows: flat }) =>
    Array.from({ length: flat.length / ROW_STRIDE }, (_, at) =>
      [...flat.subarray(at * ROW_STRIDE, (at + 1) * ROW_STRIDE)].join(' '),
    ),
  );
}

function text(name: string): string {
  return decodeCaptureText(readFileSync(join(__dirname, '../../../fixtures/captures', name)));
}

for (const name of ['poolmon-examples-1.txt', 'poolsnap-server.log', 'poolmon-old-4.0-layout.txt']) {
  test(`${name}: from anywhere in its rows to anywhere in them, only rows of the whole`, () => {
    assert.deepEqual(fixture(name).issues, []);
    const whole = text(name);
    const known = new Set(rows(whole));
    // Tags of one pool: a row cut away does not change another's.
    const lines = whole.split('\n').filter((line) => /\s(?:Nonp|Paged)\s/.test(line));
    const block = lines.slice(0, 6).join('\n');
    const single = new Set(rows(block));
    assert.ok(single.size >= 3 && known.size >= single.size);
    for (let from = 0; from < (lines[0]?.length ?? 0); from++) {
      const found = rows(block.slice(from));
      assert.deepEqual(
        found.filter((row) => !single.has(row) && !isPartOf(row, block)),
        [],
        JSON.stringify(block.slice(from).split('\n')[0]),
      );
    }
    const lastLine = block.lastIndexOf('\n') + 1;
    for (let end = lastLine; end < block.length; end++) {
      const found = rows(block.slice(0, end));
      assert.deepEqual(
        found.filter((row) => !single.has(row) && !isPartOf(row, block)),
        [],
        JSON.stringify(block.slice(lastLine, end)),
      );
    }
  });
}

/** A tag on two rows of which one is cut away: its numbers are those of the other. */
function isPartOf(row: string, block: string): boolean {
  return block.split('\n').some((line) => rows(line).includes(row));
}

test('what is left out at either end is said', () => {
  const block = text('poolsnap-server.log')
    .split('\n')
    .filter((line) => /\s(?:Nonp|Paged)\s/.test(line))
    .slice(0, 5)
    .join('\n');
  assert.match(parse(block.slice(3)).issues[0]?.message ?? '', /^begins within a row, which is left out: /);
  const bytes = /^(.*?(?:Nonp|Paged)\s+\d+\s+\d+\s+\d+\s+\d)/.exec(block.split('\n').at(-1) ?? '')?.[1] ?? '';
  const cut = block.slice(0, block.lastIndexOf('\n') + 1) + bytes;
  assert.match(parse(cut).issues[0]?.message ?? '', /^ends within a row, which is left out: /);
});

test('a paste that lost its blanks may begin with a short tag', () => {
  const block =
    'Io Paged 9 (0) 2 (0) 7 700 (0) 100\nFred Nonp 7 (0) 2 (0) 5 640 (0) 128\nLeak Nonp 7 (0) 2 (0) 5 640 (0) 128\n';
  assert.equal(rows(block).length, 3);
});
