/**
 * Samples as PoolMon prints them: for people and tools that read PoolMon's text, parsePoolMonText included.
 * One row per tag and pool in use; no Mapped_Driver column.
 */
import { memoryLines, numberColumns, POOLMON_HEADING, scopeLine, tagColumns } from '../../../src/shared/poolMonLines';
import type { PoolCounters, Sample, TagCounters } from '../../../src/shared/sample';
import { rowsToCounters } from '../../../src/shared/sample';

const ZERO: PoolCounters = { allocs: 0, frees: 0, bytes: 0 };

/** One screen, ending in a newline. Changes are those since `previous`; without it they are 0. */
export function poolMonText(sample: Sample, previous?: Sample): string {
  const before = new Map(rowsToCounters(previous?.rows ?? []).map((row) => [row.tag, row]));
  const rows = rowsToCounters(sample.rows).flatMap((row) => tagRows(row, before.get(row.tag), previous !== undefined));
  return [...memoryLines(sample.memory), scopeLine(sample.scope), POOLMON_HEADING, '', ...rows, ''].join('\n');
}

function tagRows(row: TagCounters, before: TagCounters | undefined, hasPrevious: boolean): string[] {
  const text = tagColumns(row.tag);
  const line = (type: string, now: PoolCounters, then: PoolCounters): string[] =>
    now.allocs === 0 && now.frees === 0 && now.bytes === 0
      ? []
      : [` ${text} ${type} ${numberColumns(now, hasPrevious ? then : now)}`];
  return [...line('Nonp ', row.nonPaged, before?.nonPaged ?? ZERO), ...line('Paged', row.paged, before?.paged ?? ZERO)];
}
