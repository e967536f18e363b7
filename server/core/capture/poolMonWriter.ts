/**
 * Samples as PoolMon prints them: for people and tools that read PoolMon's text, parsePoolMonText included.
 * One row per tag and pool in use; the column Mapped_Driver where somebody says what stands in it.
 */
import { memoryLines, numberColumns, POOLMON_HEADING, scopeLine, tagColumns } from '../../../src/shared/poolMonLines';
import type { PoolCounters, Sample, TagCounters } from '../../../src/shared/sample';
import { rowsToCounters } from '../../../src/shared/sample';
import { MAPPED_DRIVER_HEADING, type MappedDriver } from '../report/mappedDriver';

const ZERO: PoolCounters = { allocs: 0, frees: 0, bytes: 0 };

/** One screen, ending in a newline. Changes are those since `previous`; without it they are 0. */
export function poolMonText(sample: Sample, previous?: Sample, mapped?: MappedDriver): string {
  const before = new Map(rowsToCounters(previous?.rows ?? []).map((row) => [row.tag, row]));
  const rows = rowsToCounters(sample.rows).flatMap((row) =>
    tagRows(row, before.get(row.tag), previous !== undefined, mapped),
  );
  const heading = mapped === undefined ? POOLMON_HEADING : POOLMON_HEADING + MAPPED_DRIVER_HEADING;
  return [...memoryLines(sample.memory), scopeLine(sample.scope), heading, '', ...rows, ''].join('\n');
}

function tagRows(
  row: TagCounters,
  before: TagCounters | undefined,
  hasPrevious: boolean,
  mapped: MappedDriver | undefined,
): string[] {
  const text = tagColumns(row.tag);
  const driver = mapped === undefined ? '' : `  ${mapped(row.tag)}`;
  const line = (type: string, now: PoolCounters, then: PoolCounters): string[] =>
    now.allocs === 0 && now.frees === 0 && now.bytes === 0
      ? []
      : [` ${text} ${type} ${numberColumns(now, hasPrevious ? then : now)}${driver}`];
  return [...line('Nonp ', row.nonPaged, before?.nonPaged ?? ZERO), ...line('Paged', row.paged, before?.paged ?? ZERO)];
}
