/**
 * Where a command's result goes: standard output or a file, whole lines, gathered so that a line costs no system call.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { describeFileError } from '../scan/paths';

const GATHERED_UNITS = 1 << 16;

export interface Output {
  line(text: string): void;
  /** Whole lines, each with its newline. */
  lines(text: string): void;
  /** Hands over what was gathered so far. */
  flush(): void;
  /** Hands everything over; nothing is written afterwards. */
  end(): void;
}

class GatheringOutput implements Output {
  #gathered = '';

  constructor(
    private readonly write: (text: string) => void,
    private readonly close: () => void,
  ) {}

  line(text: string): void {
    this.lines(`${text}\n`);
  }

  lines(text: string): void {
    this.#gathered += text;
    if (this.#gathered.length >= GATHERED_UNITS) this.flush();
  }

  end(): void {
    this.flush();
    this.close();
  }

  flush(): void {
    if (this.#gathered !== '') this.write(this.#gathered);
    this.#gathered = '';
  }
}

export function streamOutput(stream: NodeJS.WritableStream): Output {
  return new GatheringOutput(
    (text) => {
      stream.write(text);
    },
    () => undefined,
  );
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
  return new GatheringOutput(
    (text) => {
      attempt(() => {
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
      });
    },
    () => {
      closeSync(handle);
    },
  );
}
