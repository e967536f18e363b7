/**
 * Function bounds from .pdata: RUNTIME_FUNCTION records of x64 and ARM64, chained pieces joined to their function.
 * Reads bounds only; unwind codes are skipped over.
 */
import type { PeImage } from './peImage';
import { DirectoryEntry } from './peImage';

/** One piece of code that .pdata describes, RVAs, end excluded. */
export interface RuntimeFunction {
  readonly begin: number;
  readonly end: number;
  /** Start of the function the piece belongs to; equals `begin` for a whole function. */
  readonly primary: number;
}

const UNW_FLAG_CHAININFO = 4;
const LONGEST_CHAIN = 32;
/** A damaged size field must not make us walk gigabytes; the largest real images have some 200,000 records. */
const MOST_RECORDS = 1 << 20;

/** Follows chained unwind information to the record of the function's start. */
function primaryBegin(image: PeImage, begin: number, unwindInfo: number): number {
  let [start, info] = [begin, unwindInfo];
  for (let step = 0; step < LONGEST_CHAIN; step += 1) {
    // An odd pointer leads to another RUNTIME_FUNCTION instead of unwind information.
    if ((info & 1) !== 0) {
      const record = info & ~3;
      const [nextBegin, nextInfo] = [image.u32(record), image.u32(record + 8)];
      if (nextBegin === undefined || nextInfo === undefined) return start;
      [start, info] = [nextBegin, nextInfo];
      continue;
    }
    const header = image.u32(info);
    if (header === undefined || ((header >>> 3) & UNW_FLAG_CHAININFO) === 0) return start;
    const codeCount = (header >>> 16) & 0xff;
    const parent = info + 4 + ((codeCount + 1) & ~1) * 2;
    const [nextBegin, nextInfo] = [image.u32(parent), image.u32(parent + 8)];
    if (nextBegin === undefined || nextInfo === undefined) return start;
    [start, info] = [nextBegin, nextInfo];
  }
  return begin;
}

function readX64(image: PeImage, rva: number, size: number): RuntimeFunction[] {
  const found: RuntimeFunction[] = [];
  const count = Math.min(Math.floor(size / 12), MOST_RECORDS);
  for (let index = 0; index < count; index += 1) {
    const at = rva + index * 12;
    const [begin, end, unwindInfo] = [image.u32(at), image.u32(at + 4), image.u32(at + 8)];
    if (begin === undefined || end === undefined || unwindInfo === undefined) break;
    if (begin !== 0 && end > begin) found.push({ begin, end, primary: primaryBegin(image, begin, unwindInfo) });
  }
  return found;
}

/** Words of code that the second word of a record tells of: flag 0 leads to .xdata, 1 and 2 are packed, 3 is reserved. */
function arm64Length(image: PeImage, data: number): number {
  switch (data & 3) {
    case 0:
      return (image.u32(data) ?? 0) & 0x3ffff;
    case 3:
      return 0;
    default:
      return (data >>> 2) & 0x7ff;
  }
}

/** ARM64: two words; the second holds packed unwind data (with the length) or leads to an .xdata record. */
function readArm64(image: PeImage, rva: number, size: number): RuntimeFunction[] {
  const found: RuntimeFunction[] = [];
  const count = Math.min(Math.floor(size / 8), MOST_RECORDS);
  for (let index = 0; index < count; index += 1) {
    const [begin, data] = [image.u32(rva + index * 8), image.u32(rva + index * 8 + 4)];
    if (begin === undefined || data === undefined) break;
    const words = arm64Length(image, data);
    if (begin !== 0 && words > 0) found.push({ begin, end: begin + words * 4, primary: begin });
  }
  return found;
}

/** Records of a sound image do not overlap; those of a damaged one end where the next begins. */
function withoutOverlaps(records: readonly RuntimeFunction[]): readonly RuntimeFunction[] {
  const isSound = records.every((record, index) => record.end <= (records[index + 1]?.begin ?? record.end));
  if (isSound) return records;
  return records
    .map((record, index) => ({ ...record, end: Math.min(record.end, records[index + 1]?.begin ?? record.end) }))
    .filter((record) => record.end > record.begin);
}

/** All records, sorted by address; empty where the architecture has none. */
export function readRuntimeFunctions(image: PeImage): readonly RuntimeFunction[] {
  const directory = image.directory(DirectoryEntry.Exception);
  if (directory === undefined) return [];
  const read = image.machine === 'x64' ? readX64 : image.machine === 'arm64' ? readArm64 : undefined;
  const records = read?.(image, directory.rva, directory.size).sort((a, b) => a.begin - b.begin) ?? [];
  return withoutOverlaps(records);
}
