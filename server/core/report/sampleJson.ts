/**
 * A sample as one line of JSON: the command line's contract for `watch --format ndjson` and `import`.
 * Fields may be added, never renamed.
 */
import { tagToText } from '../../../src/shared/poolTag';
import type { PoolCounters, Sample } from '../../../src/shared/sample';
import { rowsToCounters } from '../../../src/shared/sample';

/** The line, without its newline. `source` is where the sample came from: `ntdll`, `recording`, `capture`. */
export function sampleToJson(sample: Sample, source: string): string {
  return JSON.stringify({
    type: 'sample',
    time: isoTime(sample.time),
    source,
    scope: sample.scope,
    memory: sample.memory,
    tags: rowsToCounters(sample.rows).map(({ tag, paged, nonPaged }): [string, Record<string, PoolCounters>] => [
      tagToText(tag),
      { paged, nonPaged },
    ]),
  });
}

/** UTC with milliseconds; null for a time no calendar has (a damaged recording). */
function isoTime(time: number): string | null {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
