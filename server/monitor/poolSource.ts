/**
 * What every source of samples looks like to the sampling loop: ntdll, a recording, a capture.
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
