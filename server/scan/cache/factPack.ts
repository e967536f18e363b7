/**
 * The file a cache is kept in: bodies one after the other, then an index, then a footer that says where the index is.
 * It is written beside its place and renamed, so readers see a whole file or the one before. Says nothing about what
 * the bodies mean; whatever does not fit together reads as nothing.
 */
import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** First in the footer; changes with the layout. */
const MAGIC = 'PoolLens facts 3';
/** MAGIC, then as little-endian doubles: offset of the index, its length, its CRC. */
const FOOTER_BYTES = MAGIC.length + 3 * 8;
const MOST_INDEX_BYTES = 256 << 20;
/** Bodies are read and written in pieces of this size: neighbours are mostly wanted one after the other. */
const WINDOW_BYTES = 1 << 19;

/** Where a body lies. */
export interface BodyPlace {
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  readonly crc: number;
}

export class PackReader {
  readonly #handle: number;
  readonly #bodyBytes: number;
  #window: Buffer = Buffer.alloc(0);
  /** Of what is in the window. */
  #offset = 0;
  #length = 0;

  private constructor(
    handle: number,
    bodyBytes: number,
    /** As the writer gave it; its shape is the caller's to check. */
    readonly index: unknown,
  ) {
    this.#handle = handle;
    this.#bodyBytes = bodyBytes;
  }

  /** Undefined when there is no such file, or it is not whole. */
  static open(path: string): PackReader | undefined {
    let handle: number | undefined;
    try {
      handle = openSync(path, 'r');
      const found = readIndex(handle);
      if (found !== undefined) return new PackReader(handle, found.offset, found.index);
    } catch {
      // Absent, unreadable or not JSON: nothing is kept.
    }
    if (handle !== undefined) closeSync(handle);
    return undefined;
  }

  /** The body; undefined when it is not what was written. The bytes hold until another one is asked for. */
  body(place: BodyPlace): Buffer | undefined {
    const body = this.again(place);
    return body !== undefined && crc32(body) === place.crc ? body : undefined;
  }

  /** A body that `body` gave before: it is not looked through again. */
  again({ offset, length }: BodyPlace): Buffer | undefined {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.#bodyBytes)) return undefined;
    if (offset < this.#offset || offset + length > this.#offset + this.#length) this.#move(offset, length);
    if (offset + length > this.#offset + this.#length) return undefined;
    return this.#window.subarray(offset - this.#offset, offset - this.#offset + length);
  }

  #move(offset: number, length: number): void {
    const wanted = Math.min(Math.max(length, WINDOW_BYTES), this.#bodyBytes - offset);
    if (wanted > this.#window.length) this.#window = Buffer.allocUnsafe(wanted);
    this.#offset = offset;
    this.#length = readAt(this.#handle, offset, this.#window.subarray(0, wanted));
  }

  close(): void {
    closeSync(this.#handle);
  }
}

function readIndex(handle: number): { readonly offset: number; readonly index: unknown } | undefined {
  const { size } = fstatSync(handle);
  const footer = Buffer.alloc(FOOTER_BYTES);
  readAt(handle, size - FOOTER_BYTES, footer);
  if (footer.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  const [offset, length, crc] = [0, 8, 16].map((at) => footer.readDoubleLE(MAGIC.length + at));
  if (offset === undefined || length === undefined || !(length <= MOST_INDEX_BYTES)) return undefined;
  if (!(offset >= 0 && offset + length + FOOTER_BYTES === size)) return undefined;
  const bytes = Buffer.allocUnsafe(length);
  if (readAt(handle, offset, bytes) < length || crc32(bytes) !== crc) return undefined;
  return { offset, index: JSON.parse(bytes.toString('utf8')) as unknown };
}

/** Fills the buffer from the offset on; gives how many bytes there were. */
function readAt(handle: number, offset: number, into: Buffer): number {
  let done = 0;
  while (offset >= 0 && done < into.length) {
    const read = readSync(handle, into, done, into.length - done, offset + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

/** Writes a new pack. Every method throws what the file system throws; then `abandon` it. */
export class PackWriter {
  readonly #path: string;
  readonly #draft: string;
  readonly #handle: number;
  readonly #gathered = Buffer.allocUnsafe(WINDOW_BYTES);
  #gatheredBytes = 0;
  #offset = 0;
  #open = true;

  /** The folder must be there. */
  constructor(path: string) {
    this.#path = path;
    this.#draft = `${path}.${String(process.pid)}.${randomBytes(4).toString('hex')}.tmp`;
    this.#handle = openSync(this.#draft, 'wx');
  }

  /** Bytes so far. */
  get size(): number {
    return this.#offset;
  }

  /** Takes a copy of the bytes. */
  add(body: Uint8Array): BodyPlace {
    const place = { offset: this.#offset, length: body.length, crc: crc32(body) };
    this.#write(body);
    return place;
  }

  /** Puts the pack in its place. */
  finish(index: unknown): void {
    const bytes = Buffer.from(JSON.stringify(index));
    const footer = Buffer.alloc(FOOTER_BYTES, MAGIC, 'latin1');
    [this.#offset, bytes.length, crc32(bytes)].forEach((value, at) =>
      footer.writeDoubleLE(value, MAGIC.length + at * 8),
    );
    this.#write(bytes);
    this.#write(footer);
    this.#flush();
    this.#close();
    renameSync(this.#draft, this.#path);
  }

  abandon(): void {
    this.#close();
    rmSync(this.#draft, { force: true });
  }

  #close(): void {
    // A number that was closed may be another file's by now.
    if (this.#open) closeSync(this.#handle);
    this.#open = false;
  }

  #write(bytes: Uint8Array): void {
    this.#offset += bytes.length;
    if (this.#gatheredBytes + bytes.length > this.#gathered.length) this.#flush();
    if (bytes.length > this.#gathered.length) writeAll(this.#handle, bytes);
    else {
      this.#gathered.set(bytes, this.#gatheredBytes);
      this.#gatheredBytes += bytes.length;
    }
  }

  #flush(): void {
    writeAll(this.#handle, this.#gathered.subarray(0, this.#gatheredBytes));
    this.#gatheredBytes = 0;
  }
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done);
}
