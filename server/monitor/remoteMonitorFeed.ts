/**
 * A monitor on another machine, behind a command such as `ssh target poollens monitor --stdio`: connected to, watched,
 * and connected to again when it ends, hangs or talks nonsense. Its samples are handed on as if they were read here.
 */
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { HelloResult } from '../../src/shared/monitorProtocol';
import { MONITOR_PROTOCOL_VERSION, MonitorNotification, MonitorRequest } from '../../src/shared/monitorProtocol';
import { SampleTable } from '../core/capture/sampleTable';
import { BackOff, secondsText } from './backOff';
import { CommandProcess } from './commandProcess';
import { PoolSourceError, type FeedEvents, type SampleFeed } from './poolSource';

export interface RemoteTimes {
  /** Milliseconds without a word, beyond its interval, after which it is asked whether it still is there. */
  readonly silence: number;
  /** Milliseconds it has to say hello: somebody may type a password meanwhile, or the machine boots. */
  readonly hello: number;
  /** Milliseconds it has to answer any other question. */
  readonly answer: number;
  /** Milliseconds before the first new try. */
  readonly firstRetry: number;
}

const USUAL_TIMES: RemoteTimes = { silence: 10_000, hello: 60_000, answer: 20_000, firstRetry: 1000 };

/** One connection: a process, what it speaks, and what was last sent. */
interface Connection {
  readonly process: CommandProcess;
  readonly rpc: MessageConnection;
  readonly table: SampleTable;
  /** It has said hello and opened its machine. */
  ready: boolean;
  /** Why it was given up, when we did. */
  reason?: string;
}

export class RemoteMonitorFeed implements SampleFeed {
  readonly #run: readonly string[];
  readonly #times: RemoteTimes;
  readonly #backOff: BackOff;
  #events: FeedEvents | undefined;
  #connection: Connection | undefined;
  #intervalMs = 1000;
  #paused = false;
  #scope: string | undefined;
  #retry: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;

  constructor(run: readonly string[], times = USUAL_TIMES) {
    this.#run = run;
    this.#times = times;
    this.#backOff = new BackOff(times.firstRetry);
  }

  start(events: FeedEvents, intervalMs: number): void {
    this.#events = events;
    this.#intervalMs = intervalMs;
    events.waiting(`Connecting: ${this.#run[0]} has been started.`);
    this.#connect();
  }

  setInterval(intervalMs: number): void {
    this.#intervalMs = intervalMs;
    this.#tell(MonitorRequest.setInterval, { intervalMs });
    this.#heard();
  }

  pause(): void {
    this.#paused = true;
    this.#tell(MonitorRequest.pause);
  }

  resume(): void {
    this.#paused = false;
    this.#tell(MonitorRequest.resume);
    if (this.#connection === undefined) this.#connect();
  }

  /** Asks for a whole sample, or, while it is waited for, connects at once. */
  refresh(): void {
    this.#tell(MonitorRequest.refresh);
    if (this.#connection === undefined) this.#connect();
  }

  close(): void {
    this.#events = undefined;
    clearTimeout(this.#retry);
    clearTimeout(this.#watch);
    this.#connection?.process.kill();
  }

  /** Asks the other machine. Fails with PoolSourceError. */
  async ask<R>(method: string, params: object | null = null): Promise<R> {
    const connection = this.#connection;
    if (connection?.ready !== true) throw new PoolSourceError('The other machine is not connected.');
    try {
      return await this.#inTime(connection.rpc.sendRequest<R>(method, params), this.#times.answer);
    } catch (error) {
      throw new PoolSourceError(error instanceof Error ? error.message : String(error));
    }
  }

  /** Where nothing is connected yet, the scope is chosen when it is. */
  async setScope(scope: string): Promise<void> {
    if (this.#connection?.ready === true) await this.ask(MonitorRequest.setScope, { scope });
    this.#scope = scope;
  }

  #connect(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    if (this.#events === undefined || this.#connection !== undefined) return;
    const process = CommandProcess.start(this.#run);
    if (typeof process === 'string') {
      this.#failed(process);
      return;
    }
    const { stdout, stdin } = process.child;
    const rpc = createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
    const connection: Connection = { process, rpc, table: new SampleTable(), ready: false };
    this.#connection = connection;
    rpc.onNotification(MonitorNotification.sample, (message: unknown) => this.#take(connection, message));
    rpc.onNotification(MonitorNotification.state, (state: unknown) => this.#takeState(connection, state));
    rpc.onError(([error]) => this.#giveUp(connection, `what it sent is no message: ${error.message}`));
    rpc.listen();
    void process.ended.then(({ text }) => this.#ended(connection, connection.reason ?? text));
    void this.#greet(connection);
  }

  async #greet(connection: Connection): Promise<void> {
    const { rpc } = connection;
    try {
      const hello = await this.#inTime(
        rpc.sendRequest<HelloResult | null>(MonitorRequest.hello, null),
        this.#times.hello,
      );
      if (hello?.protocol !== MONITOR_PROTOCOL_VERSION) throw new Error('it is another version of PoolLens');
      if (!hello.live.available) throw new Error(hello.live.reason ?? 'it can not read its pools');
      const params = { source: { kind: 'ntdll' }, intervalMs: this.#intervalMs };
      await this.#inTime(rpc.sendRequest(MonitorRequest.open, params), this.#times.answer);
      if (this.#connection !== connection) return;
      connection.ready = true;
      if (this.#scope !== undefined) this.#tell(MonitorRequest.setScope, { scope: this.#scope });
      if (this.#paused) this.#tell(MonitorRequest.pause);
      this.#heard();
    } catch (error) {
      this.#giveUp(connection, error instanceof Error ? error.message : String(error));
    }
  }

  #take(connection: Connection, message: unknown): void {
    if (this.#connection !== connection) return;
    const sample = connection.table.receive(message);
    if (sample === undefined) {
      this.#giveUp(connection, 'what it sent is no sample');
      return;
    }
    this.#backOff.reset();
    this.#heard();
    this.#events?.sample(sample);
  }

  /** It reads on by itself; what it can't read is said in its own words. */
  #takeState(connection: Connection, state: unknown): void {
    if (this.#connection !== connection || typeof state !== 'object' || state === null) return;
    this.#heard();
    if ('message' in state && typeof state.message === 'string') this.#events?.failed(state.message);
  }

  /** Something came: the watch begins anew. */
  #heard(): void {
    clearTimeout(this.#watch);
    const connection = this.#connection;
    if (connection?.ready !== true) return;
    this.#watch = setTimeout(() => void this.#probe(connection), this.#intervalMs + this.#times.silence);
  }

  /** Silent for too long: paused, slow, or gone. */
  async #probe(connection: Connection): Promise<void> {
    if (this.#connection !== connection) return;
    if (!this.#paused) {
      const silent = secondsText(this.#intervalMs + this.#times.silence);
      this.#events?.waiting(`Nothing has come from the other machine for ${silent}; it is asked whether it is there.`);
    }
    try {
      await this.#inTime(connection.rpc.sendRequest(MonitorRequest.hello, null), this.#times.answer);
      this.#heard();
    } catch {
      this.#giveUp(connection, `it has not answered for ${secondsText(this.#times.answer)}`);
    }
  }

  /** Of no more use: its process is ended, and then tried again. */
  #giveUp(connection: Connection, reason: string): void {
    if (this.#connection !== connection) return;
    connection.reason ??= `${this.#run[0]}: ${reason}`;
    connection.process.kill();
  }

  #ended(connection: Connection, why: string): void {
    connection.rpc.dispose();
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    clearTimeout(this.#watch);
    this.#failed(why);
  }

  #failed(why: string): void {
    if (this.#events === undefined) return;
    const wait = this.#backOff.failed();
    this.#events.failed(`${why.replace(/\.$/, '')}. It is connected again in ${secondsText(wait)}.`);
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  /** A wish that needs no answer; a connection that ends meanwhile is told of otherwise. */
  #tell(method: string, params: object | null = null): void {
    const connection = this.#connection;
    if (connection?.ready !== true) return;
    connection.rpc.sendRequest(method, params).catch(() => undefined);
  }

  async #inTime<R>(answer: Promise<R>, ms: number): Promise<R> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`it has not answered for ${secondsText(ms)}`)), ms);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
