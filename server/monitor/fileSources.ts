/**
 * Samples from a file: a recording, or text that PoolMon or WinDbg printed. The file is read once, when opened.
 */
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { ParseIssue } from '../../src/shared/facts';
import type { SourceInfo } from '../../src/shared/monitorProtocol';
import type { Sample } from '../../src/shared/sample';
import { decodeCaptureText } from '../core/capture/captureText';
import { parseCapture } from '../core/capture/parseCapture';
import type { RecordingGap } from '../core/capture/recordingBeside';
import { isRecording, openRecording, type RecordingReader } from '../core/capture/recordingReader';
import type { PoolSource } from './poolSource';
import { PoolSourceError } from './poolSource';

/** A day at one sample a second with 4,000 tags is about 240 MB. */
const MAX_RECORDING = 1024 * 1024 * 1024;
/** 100,000 screens of PoolMon. Text is held three times over while it is read. */
export const MAX_CAPTURE = 256 * 1024 * 1024;

/** Opens a recording. Throws PoolSourceError with one line that names the file. */
export function openRecordingSource(file: string): PoolSource {
  return recordingSource(file, readFile(file, MAX_RECORDING).bytes);
}

/** Opens captured text; a recording under another name is opened as what it is. Throws PoolSourceError. */
export function openCaptureSource(file: string): PoolSource {
  const { bytes, time } = readFile(file, MAX_CAPTURE);
  if (isRecording(bytes)) return recordingSource(file, bytes);
  const { value, issues } = parseCapture(decodeCaptureText(bytes), { time });
  if (value.length === 0) throw new PoolSourceError(`${file}: ${issues[0]?.message ?? 'no sample in it'}`);
  return new CaptureSource(captureInfo(basename(file), value.length, issueLines(file, issues)), value);
}

function recordingSource(file: string, bytes: Uint8Array): PoolSource {
  const { value, issues } = openRecording(bytes);
  if (value === undefined || value.sampleCount === 0) {
    const issue = issues[0];
    const offset = issue?.offset === undefined ? '' : ` (offset ${issue.offset})`;
    throw new PoolSourceError(`${file}: ${issue?.message ?? 'no sample in it'}${offset}`);
  }
  return {
    info: {
      ...fileInfo('recording', basename(file), value.sampleCount, [
        ...gapLines(file, value.gaps),
        ...issueLines(file, issues),
      ]),
      ...(value.marks.length === 0 ? {} : { marks: value.marks }),
    },
    read: () => value.read(),
    seek: (index) => value.seek(index),
    past: (index, most) => samplesBefore(value.fork(), index, most),
    close: () => undefined,
  };
}

/** As many as anybody reads: a flaky connection makes hundreds. */
const MOST_GAPS = 50;

function gapLines(file: string, gaps: readonly RecordingGap[]): string[] {
  const lines = gaps.slice(0, MOST_GAPS).map(({ before, text }) => `${file}: before sample ${before + 1}: ${text}`);
  return gaps.length > MOST_GAPS ? [...lines, `${file}: and ${gaps.length - MOST_GAPS} more gaps`] : lines;
}

function* samplesBefore(reader: RecordingReader, index: number, most: number): Generator<Sample, void> {
  const first = Math.max(0, index - most);
  reader.seek(first);
  for (let at = first; at < index; at++) {
    const sample = reader.read();
    if (sample === undefined) return;
    yield sample;
  }
}

export class CaptureSource implements PoolSource {
  #next = 0;

  constructor(
    readonly info: SourceInfo,
    private readonly samples: readonly Sample[],
  ) {}

  read(): Sample | undefined {
    const sample = this.samples[this.#next];
    if (sample !== undefined) this.#next++;
    return sample;
  }

  seek(index: number): void {
    this.#next = Math.max(0, Math.min(this.samples.length, Math.trunc(index) || 0));
  }

  past(index: number, most: number): Iterator<Sample, void> {
    return this.samples.slice(Math.max(0, index - most), index).values();
  }

  close(): void {
    this.#next = this.samples.length;
  }
}

export function captureInfo(label: string, sampleCount: number, issues: readonly string[]): SourceInfo {
  return fileInfo('capture', label, sampleCount, issues);
}

function fileInfo(kind: SourceInfo['kind'], label: string, sampleCount: number, issues: readonly string[]): SourceInfo {
  return { kind, label, live: false, sampleCount, ...(issues.length === 0 ? {} : { issues }) };
}

/** Issues of a text, one line each, with where it came from. */
export function issueLines(from: string, issues: readonly ParseIssue[]): string[] {
  return issues.map(({ message, offset }) =>
    offset === undefined ? `${from}: ${message}` : `${from}: ${message} (offset ${offset})`,
  );
}

export interface FileBytes {
  readonly bytes: Uint8Array;
  /** Milliseconds since 1970: when the file was last written. */
  readonly time: number;
}

/** Throws PoolSourceError with one line that names the file. */
export function readFile(file: string, limit: number): FileBytes {
  try {
    const stat = statSync(file);
    if (!stat.isFile()) throw new PoolSourceError(`${file}: not a file`);
    if (stat.size > limit) {
      throw new PoolSourceError(`${file}: ${stat.size} bytes, more than the ${limit} that can be opened`);
    }
    return { bytes: readFileSync(file), time: Math.round(stat.mtimeMs) };
  } catch (error) {
    if (error instanceof PoolSourceError) throw error;
    throw new PoolSourceError(`${file}: ${fileError(error)}`);
  }
}

/** What went wrong with a file, in words, without the path and the call Node adds. */
export function fileError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: Record<string, string> = {
    ENOENT: 'no such file',
    EACCES: 'no permission',
    EPERM: 'no permission',
    EISDIR: 'is a folder',
    ENOTDIR: 'no such folder',
    ENOSPC: 'no space left on the disk',
    EDQUOT: 'the disk quota is used up',
    EROFS: 'the disk is read-only',
    EBUSY: 'another program has it open',
  };
  return (code === undefined ? undefined : words[code]) ?? message;
}
