/**
 * A terminal taken over for a while: its own screen, no cursor, keys one by one. Given back as it was, however the
 * program ends. Draws lines; knows nothing of what they say.
 */
import { emitKeypressEvents, type Key } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import type { ScreenLine, ScreenSize } from '../core/report/poolMonScreen';

export interface TerminalStreams {
  readonly input: Pick<ReadStream, 'setRawMode' | 'resume' | 'pause' | 'on' | 'off'> & NodeJS.ReadableStream;
  readonly output: Pick<WriteStream, 'rows' | 'columns' | 'on' | 'off'> & NodeJS.WritableStream;
}

const CSI = '\u001b[';
const ENTER = `${CSI}?1049h${CSI}?25l`;
const LEAVE = `${CSI}0m${CSI}?25h${CSI}?1049l`;
const STRONG = `${CSI}1m`;
const PLAIN = `${CSI}0m`;
/** Of a terminal that does not say. */
const USUAL_SIZE: ScreenSize = { rows: 24, columns: 80 };

export class TerminalScreen {
  readonly #streams: TerminalStreams;
  readonly #events: { readonly key: (name: string) => void; readonly resized: () => void };
  #open = true;

  constructor(
    streams: TerminalStreams,
    events: { readonly key: (name: string) => void; readonly resized: () => void },
  ) {
    this.#streams = streams;
    this.#events = events;
    const { input, output } = streams;
    emitKeypressEvents(input);
    input.setRawMode(true);
    input.resume();
    input.on('keypress', this.#onKey);
    output.on('resize', events.resized);
    // Whatever ends the program, the shell must find its terminal as it left it.
    process.once('exit', this.#leave);
    process.once('SIGTERM', this.#onSignal);
    process.once('SIGHUP', this.#onSignal);
    output.write(ENTER);
  }

  get size(): ScreenSize {
    const { rows, columns } = this.#streams.output;
    return rows > 0 && columns > 0 ? { rows, columns } : USUAL_SIZE;
  }

  /** Lines hold no control characters and are no wider than the screen. */
  draw(lines: readonly ScreenLine[]): void {
    if (!this.#open) return;
    const text = lines.map((line) => (line.strong ? `${STRONG}${line.text}${PLAIN}` : line.text) + `${CSI}K`);
    this.#streams.output.write(`${CSI}H${text.join('\r\n')}${CSI}J`);
  }

  close(): void {
    const { input, output } = this.#streams;
    input.off('keypress', this.#onKey);
    output.off('resize', this.#events.resized);
    process.off('exit', this.#leave);
    process.off('SIGTERM', this.#onSignal);
    process.off('SIGHUP', this.#onSignal);
    this.#leave();
    input.pause();
  }

  readonly #onKey = (character: string | undefined, key: Key): void => {
    if (key.ctrl === true && key.name === 'c') this.#events.key('\u0003');
    else if (key.name === 'return') this.#events.key('enter');
    else if (key.name !== undefined && key.name.length > 1) this.#events.key(key.name);
    else this.#events.key(character ?? key.name ?? '');
  };

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    this.#leave();
    process.kill(process.pid, signal);
  };

  readonly #leave = (): void => {
    if (!this.#open) return;
    this.#open = false;
    this.#streams.input.setRawMode(false);
    this.#streams.output.write(LEAVE);
  };
}
