/**
 * Several captures as one series, and captured text that is in no file. What was assumed about times is said.
 */
import { basename } from 'node:path';
import type { Sample } from '../../src/shared/sample';
import { orderCaptures, type OrderedBy } from '../core/capture/captureOrder';
import { decodeCaptureText } from '../core/capture/captureText';
import { parseCapture } from '../core/capture/parseCapture';
import { isRecording } from '../core/capture/recordingReader';
import { captureInfo, CaptureSource, issueLines, MAX_CAPTURE, readFile, type FileBytes } from './fileSources';
import type { PoolSource } from './poolSource';
import { PoolSourceError } from './poolSource';

/** Opens text from the clipboard or an editor, read at `time`. Throws PoolSourceError. */
export function openTextSource(text: string, label: string, time = Date.now()): PoolSource {
  const { value, issues } = parseCapture(text, { time });
  if (value.length === 0) throw new PoolSourceError(`${label}: ${issues[0]?.message ?? 'no sample in it'}`);
  return new CaptureSource(captureInfo(label, value.length, issueLines(label, issues)), value);
}

/**
 * Opens several captures as one series. A file that can't be read is said and left out. Throws PoolSourceError when
 * nothing is left.
 */
export function openCaptureSeries(paths: readonly string[]): PoolSource {
  const unread: string[] = [];
  const files = readFiles(paths, unread);
  const order = orderCaptures(files.map(({ path, time }) => ({ name: basename(path), fileTime: time })));
  const samples: Sample[] = [];
  const said: string[] = [];
  let used = 0;
  for (const { index, time } of order.files) {
    const file = files[index];
    if (file === undefined) continue;
    const { value, issues } = parseCapture(decodeCaptureText(file.bytes), { time });
    const [first] = value;
    const last = samples.at(-1);
    if (first !== undefined && last !== undefined && first.time <= last.time) {
      said.push(`${file.path}: its first screen would be older than the last of the file before: times overlap`);
    }
    samples.push(...value);
    said.push(...issueLines(file.path, issues));
    if (value.length > 0) used++;
  }
  const lines = [...(used > 1 ? [`${used} files, ordered ${ORDER_TEXT[order.by]}`] : []), ...unread, ...said];
  if (samples.length === 0) throw new PoolSourceError(lines[0] ?? 'no file was named');
  return new CaptureSource(captureInfo(seriesLabel(files, used), samples.length, lines), samples);
}

interface NamedFile extends FileBytes {
  readonly path: string;
}

function readFiles(paths: readonly string[], unread: string[]): NamedFile[] {
  const files: NamedFile[] = [];
  let room = MAX_CAPTURE;
  for (const path of new Set(paths)) {
    try {
      const file = readFile(path, room);
      if (isRecording(file.bytes)) throw new PoolSourceError(`${path}: a recording: open it by itself`);
      room -= file.bytes.length;
      files.push({ path, ...file });
    } catch (error) {
      if (!(error instanceof PoolSourceError)) throw error;
      unread.push(error.message);
    }
  }
  return files;
}

const ORDER_TEXT: Readonly<Record<OrderedBy, string>> = {
  'time in the name': 'by the times in their names',
  'file time': 'by their file times',
  name: 'by name and taken as 5 seconds apart, because their file times are not all different',
};

function seriesLabel(files: readonly NamedFile[], used: number): string {
  const name = basename(files[0]?.path ?? '');
  return used > 1 ? `${name} + ${used - 1}` : name;
}
