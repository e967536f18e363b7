/**
 * The lines of PoolMon's screen: what people and tools know, our own parser included. Pure; which rows, in which order and
 * compared with what, is the caller's business.
 */
import { bytesPerBlock, counterDelta, outstanding } from './counters';
import { tagBytes } from './poolTag';
import type { MemoryTotals, PoolCounters } from './sample';

export const POOLMON_HEADING = ' Tag  Type     Allocs            Frees            Diff   Bytes       Per Alloc';

/** Allocs to Per Alloc, with the changes since `then`. */
export function numberColumns(now: PoolCounters, then: PoolCounters): string {
  const blocks = outstanding(now.allocs, now.frees);
  const change = (from: number, to: number, width: number): string => `(${pad(counterDelta(from, to), width)})`;
  return [
    pad(now.allocs, 9),
    change(then.allocs, now.allocs, 4),
    pad(now.frees, 9),
    change(then.frees, now.frees, 4),
    pad(blocks, 8),
    pad(now.bytes, 7),
    `(${pad(now.bytes - then.bytes, 6)})`,
    pad(bytesPerBlock(now.bytes, blocks), 6),
  ].join(' ');
}

/** PoolMon prints the bytes as they are; a dot stands here for what a text file can't hold. */
export function tagColumns(tag: number): string {
  return tagBytes(tag)
    .map((byte) => (byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '.'))
    .join('');
}

/** The two header lines; none where no total is known. */
export function memoryLines(memory: MemoryTotals): string[] {
  const k = (bytes: number | undefined, width: number): string => `${pad(Math.floor((bytes ?? 0) / 1024), width)}K`;
  if (Object.keys(memory).length === 0) return [];
  return [
    ` Memory:${k(memory.totalBytes, 8)} Avail:${k(memory.availableBytes, 8)}  PageFlts:${pad(memory.pageFaults ?? 0, 6)}` +
      `   InRam Krnl:${k(memory.residentKernelBytes, 5)} P:${k(memory.residentPagedPoolBytes, 5)}`,
    ` Commit:${k(memory.commitBytes, 7)} Limit:${k(memory.commitLimitBytes, 7)} Peak:${k(memory.commitPeakBytes, 7)}` +
      `            Pool N:${k(memory.nonPagedPoolBytes, 5)} P:${k(memory.pagedPoolBytes, 5)}`,
  ];
}

/** ` System pool information` */
export function scopeLine(scope: string): string {
  return ` ${scope.charAt(0).toUpperCase()}${scope.slice(1)} pool information`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width);
}
