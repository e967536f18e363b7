/**
 * Writes samples to a recording file as they come. Replaces an existing file only once the new one has begun well;
 * what is written survives the process, and, after a few seconds, the machine.
 */
import {
  closeSync,
  fdatasync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import type { EventMark } from '../../src/shared/eventMark';
import type { RecordingState } from '../../src/shared/monitorProtocol';
import type { Sample } from '../../src/shared/sample';
import { RecordingEncoder } from '../core/capture/recordingEncoder';
import { findRecordingTail } from '../core/capture/recordingTail';
import { fileError } from './fileSources';
import { PoolSourceError } from './poolSource';

/** What the recorder does with a file; tests put a full disk here. */
export interface RecordingFile {
  /** Of a recording that is gone on with: what is there already. */
  readonly begun?: { readonly samples: number; readonly bytes: number } | undefined;
  /** Writes all bytes or throws. */
  write(bytes: Uint8Array): void;
  /** Cuts the file to this length. */
  truncate(length: number): void;
  close(): void;
}

/** Driver developers crash their machines: no more than this is lost when they do. */
const FLUSH_MS = 5000;

export class Recorder {
  readonly #encoder: RecordingEncoder;
  readonly #output: RecordingFile;
  #samples = 0;
  #bytes = 0;

  /** Throws PoolSourceError when the file can't be made. `source` is stored in it. */
  constructor(
    readonly file: string,
    source: string,
    open: (file: string, header: Uint8Array) => RecordingFile = createRecordingFile,
  ) {
    this.#encoder = new RecordingEncoder({ source });
    const header = this.#encoder.header();
    try {
      this.#output = open(file, header);
    } catch (error) {
      throw new PoolSourceError(`${file}: can't be written: ${fileError(error)}`);
    }
    this.#samples = this.#output.begun?.samples ?? 0;
    this.#bytes = this.#output.begun?.bytes ?? header.length;
  }

  /** Goes on with a recording that a process before left behind. Throws PoolSourceError when that can't be done. */
  static goOn(file: string): Recorder {
    return new Recorder(file, '', openRecordingFile);
  }

  /** Adds a sample. Throws PoolSourceError when that fails; the file then ends with the sample before, and is closed. */
  append(sample: Sample): void {
    this.#write(this.#encoder.encode(sample));
    this.#samples++;
  }

  /** Says why readings are missing before the next sample, in one sentence. Throws as `append`. */
  note(text: string): void {
    this.#write(this.#encoder.note(text));
  }

  /** Adds something that happened since the last sample. Throws as `append`. */
  mark(mark: EventMark): void {
    this.#write(this.#encoder.mark(mark));
  }

  #write(frame: Uint8Array): void {
    try {
      this.#output.write(frame);
    } catch (error) {
      this.#abandon();
      throw new PoolSourceError(`${this.file}: recording stopped after ${this.#samples} samples: ${fileError(error)}`);
    }
    this.#bytes += frame.length;
  }

  state(recording: boolean, message?: string): RecordingState {
    const { file } = this;
    const text = message === undefined ? {} : { message };
    return { recording, file, samples: this.#samples, bytes: this.#bytes, ...text };
  }

  stop(): RecordingState {
    this.#output.close();
    return this.state(false);
  }

  #abandon(): void {
    try {
      this.#output.truncate(this.#bytes);
      this.#output.close();
    } catch {
      // The reader drops an unfinished sample by itself.
    }
  }
}

function createRecordingFile(file: string, header: Uint8Array): RecordingFile {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const begun = openSync(temporary, 'w');
    try {
      writeAll(begun, header);
    } finally {
      closeSync(begun);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  // Read and write, not append: append mode can't be cut off on Windows.
  return new OpenFile(openSync(file, 'r+'), header.length);
}

function openRecordingFile(file: string): RecordingFile {
  const descriptor = openSync(file, 'r+');
  try {
    const read = (offset: number, length: number): Uint8Array => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
    };
    const tail = findRecordingTail(fstatSync(descriptor).size, read);
    if (typeof tail === 'string') throw new Error(tail);
    ftruncateSync(descriptor, tail.end);
    return new OpenFile(descriptor, tail.end, { samples: tail.samples, bytes: tail.end });
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

class OpenFile implements RecordingFile {
  #flushing = false;
  #flushed = performance.now();

  constructor(
    private readonly descriptor: number,
    private position: number,
    readonly begun?: { readonly samples: number; readonly bytes: number },
  ) {}

  write(bytes: Uint8Array): void {
    writeAll(this.descriptor, bytes, this.position);
    this.position += bytes.length;
    if (!this.#flushing && performance.now() - this.#flushed > FLUSH_MS) this.#flush();
  }

  truncate(length: number): void {
    ftruncateSync(this.descriptor, length);
  }

  close(): void {
    closeSync(this.descriptor);
  }

  /** In the background; a disk that can't flush (a pipe, some network drives) is used as it is. */
  #flush(): void {
    this.#flushing = true;
    fdatasync(this.descriptor, () => {
      this.#flushing = false;
      this.#flushed = performance.now();
    });
  }
}

function writeAll(descriptor: number, bytes: Uint8Array, position = 0): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
  }
}
