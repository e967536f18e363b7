/**
 * Something that happened while pools were read: said by the user, done by PoolLens, or seen in the readings. Shown as a
 * line in the charts and kept in recordings. Pure; parsed at every border, for it comes back from files and other machines.
 */

/**
 * `note`: the user's own. `gap`: no readings from `time` to `end`. `restart`: counters began anew, as after a restart of
 * the machine. `monitorRestarted`: the monitor process was started again, its history with it.
 */
export const MARK_KINDS = [
  'note',
  'baseline',
  'recordingStarted',
  'recordingStopped',
  'huntStarted',
  'huntTestStopped',
  'huntFinished',
  'gap',
  'restart',
  'monitorRestarted',
] as const;
export type MarkKind = (typeof MARK_KINDS)[number];

export interface EventMark {
  readonly kind: MarkKind;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Where it lasted: when it was over. */
  readonly end?: number;
  /** The user's words, a name; may be empty. */
  readonly text: string;
}

/** UTF-16 units; a longer text is cut. */
export const LONGEST_MARK_TEXT = 200;
/** Marks kept; the oldest give way. */
export const MOST_MARKS = 500;

/** Undefined where it is none, of a kind of a later version for instance. */
export function parseMark(value: unknown): EventMark | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, time, end, text } = value as Readonly<Record<string, unknown>>;
  const known = MARK_KINDS.find((one) => one === kind);
  if (known === undefined || !isTime(time) || typeof text !== 'string') return undefined;
  const cut = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').slice(0, LONGEST_MARK_TEXT);
  return { kind: known, time, text: cut, ...(isTime(end) && end > time ? { end } : {}) };
}

/** The list with another mark, in order of time; the same list where it is there already. */
export function withMark(marks: readonly EventMark[], mark: EventMark): readonly EventMark[] {
  if (marks.some(({ kind, time }) => kind === mark.kind && time === mark.time)) return marks;
  return [...marks, mark].sort((a, b) => a.time - b.time).slice(-MOST_MARKS);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
