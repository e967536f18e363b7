/**
 * The messages of a monitor elsewhere → samples: what was left out of a message, because it had not changed, is put back.
 * The other side may be anything: a message that is none gives undefined. Pure.
 */
import type { MemoryTotals, Sample } from '../../../src/shared/sample';
import { ROW_STRIDE } from '../../../src/shared/sample';
import { MEMORY_FIELDS } from './recordingFormat';
import { RowTable } from './rowTable';

/** Three times what the largest machines have. */
const MOST_TAGS = 300_000;
const LONGEST_SCOPE = 100;

export class SampleTable {
  #table = new RowTable(new Float64Array());
  readonly #rowOfTag = new Map<number, number>();
  #begun = false;

  /** Undefined when it is no sample message, or one that changes a table that was never sent. */
  receive(message: unknown): Sample | undefined {
    if (typeof message !== 'object' || message === null) return undefined;
    const { time, scope, memory, rows, removed, reset } = message as Readonly<Record<string, unknown>>;
    if (typeof time !== 'number' || !Number.isFinite(time)) return undefined;
    if (typeof scope !== 'string' || !isNumbers(rows) || !isNumbers(removed)) return undefined;
    if (rows.length % ROW_STRIDE !== 0 || rows.length > MOST_TAGS * ROW_STRIDE) return undefined;
    if (reset === true) this.#clear();
    else if (!this.#begun) return undefined;
    this.#begun = true;
    for (const tag of removed) this.#remove(tag);
    for (let at = 0; at < rows.length; at += ROW_STRIDE) this.#put(rows, at);
    if (this.#rowOfTag.size > MOST_TAGS) return undefined;
    return {
      time,
      scope: scope.slice(0, LONGEST_SCOPE),
      memory: readMemory(memory),
      rows: this.#table.view().slice(),
    };
  }

  #clear(): void {
    this.#table = new RowTable(new Float64Array());
    this.#rowOfTag.clear();
  }

  #put(rows: readonly number[], at: number): void {
    const tag = (rows[at] ?? 0) >>> 0;
    let row = this.#rowOfTag.get(tag);
    if (row === undefined) {
      row = this.#table.append() / ROW_STRIDE;
      this.#rowOfTag.set(tag, row);
    }
    const view = this.#table.view();
    view[row * ROW_STRIDE] = tag;
    for (let field = 1; field < ROW_STRIDE; field++) view[row * ROW_STRIDE + field] = rows[at + field] ?? 0;
  }

  #remove(tag: number): void {
    const row = this.#rowOfTag.get(tag);
    if (row === undefined) return;
    this.#table.remove(row);
    this.#rowOfTag.delete(tag);
    // The last row has moved into its place.
    if (row < this.#table.rowCount) this.#rowOfTag.set(this.#table.view()[row * ROW_STRIDE] ?? 0, row);
  }
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number' && Number.isFinite(one));
}

function readMemory(value: unknown): MemoryTotals {
  const memory: { -readonly [K in keyof MemoryTotals]: MemoryTotals[K] } = {};
  if (typeof value !== 'object' || value === null) return memory;
  const given = value as Readonly<Record<string, unknown>>;
  for (const field of MEMORY_FIELDS) {
    const number = given[field];
    if (typeof number === 'number' && Number.isFinite(number)) memory[field] = number;
  }
  return memory;
}
