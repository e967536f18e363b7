/**
 * What NtQuerySystemInformation returns for memory totals → MemoryTotals: classes 2 and 0.
 * Layouts: ntexapi.h of the public Windows headers (phnt); the same offsets on 32- and 64-bit Windows.
 */
import type { MemoryTotals } from '../../../src/shared/sample';

export const SYSTEM_BASIC_INFORMATION = 0;
export const SYSTEM_PERFORMANCE_INFORMATION = 2;

/** Bytes of SYSTEM_BASIC_INFORMATION by pointer size; the kernel takes no other length. */
export const BASIC_INFORMATION_SIZE = { 4: 0x2c, 8: 0x40 } as const;
/** The longest SYSTEM_PERFORMANCE_INFORMATION known; older systems fill 0x138 bytes or a few more. */
export const PERFORMANCE_INFORMATION_MAX_SIZE = 0x178;

/** Fields of SYSTEM_PERFORMANCE_INFORMATION; all are ULONG. */
const Field = {
  availablePages: 0x2c,
  committedPages: 0x30,
  commitLimit: 0x34,
  peakCommitment: 0x38,
  pageFaultCount: 0x3c,
  pagedPoolPages: 0x70,
  nonPagedPoolPages: 0x74,
  residentSystemCodePage: 0x8c,
  residentPagedPoolPage: 0xa8,
  residentSystemDriverPage: 0xac,
} as const;

/** Totals as PoolMon shows them, and the count of page faults since the system started (32 bits, wraps). */
export interface DecodedPerformance {
  readonly memory: MemoryTotals;
  readonly pageFaultCount: number;
}

/** Undefined when the answer is too short for the fields. `pageSize` in bytes, from class 0. */
export function decodePerformance(bytes: Uint8Array, pageSize: number): DecodedPerformance | undefined {
  if (bytes.length < Field.residentSystemDriverPage + 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pages = (offset: number): number => view.getUint32(offset, true) * pageSize;
  return {
    memory: {
      availableBytes: pages(Field.availablePages),
      residentKernelBytes: pages(Field.residentSystemCodePage) + pages(Field.residentSystemDriverPage),
      residentPagedPoolBytes: pages(Field.residentPagedPoolPage),
      commitBytes: pages(Field.committedPages),
      commitLimitBytes: pages(Field.commitLimit),
      commitPeakBytes: pages(Field.peakCommitment),
      nonPagedPoolBytes: pages(Field.nonPagedPoolPages),
      pagedPoolBytes: pages(Field.pagedPoolPages),
    },
    pageFaultCount: view.getUint32(Field.pageFaultCount, true),
  };
}

export interface DecodedBasic {
  readonly pageSize: number;
  readonly totalBytes: number;
}

/** SYSTEM_BASIC_INFORMATION: PageSize at 8, NumberOfPhysicalPages at C. Undefined when too short or senseless. */
export function decodeBasic(bytes: Uint8Array): DecodedBasic | undefined {
  if (bytes.length < 0x10) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pageSize = view.getUint32(8, true);
  if (pageSize < 512 || pageSize > 0x1000000) return undefined;
  return { pageSize, totalBytes: view.getUint32(0xc, true) * pageSize };
}
