/**
 * Parameters of the monitor's requests, checked: the other side may be another version, or no PoolLens at all.
 */
import { isAbsolute } from 'node:path';
import { parseMark, type EventMark } from '../../src/shared/eventMark';
import { checkedGrowthMinutes, MOST_GROWTH_MINUTES } from '../../src/shared/growth';
import { LONGEST_TEXT } from '../../src/shared/monitorProtocol';
import type {
  CommandSpec,
  ExportParams,
  OpenParams,
  RecordParams,
  SeekParams,
  SourceSpec,
} from '../../src/shared/monitorProtocol';
import type { PoolTag } from '../../src/shared/poolTag';
import type { CompanionsParams, TracesParams } from '../../src/shared/trace';
import { MOST_TRACED } from '../../src/shared/trace';
import { PoolSourceError } from './poolSource';

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function numberField(value: unknown, name: string): number {
  const number = field(value, name);
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new PoolSourceError(`the request needs a number "${name}"`);
}

function fileField(value: unknown): string {
  const file = field(value, 'file');
  if (typeof file === 'string' && isAbsolute(file)) return file;
  throw new PoolSourceError('the request needs an absolute path "file"');
}

export function parseOpenParams(value: unknown): OpenParams {
  const growthMinutes = checkedGrowthMinutes(field(value, 'growthMinutes'));
  return {
    source: parseSourceSpec(field(value, 'source')),
    intervalMs: numberField(value, 'intervalMs'),
    growthMinutes,
    ...readLeft(value),
  };
}

/** How the source was left; what makes no sense in it is passed over. */
function readLeft(value: unknown): Pick<OpenParams, 'scope' | 'index' | 'paused'> {
  const scope = field(value, 'scope');
  const index = field(value, 'index');
  return {
    ...(typeof scope === 'string' ? { scope } : {}),
    ...(typeof index === 'number' && index > 0 ? { index } : {}),
    ...(field(value, 'paused') === true ? { paused: true } : {}),
  };
}

function parseSourceSpec(value: unknown): SourceSpec {
  const kind = field(value, 'kind');
  if (kind === 'ntdll') return { kind };
  if (kind === 'recording' || kind === 'capture') return { kind, file: fileField(value) };
  if (kind === 'captures') return { kind, files: filesField(value) };
  if (kind === 'text') return { kind, ...textFields(value) };
  if (kind === 'command') return { kind, ...commandFields(value) };
  throw new PoolSourceError(`this monitor has no source "${String(kind)}"`);
}

function filesField(value: unknown): readonly string[] {
  const files = field(value, 'files');
  const absolute = (file: unknown): file is string => typeof file === 'string' && isAbsolute(file);
  if (Array.isArray(files) && files.length > 0 && files.every(absolute)) return files;
  throw new PoolSourceError('the request needs absolute paths "files"');
}

function textFields(value: unknown): { readonly text: string; readonly label: string } {
  const text = field(value, 'text');
  const label = field(value, 'label');
  if (typeof text !== 'string' || typeof label !== 'string') {
    throw new PoolSourceError('the request needs "text" and "label"');
  }
  if (text.length > LONGEST_TEXT) throw new PoolSourceError(`${label}: more text than can be opened`);
  return { text, label };
}

function commandFields(value: unknown): Omit<CommandSpec, 'kind'> {
  const name = field(value, 'name');
  const run = field(value, 'run');
  const speaks = field(value, 'speaks');
  const isText = (part: unknown): part is string => typeof part === 'string';
  if (typeof name !== 'string' || !Array.isArray(run) || !run.every(isText) || (run[0] ?? '') === '') {
    throw new PoolSourceError('the request needs a "name" and a program with its arguments "run"');
  }
  if (speaks !== 'monitor' && speaks !== 'text') throw new PoolSourceError('"speaks" is either "monitor" or "text"');
  return { name, run, speaks };
}

export function parseInterval(value: unknown): number {
  return numberField(value, 'intervalMs');
}

/** Minutes. */
export function parseGrowthWindow(value: unknown): number {
  return numberField(value, 'minutes');
}

export function parseSeekParams(value: unknown): SeekParams {
  return { index: numberField(value, 'index') };
}

export function parseScope(value: unknown): string {
  const scope = field(value, 'scope');
  if (typeof scope === 'string') return scope;
  throw new PoolSourceError('the request needs a text "scope"');
}

export function parseTag(value: unknown): PoolTag {
  const tag = numberField(value, 'tag');
  if (Number.isInteger(tag) && tag >= 0 && tag <= 0xffffffff) return tag;
  throw new PoolSourceError('the request needs a pool tag "tag", an unsigned number of 32 bits');
}

export function parseExportParams(value: unknown): ExportParams {
  const format = field(value, 'format');
  if (format !== 'ndjson' && format !== 'csv' && format !== 'poolmon') {
    throw new PoolSourceError('"format" is "ndjson", "csv" or "poolmon"');
  }
  return { file: fileField(value), format };
}

export function parseRecordParams(value: unknown): RecordParams {
  const goOn = field(value, 'goOn');
  return { file: fileField(value), ...(typeof goOn === 'string' ? { goOn } : {}) };
}

/** Throws PoolSourceError. */
export function parseMarkParams(value: unknown): EventMark {
  const mark = parseMark(value);
  if (mark === undefined) throw new PoolSourceError('the request needs a mark: "kind", "time", "text"');
  return mark;
}

/** A week: as far as history goes. */
const LONGEST_SPAN_MS = MOST_GROWTH_MINUTES * 60_000;

function parseSpan(value: unknown): number {
  return Math.min(LONGEST_SPAN_MS, Math.max(0, numberField(value, 'spanMs')));
}

export function parseTracesParams(value: unknown): TracesParams {
  const tags = field(value, 'tags');
  if (!Array.isArray(tags)) throw new PoolSourceError('the request needs a list "tags"');
  const numbers = tags.slice(0, MOST_TRACED).filter((tag): tag is number => typeof tag === 'number');
  return { tags: numbers, spanMs: parseSpan(value) };
}

export function parseCompanionsParams(value: unknown): CompanionsParams {
  return { tag: numberField(value, 'tag'), paged: field(value, 'paged') === true, spanMs: parseSpan(value) };
}
