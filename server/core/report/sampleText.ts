/**
 * Samples in the formats other programs read: CSV (RFC 4180), PoolMon's text, JSON lines. Text only; writes nothing.
 */
import { bytesPerBlock, outstanding } from '../../../src/shared/counters';
import { tagToHex, tagToText } from '../../../src/shared/poolTag';
import type { PoolCounters, Sample } from '../../../src/shared/sample';
import { rowsToCounters } from '../../../src/shared/sample';
import { poolMonText } from '../capture/poolMonWriter';
import { sampleToJson } from './sampleJson';

export const SAMPLE_FORMATS = ['ndjson', 'csv', 'poolmon'] as const;
export type SampleFormat = (typeof SAMPLE_FORMATS)[number];

const CSV_HEADING = 'time,scope,tag,value,pool,allocs,frees,diff,bytes,perAlloc';

/** Turns the samples of one source into text, one after the other; each text is whole lines without the last newline. */
export function sampleWriter(format: SampleFormat, source: string): (sample: Sample) => string {
  let previous: Sample | undefined;
  return (sample) => {
    const before = previous;
    previous = sample;
    switch (format) {
      case 'ndjson':
        return sampleToJson(sample, source);
      case 'poolmon':
        return poolMonText(sample, before);
      case 'csv':
        return [...(before === undefined ? [CSV_HEADING] : []), ...csvRows(sample)].join('\n');
    }
  };
}

/** One row a tag and pool in use. */
function csvRows({ time, scope, rows }: Sample): string[] {
  const date = new Date(time);
  const when = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  return rowsToCounters(rows).flatMap(({ tag, paged, nonPaged }) => {
    const row = (pool: string, { allocs, frees, bytes }: PoolCounters): string[] => {
      if (allocs === 0 && frees === 0 && bytes === 0) return [];
      const diff = outstanding(allocs, frees);
      const numbers = [allocs, frees, diff, bytes, bytesPerBlock(bytes, diff)];
      return [[when, cell(scope), cell(tagToText(tag)), tagToHex(tag), pool, ...numbers].join(',')];
    };
    return [...row('nonpaged', nonPaged), ...row('paged', paged)];
  });
}

/**
 * Always in quotes. A spreadsheet would take `=cmd` for a formula: such a text gets an apostrophe, which spreadsheets
 * hide; the value beside it says which tag it is.
 */
function cell(text: string): string {
  return `"${/^[=+\-@\t\r]/.test(text) ? "'" : ''}${text.replaceAll('"', '""')}"`;
}
