/**
 * Where a command's result goes: standard output or a file, whole lines, gathered so that a line costs no system call.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { describeFileError } from '../scan/files/paths';

const GATHERED_BYTES = 1 << 17;
/** A UTF-16 unit takes at most so many bytes of UTF-8. */
const MOST_BYTES_PER_UNIT = 3;

export interface Output {
  line(text: string): void;
  /** Whole lines, each with its newline; the bytes are the caller's again afterwards. */
  bytes(lines: Uint8Array): void;
  /** Hands over what was gathered so far. */
  flush(): void;
  /** Hands everything over; nothing is written afterwards. */
  end(): void;
}

/** Takes bytes; they are its own from then on where `keeps` is set. */
interface Sink {
  readonly keeps: boolean;
  write(bytes: Uint8Array): void;
  close(): void;
}

class GatheringOutput implements Output {
  #gathered = Buffer.allocUnsafeSlow(GATHERED_BYTES);
  #length = 0;

  constructor(private readonly sink: Sink) {}

  line(text: string): void {
    const most = text.length * MOST_BYTES_PER_UNIT + 1;
    if (most > GATHERED_BYTES) {
      this.bytes(Buffer.from(`${text}\n`));
      return;
    }
    if (this.#length + most > GATHERED_BYTES) this.flush();
    this.#length += this.#gathered.write(text, this.#length);
    this.#gathered[this.#length] = 0x0a;
    this.#length += 1;
  }

  bytes(lines: Uint8Array): void {
    for (let at = 0; at < lines.length;) {
      if (this.#length === GATHERED_BYTES) this.flush();
      const part = lines.subarray(at, at + GATHERED_BYTES - this.#length);
      this.#gathered.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
    }
  }

  end(): void {
    this.flush();
    this.sink.close();
  }

  flush(): void {
    if (this.#length === 0) return;
    this.sink.write(this.#gathered.subarray(0, this.#length));
    if (this.sink.keeps) this.#gathered = Buffer.allocUnsafeSlow(GATHERED_BYTES);
    this.#length = 0;
  }
}

/** `before`: called each time before something is written. */
export function streamOutput(stream: NodeJS.WritableStream, before: () => void): Output {
  return new GatheringOutput({
    keeps: true,
    write: (bytes) => {
      before();
      stream.write(bytes);
    },
    close: () => undefined,
  });
}

/** Writes to a file, replacing it. Throws an Error with one clear line when it can't be written. */
export function fileOutput(path: string): Output {
  const attempt = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw new Error(`${path}: ${describeFileError(error)}`);
    }
  };
  const handle = attempt(() => openSync(path, 'w'));
  return new GatheringOutput({
    keeps: false,
    write: (bytes) => {
      attempt(() => {
        for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
      });
    },
    close: () => {
      closeSync(handle);
    },
  });
}
