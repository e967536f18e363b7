/**
 * A reading kept to compare with. Pure; parsed at the border, for it comes back from a file.
 */
import { ROW_STRIDE } from './sample';

export interface Baseline {
  /** Of its file: letters, digits and dashes. */
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** What was read: `Live: this machine`, or a file's name. */
  readonly source: string;
  /** Rows of ROW_STRIDE numbers, as in a sample. */
  readonly rows: readonly number[];
}

export const LONGEST_BASELINE_NAME = 80;
const MOST_ROWS = 32_768;

/** Undefined where it is none. */
export function parseBaseline(value: unknown): Baseline | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, name, time, source, rows } = value as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string' || !/^[A-Za-z0-9-]{1,40}$/.test(id)) return undefined;
  if (typeof name !== 'string' || typeof source !== 'string') return undefined;
  if (typeof time !== 'number' || !Number.isFinite(time)) return undefined;
  if (!Array.isArray(rows) || rows.length > MOST_ROWS * ROW_STRIDE || rows.length % ROW_STRIDE !== 0) return undefined;
  const numbers = rows.filter((cell: unknown): cell is number => typeof cell === 'number' && Number.isFinite(cell));
  if (numbers.length !== rows.length) return undefined;
  return { id, name: name.slice(0, LONGEST_BASELINE_NAME), time, source, rows: numbers };
}
