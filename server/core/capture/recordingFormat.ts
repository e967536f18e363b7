/**
 * The recording format (`.poolrec`), version 1: constants and the rows both sides share.
 *
 * One text line `PoolLens recording 1 {"source":"…"}`, then frames:
 *   F0, a capital letter for the kind, length (unsigned), payload, CRC-32 of everything before it in the frame.
 * A key frame (`K`) holds a whole sample. A delta frame (`D`) holds what differs from the sample before it; tags are named by
 * their row number there. Removed rows go highest number first, the last row taking the place of each; new ones come last.
 * A note (`N`) says, as JSON text, why readings are missing before the next sample; a mark (`M`) what happened, as JSON of
 * eventMark.ts. Frames of other kinds are for later versions, and left out.
 * A file cut anywhere opens to its last whole frame; after a damaged frame, reading goes on at the next key frame.
 */
import type { MemoryTotals } from '../../../src/shared/sample';
import { Row } from '../../../src/shared/sample';

export const RECORDING_EXTENSION = '.poolrec';
export const RECORDING_VERSION = 1;
export const RECORDING_PREFIX = 'PoolLens recording ';

export const FRAME_SYNC = 0xf0;
export const KEY_FRAME = 0x4b;
export const DELTA_FRAME = 0x44;
export const NOTE_FRAME = 0x4e;
export const MARK_FRAME = 0x4d;
/** Frames that hold a sample; each of the others is one for itself. */
export const SAMPLE_FRAMES: readonly number[] = [KEY_FRAME, DELTA_FRAME];

/** Kinds of frames are capital letters. */
export const isFrameKind = (kind: number): boolean => kind >= 0x41 && kind <= 0x5a;

/** Counters past this are cut off, so that every sum and difference of two is exact. No system comes near it. */
export const MAX_COUNTER = 2 ** 51;

/** Fields of MemoryTotals in the order of their bits in a frame. Append only. */
export const MEMORY_FIELDS = [
  'totalBytes',
  'availableBytes',
  'pageFaults',
  'residentKernelBytes',
  'residentPagedPoolBytes',
  'commitBytes',
  'commitLimitBytes',
  'commitPeakBytes',
  'nonPagedPoolBytes',
  'pagedPoolBytes',
] as const satisfies readonly (keyof MemoryTotals)[];

/**
 * Both pools as three offsets of a row. A row's numbers are stored as allocations, outstanding blocks and bytes:
 * the last two often stay the same while the first moves.
 */
export const ROW_POOLS = [
  { allocs: Row.pagedAllocs, frees: Row.pagedFrees, bytes: Row.pagedBytes },
  { allocs: Row.nonPagedAllocs, frees: Row.nonPagedFrees, bytes: Row.nonPagedBytes },
] as const;
