/**
 * Writes samples to a recording file as they come. Replaces an existing file only once the new one has begun well;
 * what is written survives the process, and, after a few seconds, the machine.
 */
import { closeSync, fdatasync, ftruncateSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import type { RecordingState } from '../../src/shared/monitorProtocol';
import type { Sample } from '../../src/shared/sample';
import { RecordingEncoder } from '../core/capture/recordingEncoder';
import { fileError } from './fileSources';
import { PoolSourceError } from './poolSource';

/** What the recorder does with a file; tests put a full disk here. */
export interface RecordingFile {
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
    this.#bytes = header.length;
  }

  /** Adds a sample. Throws PoolSourceError when that fails; the file then ends with the sample before, and is closed. */
  append(sample: Sample): void {
    const frame = this.#encoder.encode(sample);
    try {
      this.#output.write(frame);
    } catch (error) {
      this.#abandon();
      throw new PoolSourceError(`${this.file}: recording stopped after ${this.#samples} samples: ${fileError(error)}`);
    }
    this.#samples++;
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

class OpenFile implements RecordingFile {
  #flushing = false;
  #flushed = performance.now();

  constructor(
    private readonly descriptor: number,
    private position: number,
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
