/**
 * From what the user chose to a source of samples. One place, for the monitor process and the command line.
 */
import type { SourceSpec } from '../../src/shared/monitorProtocol';
import { openCaptureSeries, openTextSource } from './captureSeries';
import { openCaptureSource, openRecordingSource } from './fileSources';
import type { NtdllSourceOptions } from './ntdllSource';
import { openNtdllSource } from './ntdllSource';
import type { PoolSource } from './poolSource';

export interface OpenSourceOptions {
  /** For tests: another platform, library or clock. */
  readonly ntdll?: NtdllSourceOptions;
}

/** Opens a source. Throws PoolSourceError with one clear line. */
export function openPoolSource(spec: SourceSpec, options: OpenSourceOptions = {}): PoolSource {
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
  }
}
