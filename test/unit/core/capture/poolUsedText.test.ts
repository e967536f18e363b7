/**
 * WinDbg's !poolused: brief and verbose, old and modern, from the documentation and look-alikes.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, counters, fixture, NONE, only, parse, rowCount } from './captures';

test('old brief output: outstanding blocks, descriptions glued to the last number', () => {
  const sample = only(fixture('poolused-by-tag-2003.txt'));
  assert.equal(rowCount(sample), 35);
  assert.deepEqual(counters(sample, '8042'), { paged: NONE, nonPaged: [4, 0, 3944] });
  assert.deepEqual(counters(sample, 'AGP '), { paged: [2, 0, 384], nonPaged: [1, 0, 344] });
  assert.deepEqual(counters(sample, 'hSVD'), { paged: [1, 0, 40], nonPaged: NONE });
  assert.equal(counters(sample, 'TOTA'), undefined);
});

test('a description that begins with digits stays out of the number', () => {
  assert.deepEqual(counters(only(fixture('poolused-by-tag-2003.txt')), 'ohci'), { paged: NONE, nonPaged: [1, 0, 136] });
});

test('sorted by paged use, without descriptions', () => {
  const sample = only(fixture('poolused-4-no-desc.txt'));
  assert.equal(rowCount(sample), 5);
  assert.deepEqual(counters(sample, 'Abc '), { paged: [36405, 0, 33930272], nonPaged: NONE });
  assert.deepEqual(counters(sample, 'Gla5'), { paged: [2222, 0, 924352], nonPaged: [1, 0, 128] });
});

test('modern output: wide columns, tabs, no total; two listings in one log', () => {
  const capture = fixture('own-poolused-modern.txt');
  assert.deepEqual(capture.issues, []);
  assert.equal(capture.value.length, 2);
  assert.deepEqual(counters(at(capture, 0), 'EtwB'), { paged: [2, 0, 8192], nonPaged: [640, 0, 44564480] });
  assert.deepEqual(counters(at(capture, 0), '-Mem')?.nonPaged, [3, 0, 1536]);
  assert.deepEqual(counters(at(capture, 0), '.sys')?.nonPaged, [1, 0, 64]);
  assert.deepEqual(counters(at(capture, 0), '1394')?.nonPaged, [1, 0, 136]);
  assert.equal(rowCount(at(capture, 0)), 6);
  assert.deepEqual(counters(at(capture, 1), 'Leak')?.nonPaged, [38411, 0, 39947440]);
});

test('verbose output has frees', () => {
  const sample = only(fixture('own-poolused-verbose.txt'));
  assert.equal(rowCount(sample), 3);
  assert.deepEqual(counters(sample, '8042'), { paged: NONE, nonPaged: [6, 2, 3944] });
  assert.deepEqual(counters(sample, 'AGP '), { paged: [5, 3, 384], nonPaged: [3, 2, 344] });
  assert.deepEqual(counters(sample, 'Wmip'), { paged: [2182, 2000, 18600], nonPaged: [1146, 1000, 3504] });
});

test('a paste with collapsed blanks, and a protected tag', () => {
  const sample = only(
    parse(
      'Tag Allocs Used Allocs Used\nIo 12 2048 3 96 I/O manager\nProc (Protected) 7 896 0 0 Processes\nA B 1 16 0 0\n',
    ),
  );
  assert.deepEqual(counters(sample, 'Io'), { paged: [3, 0, 96], nonPaged: [12, 0, 2048] });
  assert.deepEqual(counters(sample, 'Proc')?.nonPaged, [7, 0, 896]);
});

test('a number wider than its column is read whole', () => {
  const sample = only(
    parse(
      '            NonPaged            Paged\n Tag    Allocs     Used    Allocs     Used\n' +
        ' Fred        1      520         1 33930272000UNKNOWN pooltag\n',
    ),
  );
  assert.deepEqual(counters(sample, 'Fred')?.paged, [1, 0, 33930272000]);
});
