/**
 * `poollens watch` on a terminal: PoolMon's screen and keys over any source.
 */
import { ALL_SESSIONS_SCOPE, sessionScope, SYSTEM_SCOPE } from '../../src/shared/monitorProtocol';
import type { Sample } from '../../src/shared/sample';
import type { MappedDriver } from '../core/report/mappedDriver';
import { poolMonScreen } from '../core/report/poolMonScreen';
import { poolMonFilter, poolMonKey, type PoolMonSwitches, type PoolMonView } from '../core/report/poolMonView';
import { printable } from '../core/report/printable';
import type { LiveQueries } from '../monitor/poolSource';
import { TerminalScreen, type TerminalStreams } from './terminalScreen';

export class WatchScreen {
  readonly #screen: TerminalScreen;
  readonly #shows;
  readonly #queries: LiveQueries | undefined;
  readonly #quit: () => void;
  #view: PoolMonView;
  #page = 1;
  #sample: Sample | undefined;
  #previous: Sample | undefined;
  #note: string | undefined;

  /**
   * @param quit Called when a key asks for it; the caller then closes the screen.
   * @param mapped What stands in the column Mapped_Driver, if there is one.
   */
  constructor(
    streams: TerminalStreams,
    switches: PoolMonSwitches,
    queries: LiveQueries | undefined,
    quit: () => void,
    private readonly mapped?: MappedDriver,
  ) {
    this.#view = switches.view;
    this.#shows = poolMonFilter(switches);
    this.#queries = queries;
    this.#quit = quit;
    this.#screen = new TerminalScreen(streams, { key: (name) => this.#key(name), resized: () => this.#draw() });
    this.#draw();
  }

  show(sample: Sample): void {
    this.#previous = this.#sample?.scope === sample.scope ? this.#sample : undefined;
    this.#sample = sample;
    this.#note = undefined;
    this.#draw();
  }

  /** One line above the rows until the next sample: why there is nothing new. */
  say(message: string): void {
    this.#note = printable(message);
    this.#draw();
  }

  /** All sessions, one of them, or from all sessions back to the system. Says what goes wrong. */
  async choose(scope: 'sessions' | number): Promise<void> {
    const now = this.#sample?.scope ?? SYSTEM_SCOPE;
    const all = now === SYSTEM_SCOPE ? ALL_SESSIONS_SCOPE : SYSTEM_SCOPE;
    const wanted = typeof scope === 'number' ? sessionScope(scope) : all;
    try {
      if (this.#queries === undefined) throw new Error('Sessions are told apart on a live machine only.');
      await this.#queries.setScope(wanted);
    } catch (error) {
      this.say(error instanceof Error ? error.message : String(error));
    }
  }

  close(): void {
    this.#screen.close();
  }

  #key(name: string): void {
    const { view, wish } = poolMonKey(this.#view, name, this.#page);
    this.#view = view;
    if (wish.kind === 'quit') this.#quit();
    else if (wish.kind === 'scope') void this.choose(wish.scope);
    this.#draw();
  }

  #draw(): void {
    const { lines, top, page } = poolMonScreen(
      this.#sample,
      this.#previous,
      this.#view,
      this.#shows,
      this.#screen.size,
      this.#note,
      this.mapped,
    );
    this.#view = { ...this.#view, top };
    this.#page = page;
    this.#screen.draw(lines);
  }
}
