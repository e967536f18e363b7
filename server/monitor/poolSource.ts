/**
 * What every source of samples looks like to the sampling loop: ntdll, a recording, a capture.
 */
import type { SourceInfo } from '../../src/shared/monitorProtocol';
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

export interface PoolSource {
  readonly info: SourceInfo;
  /** The next sample; undefined when a finite source is at its end. Throws PoolSourceError. */
  read(): Sample | undefined;
  /** Finite sources: makes `read` give the sample with this index next. */
  seek?(index: number): void;
  /** Finite sources: up to `most` samples before the one with this index, oldest first, read apart from `read`. */
  past?(index: number, most: number): Iterator<Sample, void>;
  close(): void;
}
