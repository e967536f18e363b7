/**
 * What every source of samples looks like to the sampling loop: ntdll, a recording, a capture, a command.
 */
import type { BigAllocationsResult, ScopesResult, SourceInfo } from '../../src/shared/monitorProtocol';
import type { PoolTag } from '../../src/shared/poolTag';
import type { Sample } from '../../src/shared/sample';

/** Thrown by `open…` functions and `read` for conditions the user can act on; the message is one clear line. */
export class PoolSourceError extends Error {
  constructor(
    message: string,
    /** `0xc0000003`, when the kernel refused. */
    readonly ntstatus?: string,
  ) {
    super(message);
    this.name = 'PoolSourceError';
  }
}

/** What a live machine can be asked beside its samples. Fails with PoolSourceError. */
export interface LiveQueries {
  /** What `setScope` takes now. */
  scopes(): ScopesResult | Promise<ScopesResult>;
  /** Samples are of this scope from now on. */
  setScope(scope: string): void | Promise<void>;
  bigAllocations(tag: PoolTag): BigAllocationsResult | Promise<BigAllocationsResult>;
}

/** What a source that speaks by itself says. */
export interface FeedEvents {
  sample(sample: Sample): void;
  /** There is nothing yet; the message is one sentence that says what is waited for. */
  waiting(message: string): void;
  /** It has failed and goes on trying; the message says why and when. */
  failed(message: string): void;
}

/** Readings that come from elsewhere when they are there. */
export interface SampleFeed {
  /** Called once. */
  start(events: FeedEvents, intervalMs: number): void;
  setInterval(intervalMs: number): void;
  /** Nothing more is read until `resume`; `refresh` gives one reading all the same. */
  pause(): void;
  resume(): void;
  /** A reading as soon as can be. */
  refresh(): void;
}

/** A source that is listened to: a command. */
export interface FeedSource {
  readonly info: SourceInfo;
  readonly queries?: LiveQueries;
  readonly feed: SampleFeed;
  close(): void;
}

/** A source that is asked: ntdll, a recording, a capture. */
export interface PoolSource {
  readonly info: SourceInfo;
  /** Sources of a live machine. */
  readonly queries?: LiveQueries;
  /** The next sample; undefined when a finite source is at its end. Throws PoolSourceError. */
  read(): Sample | undefined;
  /** Finite sources: makes `read` give the sample with this index next. */
  seek?(index: number): void;
  /** Finite sources: up to `most` samples before the one with this index, oldest first, read apart from `read`. */
  past?(index: number, most: number): Iterator<Sample, void>;
  close(): void;
}
