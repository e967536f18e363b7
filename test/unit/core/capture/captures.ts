/**
 * What the capture tests share: fixtures as text, and rows looked up by the tag PoolMon shows.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeCaptureText } from '../../../../server/core/capture/captureText';
import type { ParsedCapture } from '../../../../server/core/capture/parseCapture';
import { parseCapture } from '../../../../server/core/capture/parseCapture';
import { tagFromText } from '../../../../src/shared/poolTag';
import type { Sample } from '../../../../src/shared/sample';
import { rowsToCounters } from '../../../../src/shared/sample';

export const TIME = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A fixture of test/fixtures/captures, read as the monitor reads it. */
export function fixture(name: string): ParsedCapture {
  return parse(decodeCaptureText(readFileSync(join(__dirname, '../../../fixtures/captures', name))));
}

export function parse(text: string): ParsedCapture {
  return parseCapture(text, { time: TIME });
}

/** The only sample; there must be no issue. */
export function only(capture: ParsedCapture): Sample {
  assert.deepEqual(capture.issues, []);
  assert.equal(capture.value.length, 1);
  return at(capture, 0);
}

export function at(capture: ParsedCapture, index: number): Sample {
  const sample = capture.value[index];
  assert.ok(sample, `sample ${String(index)} is missing`);
  return sample;
}

/** `[allocs, frees, bytes]` of a tag, `undefined` when it is not listed. */
export function counters(sample: Sample, text: string): { paged: number[]; nonPaged: number[] } | undefined {
  const row = rowsToCounters(sample.rows).find((candidate) => candidate.tag === tagFromText(text));
  if (row === undefined) return undefined;
  const { paged, nonPaged } = row;
  return {
    paged: [paged.allocs, paged.frees, paged.bytes],
    nonPaged: [nonPaged.allocs, nonPaged.frees, nonPaged.bytes],
  };
}

export function rowCount(sample: Sample): number {
  return rowsToCounters(sample.rows).length;
}

export const NONE = [0, 0, 0];
