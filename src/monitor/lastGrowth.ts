/**
 * The growth of all tags as last told, kept so that a panel shown again has it at once. Pure: messages in, messages out.
 */
import { GROWTH_STRIDE, growthKey, GrowthField, type GrowthMessage } from '../shared/growth';

export class LastGrowth {
  private readonly rows = new Map<number, { readonly numbers: readonly number[]; readonly line: string }>();
  /** The same over both pools, by tag. */
  private readonly sums = new Map<number, { readonly numbers: readonly number[]; readonly line: string }>();
  private newest: GrowthMessage | undefined;

  clear(): void {
    this.rows.clear();
    this.sums.clear();
    this.newest = undefined;
  }

  receive(message: GrowthMessage): void {
    if (message.reset) {
      this.rows.clear();
      this.sums.clear();
    }
    const { rows, lines, joined } = message;
    for (let at = 0; at + GROWTH_STRIDE <= rows.length; at += GROWTH_STRIDE) {
      const key = growthKey(rows[at + GrowthField.tag] ?? 0, rows[at + GrowthField.paged] === 1);
      const line = lines?.[at / GROWTH_STRIDE] ?? '';
      this.rows.set(key, { numbers: rows.slice(at, at + GROWTH_STRIDE), line });
    }
    for (const key of message.settled) this.rows.delete(key);
    for (const [at, line] of joined?.lines.entries() ?? []) {
      const numbers = (joined?.rows ?? []).slice(at * GROWTH_STRIDE, (at + 1) * GROWTH_STRIDE);
      this.sums.set(numbers[GrowthField.tag] ?? 0, { numbers, line });
    }
    for (const tag of joined?.settled ?? []) this.sums.delete(tag);
    this.newest = message;
  }

  /** All there is, in one message; undefined before the first. */
  replay(): GrowthMessage | undefined {
    if (this.newest === undefined) return undefined;
    const kept = [...this.rows.values()];
    const sums = [...this.sums.values()];
    return {
      ...this.newest,
      reset: true,
      rows: kept.flatMap(({ numbers }) => numbers),
      lines: kept.map(({ line }) => line),
      settled: [],
      joined: { rows: sums.flatMap(({ numbers }) => numbers), lines: sums.map(({ line }) => line), settled: [] },
    };
  }
}
