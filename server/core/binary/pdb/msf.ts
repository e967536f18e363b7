/**
 * Multi-stream file: the container of a PDB (superblock, stream directory, numbered streams made of blocks).
 * Knows nothing of what the streams hold. Every block belongs to one stream, so all streams together are never larger
 * than the file, whatever its counts claim.
 */
import type { ParseIssue } from '../../../../src/shared/facts';
import { StreamReader } from './streamReader';

const MAGIC = 'Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0';
const SUPERBLOCK_SIZE = 56;
const ABSENT_STREAM = 0xffffffff;
/** Streams are named by 16-bit numbers everywhere; 0xFFFF means none. */
const MAX_STREAMS = 0xffff;

/** Other containers that carry the name .pdb, told apart so that the message helps. */
const OTHER_FORMATS: readonly (readonly [string, string])[] = [
  ['Microsoft C/C++ program database 2.00', 'a PDB of Visual C++ 6 or older'],
  ['Microsoft MSFZ Container', 'a compressed PDB (MSFZ)'],
  ['BSJB', 'a portable .NET PDB'],
];

/** A broken PDB repeats itself: this many messages are enough. */
const MAX_ISSUES = 20;

/** Adds an issue unless there are plenty. */
export function addIssue(issues: ParseIssue[], message: string): void {
  if (issues.length < MAX_ISSUES) issues.push({ message });
}

interface StreamEntry {
  readonly size: number;
  /** Offset in the directory of the stream's first block number. */
  readonly blocks: number;
}

export class Msf {
  private readonly cache = new Map<number, StreamReader | undefined>();
  private readonly claimed: Uint8Array;

  constructor(
    private readonly file: StreamReader,
    private readonly blockSize: number,
    private readonly directory: StreamReader,
    private readonly streams: readonly StreamEntry[],
    private readonly issues: ParseIssue[],
  ) {
    this.claimed = new Uint8Array(Math.ceil(file.length / blockSize));
  }

  /** Bytes of a stream, or undefined when there is none, or its blocks cannot be read (then an issue says so). */
  stream(index: number): StreamReader | undefined {
    if (!this.cache.has(index)) this.cache.set(index, this.load(index));
    return this.cache.get(index);
  }

  private load(index: number): StreamReader | undefined {
    const entry = this.streams[index];
    if (entry === undefined || entry.size === 0) return undefined;
    const count = Math.ceil(entry.size / this.blockSize);
    const blocks = this.directory.part(entry.blocks, count * 4);
    const stream =
      blocks && this.claim(blocks, count) ? gather(this.file, this.blockSize, blocks, entry.size) : undefined;
    if (stream === undefined) {
      addIssue(this.issues, `PDB stream ${String(index)} has blocks outside the file or shared with another stream`);
    }
    return stream;
  }

  /** Marks the blocks as taken; false, and nothing marked, when one lies outside the file or is taken already. */
  private claim(blocks: StreamReader, count: number): boolean {
    for (let index = 0; index < count; index++) {
      const block = blocks.u32(index * 4) ?? ABSENT_STREAM;
      if (this.claimed[block] !== 0) {
        for (let undo = 0; undo < index; undo++) this.claimed[blocks.u32(undo * 4) ?? 0] = 0;
        return false;
      }
      this.claimed[block] = 1;
    }
    return true;
  }
}

/** Opens the container. Later trouble with single streams is appended to `issues`. */
export function openMsf(bytes: Uint8Array, issues: ParseIssue[]): Msf | undefined {
  const file = new StreamReader(bytes);
  const superblock = file.record(0, SUPERBLOCK_SIZE);
  if (superblock === undefined || !startsWith(bytes, MAGIC)) {
    issues.push({ message: describeForeign(bytes), offset: 0 });
    return undefined;
  }
  const blockSize = superblock.getUint32(32, true);
  const directorySize = superblock.getUint32(44, true);
  const blockMap = superblock.getUint32(52, true) * blockSize;
  if (!isBlockSize(blockSize)) {
    issues.push({ message: `PDB block size ${String(blockSize)} is not a power of two from 512 to 65536`, offset: 32 });
    return undefined;
  }
  if (superblock.getUint32(40, true) * blockSize > bytes.length) {
    issues.push({ message: 'PDB is truncated: it has fewer blocks than its superblock says', offset: bytes.length });
  }
  const blocks = file.part(blockMap, Math.ceil(directorySize / blockSize) * 4);
  const directory =
    directorySize > bytes.length || !blocks ? undefined : gather(file, blockSize, blocks, directorySize);
  const streams = directory && readStreams(directory, blockSize);
  if (directory === undefined || streams === undefined) {
    issues.push({ message: 'PDB stream directory lies outside the file', offset: 44 });
    return undefined;
  }
  return new Msf(file, blockSize, directory, streams, issues);
}

function readStreams(directory: StreamReader, blockSize: number): readonly StreamEntry[] | undefined {
  const count = directory.u32(0);
  if (count === undefined || count > MAX_STREAMS || !directory.has(4, count * 4)) return undefined;
  const streams: StreamEntry[] = [];
  let blocks = 4 + count * 4;
  for (let index = 0; index < count; index++) {
    const size = directory.u32(4 + index * 4) ?? 0;
    streams.push({ size: size === ABSENT_STREAM ? 0 : size, blocks });
    if (size !== ABSENT_STREAM) blocks += Math.ceil(size / blockSize) * 4;
  }
  return streams;
}

/** Joins blocks. `size` is at most the file's size (the callers see to it). Blocks in a row are viewed, not copied. */
function gather(file: StreamReader, blockSize: number, blocks: StreamReader, size: number): StreamReader | undefined {
  const first = blocks.u32(0) ?? 0;
  const count = Math.ceil(size / blockSize);
  let inARow = true;
  for (let index = 1; index < count && inARow; index++) inARow = blocks.u32(index * 4) === first + index;
  if (inARow) return file.part(first * blockSize, size);
  const joined = new Uint8Array(size);
  for (let index = 0; index < count; index++) {
    const length = Math.min(blockSize, size - index * blockSize);
    const part = file.part((blocks.u32(index * 4) ?? ABSENT_STREAM) * blockSize, length);
    if (part === undefined) return undefined;
    joined.set(part.bytes, index * blockSize);
  }
  return new StreamReader(joined);
}

function isBlockSize(size: number): boolean {
  return size >= 512 && size <= 65536 && (size & (size - 1)) === 0;
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[index] !== text.charCodeAt(index)) return false;
  return true;
}

function describeForeign(bytes: Uint8Array): string {
  const found = OTHER_FORMATS.find(([magic]) => startsWith(bytes, magic));
  return found ? `${found[1]}, which is not read` : 'not a PDB: the file does not begin with the MSF 7.00 signature';
}
