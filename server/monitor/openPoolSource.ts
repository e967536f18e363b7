/**
 * From what the user chose to a source of samples. One place, for the monitor process and the command line.
 */
import type { CommandSpec, SourceSpec } from '../../src/shared/monitorProtocol';
import { openCaptureSeries, openTextSource } from './captureSeries';
import { openCommandSource } from './commandSource';
import { openCaptureSource, openRecordingSource } from './fileSources';
import type { NtdllSourceOptions } from './ntdllSource';
import { openNtdllSource } from './ntdllSource';
import type { FeedSource, PoolSource } from './poolSource';
import type { RemoteTimes } from './remoteMonitorFeed';

export interface OpenSourceOptions {
  /** For tests: another platform, library or clock. */
  readonly ntdll?: NtdllSourceOptions;
  readonly remote?: RemoteTimes;
}

/** Sources that are read; those of a command are listened to. */
export type ReadSpec = Exclude<SourceSpec, CommandSpec>;

/** Opens a source. Throws PoolSourceError with one clear line. */
export function openPoolSource(spec: ReadSpec, options?: OpenSourceOptions): PoolSource;
export function openPoolSource(spec: SourceSpec, options?: OpenSourceOptions): PoolSource | FeedSource;
export function openPoolSource(spec: SourceSpec, options: OpenSourceOptions = {}): PoolSource | FeedSource {
  switch (spec.kind) {
    case 'ntdll':
      return openNtdllSource(options.ntdll);
    case 'recording':
      return openRecordingSource(spec.file);
    case 'capture':
      return openCaptureSource(spec.file);
    case 'captures':
      return openCaptureSeries(spec.files);
    case 'text':
      return openTextSource(spec.text, spec.label);
    case 'command':
      return openCommandSource(spec, options.remote);
  }
}
