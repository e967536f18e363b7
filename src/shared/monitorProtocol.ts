/**
 * Messages between the extension host (or a remote command) and the monitor process: vscode-jsonrpc over stdio.
 * Method names and the shapes of their parameters; nothing runs here. Adding a field is compatible, renaming is not.
 */
import type { EventMark } from './eventMark';
import type { MemoryTotals } from './sample';

export const MONITOR_PROTOCOL_VERSION = 1;

/** Where samples come from. Paths are absolute. */
export type SourceSpec =
  | { readonly kind: 'ntdll' }
  | { readonly kind: 'recording'; readonly file: string }
  | { readonly kind: 'capture'; readonly file: string }
  /** Several captures as one series in time. */
  | { readonly kind: 'captures'; readonly files: readonly string[] }
  /** Captured text that is in no file: the clipboard, a selection. `label` is what the panel calls it. */
  | { readonly kind: 'text'; readonly text: string; readonly label: string }
  | CommandSpec;

/** A command the user has named. Nothing but user settings may be the origin of one. */
export interface CommandSpec {
  readonly kind: 'command';
  /** What the panel calls it. */
  readonly name: string;
  /** Program and arguments; no shell reads them. */
  readonly run: readonly string[];
  /** `monitor`: it runs `poollens monitor --stdio`. `text`: it prints PoolMon or !poolused text each time it runs. */
  readonly speaks: 'monitor' | 'text';
}

/** Captured text longer than this is refused, in UTF-16 units. */
export const LONGEST_TEXT = 64 * 1024 * 1024;

/** What the panel says about the open source. */
export interface SourceInfo {
  readonly kind: 'ntdll' | 'recording' | 'capture' | 'command';
  /** `Live: this machine`, or the file's name. */
  readonly label: string;
  readonly live: boolean;
  /** Number of samples, when it is finite. */
  readonly sampleCount?: number;
  /** Parts of a file that could not be read: one line each. */
  readonly issues?: readonly string[];
  /** What happened while it was recorded. */
  readonly marks?: readonly EventMark[];
}

/** Whether the machine's own pools can be read here, and if not, why, in one sentence for the user. */
export interface LiveAvailability {
  readonly available: boolean;
  readonly reason?: string;
  /** `0xc0000003`, when the kernel refused. */
  readonly ntstatus?: string;
}

/** What of the machine's pools is read. */
export const SYSTEM_SCOPE = 'system';
export const ALL_SESSIONS_SCOPE = 'all sessions';

/** `session 1`: the pools of one session. */
export function sessionScope(session: number): string {
  return `session ${session}`;
}

/** The session's number in `session 1`; undefined for any other text. */
export function sessionOfScope(scope: string): number | undefined {
  const digits = /^session (\d{1,10})$/.exec(scope)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export interface ScopesResult {
  /** What `setScope` takes now: `system`, and where sessions have pools of their own `all sessions` and each of them. */
  readonly scopes: readonly string[];
  /** Why there are no sessions, in one sentence. */
  readonly reason?: string;
}

export interface SetScopeParams {
  readonly scope: string;
}

export interface BigAllocationsParams {
  readonly tag: number;
}

/** One allocation of a page or more. */
export interface BigAllocation {
  /** `0xffff8a0b12345000`: too large for a number. */
  readonly address: string;
  readonly bytes: number;
  readonly paged: boolean;
}

export interface BigAllocationsResult {
  /** Largest first; at most MOST_BIG_ALLOCATIONS. */
  readonly allocations: readonly BigAllocation[];
  /** All of the tag, listed or not. */
  readonly count: number;
  readonly bytes: number;
}

/** Far more than anybody reads; a tag may have hundreds of thousands. */
export const MOST_BIG_ALLOCATIONS = 10_000;

export interface HelloResult {
  readonly protocol: number;
  readonly version: string;
  readonly platform: string;
  readonly live: LiveAvailability;
}

export interface OpenParams {
  readonly source: SourceSpec;
  readonly intervalMs: number;
  /** Minutes that growth looks back; 10 when absent. */
  readonly growthMinutes?: number;
  /** How the source was left, when it is opened again: its scope, its place, and that nothing was to be read. */
  readonly scope?: string;
  readonly index?: number;
  readonly paused?: boolean;
}

/** One tick. `rows` are flat (see sample.ts); on a reset they replace everything, otherwise only changed tags are listed. */
export interface SampleMessage {
  readonly sequence: number;
  readonly time: number;
  readonly scope: string;
  readonly reset: boolean;
  readonly memory: MemoryTotals;
  readonly rows: readonly number[];
  /** Tags that vanished since the last message. */
  readonly removed: readonly number[];
  /** Position in a finite source, from 0. */
  readonly index?: number;
}

export type MonitorState =
  | { readonly state: 'closed' }
  /** The source is not there yet; the message says what is waited for. */
  | { readonly state: 'waiting'; readonly message: string }
  | { readonly state: 'running' }
  | { readonly state: 'paused' }
  /** A finite source has played to its end. */
  | { readonly state: 'ended' }
  /** Sampling failed; the message says why. The monitor goes on trying at its interval. */
  | { readonly state: 'failed'; readonly message: string };

export interface RecordParams {
  /** Absolute path; an existing file is replaced. */
  readonly file: string;
  /** The file is a recording that is gone on with; why readings are missing in between, in one sentence. */
  readonly goOn?: string;
}

/** Sent when recording starts, stops, or fails; sampling goes on in any case. */
export interface RecordingState {
  readonly recording: boolean;
  /** Absolute path; absent before the first recording. */
  readonly file?: string;
  readonly samples: number;
  readonly bytes: number;
  /** Why it stopped by itself, in one sentence: the disk is full, the file is gone. */
  readonly message?: string;
  /** Places at which readings are missing in the file, and why at the last of them, in one sentence. */
  readonly gaps?: number;
  readonly lastGap?: string;
}

export interface ExportParams {
  /** Absolute path; an existing file is replaced. */
  readonly file: string;
  readonly format: 'ndjson' | 'csv' | 'poolmon';
}

export interface SeekParams {
  /** Sample to show next, from 0; finite sources only. */
  readonly index: number;
}

/** Requests: extension host → monitor. */
export const MonitorRequest = {
  /** () → HelloResult */
  hello: 'monitor/hello',
  /** OpenParams → SourceInfo; sampling starts at once. Replaces the open source. Fails with one clear line. */
  open: 'monitor/open',
  /** () → null; the source is closed. */
  close: 'monitor/close',
  pause: 'monitor/pause',
  resume: 'monitor/resume',
  /** `{ intervalMs }` → null */
  setInterval: 'monitor/setInterval',
  /** `{ minutes }` → null; growth over the new window comes at once. */
  setGrowthWindow: 'monitor/setGrowthWindow',
  /** TracesParams → TracesResult: the past of tags, as far back as history goes. */
  traces: 'monitor/traces',
  /** CompanionsParams → CompanionsResult: tags that move together with one. */
  companions: 'monitor/companions',
  /** () → null; the next sample message comes now and is a full one (`reset`). */
  refresh: 'monitor/refresh',
  /** () → ScopesResult; sources of a live machine only. */
  scopes: 'monitor/scopes',
  /** SetScopeParams → null; a whole sample of the new scope follows at once. */
  setScope: 'monitor/setScope',
  /** BigAllocationsParams → BigAllocationsResult; sources of a live machine only. */
  bigAllocations: 'monitor/bigAllocations',
  /** EventMark → null; kept in the recording, where one is being made. */
  mark: 'monitor/mark',
  /** SeekParams → null */
  seek: 'monitor/seek',
  /** ExportParams → null; the reading that was sent last. */
  exportSample: 'monitor/exportSample',
  /** RecordParams → null */
  startRecording: 'monitor/startRecording',
  /** () → `{ samples }` */
  stopRecording: 'monitor/stopRecording',
} as const;

/** Notifications: monitor → extension host. */
export const MonitorNotification = {
  /** SampleMessage */
  sample: 'monitor/sample',
  /** GrowthMessage; comes beside samples, not with every one. */
  growth: 'monitor/growth',
  /** MonitorState */
  state: 'monitor/state',
  /** EventMark: something was seen in the readings. */
  mark: 'monitor/marked',
  /** RecordingState */
  recording: 'monitor/recording',
} as const;
