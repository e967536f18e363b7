/**
 * What the monitor has told about the open source, kept for panels that come later. While a source is being opened its
 * messages are held back, and those of the source before are dropped. Does not import vscode.
 */
import { Emitter, type Event } from 'vscode-jsonrpc/node';
import type { GrowthMessage } from '../shared/growth';
import type { SampleMessage } from '../shared/monitorProtocol';
import { LastGrowth } from './lastGrowth';
import { LastSamples } from './lastSamples';

export class Readings {
  private readonly sampled = new Emitter<SampleMessage>();
  private readonly grown = new Emitter<GrowthMessage>();
  private readonly cleared = new Emitter<void>();
  readonly onSample: Event<SampleMessage> = this.sampled.event;
  readonly onGrowth: Event<GrowthMessage> = this.grown.event;
  /** Another source follows: what was shown is to be forgotten. */
  readonly onClear: Event<void> = this.cleared.event;

  private readonly last = new LastSamples();
  private readonly lastGrowth = new LastGrowth();
  private mode: 'closed' | 'held' | 'open' = 'closed';
  private held: (() => void)[] = [];

  /** Index of the newest sample in a finite source. */
  get index(): number | undefined {
    return this.last.index;
  }

  /** Of the newest reading, in milliseconds since 1970; undefined before the first. */
  get time(): number | undefined {
    return this.last.time;
  }

  /** Messages for a panel that knows nothing. */
  replay(): readonly SampleMessage[] {
    return this.last.replay();
  }

  /** The newest reading in full; undefined before the first. */
  whole(): ReturnType<LastSamples['whole']> {
    return this.last.whole();
  }

  /** Growth for a panel that knows nothing; undefined before there is any. */
  replayGrowth(): GrowthMessage | undefined {
    return this.lastGrowth.replay();
  }

  /** A source is being opened. */
  hold(): void {
    this.mode = 'held';
    this.held = [];
  }

  /** It is open: what came before the answer counts now. */
  release(): void {
    this.mode = 'open';
    const { held } = this;
    this.held = [];
    for (const take of held) take();
  }

  /** Nothing is open; what was told last stays readable. */
  close(): void {
    this.mode = 'closed';
    this.held = [];
  }

  clear(): void {
    this.last.clear();
    this.lastGrowth.clear();
    this.cleared.fire();
  }

  sample(sample: SampleMessage): void {
    if (this.mode === 'open') this.take(sample);
    else if (this.mode === 'closed') return;
    // A message may still be the old source's; the new one begins with a full reading.
    else if (sample.reset) this.held = [() => this.take(sample)];
    else if (this.held.length > 0) this.held.push(() => this.take(sample));
  }

  growth(growth: GrowthMessage): void {
    if (this.mode === 'open') this.takeGrowth(growth);
    else if (this.mode === 'held' && this.held.length > 0) this.held.push(() => this.takeGrowth(growth));
  }

  dispose(): void {
    for (const emitter of [this.sampled, this.grown, this.cleared]) emitter.dispose();
  }

  private take(sample: SampleMessage): void {
    this.last.receive(sample);
    this.sampled.fire(sample);
  }

  private takeGrowth(growth: GrowthMessage): void {
    this.lastGrowth.receive(growth);
    this.grown.fire(growth);
  }
}
