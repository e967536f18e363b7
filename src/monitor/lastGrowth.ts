/**
 * The growth of all tags as last told, kept so that a panel shown again has it at once. Pure: messages in, messages out.
 */
import { GROWTH_STRIDE, growthKey, GrowthField, type GrowthMessage } from '../shared/growth';

export class LastGrowth {
  private readonly rows = new Map<number, { readonly numbers: readonly number[]; readonly line: string }>();
  private newest: GrowthMessage | undefined;

  clear(): void {
    this.rows.clear();
    this.newest = undefined;
  }

  receive(message: GrowthMessage): void {
    if (message.reset) this.rows.clear();
    const { rows, lines } = message;
    for (let at = 0; at + GROWTH_STRIDE <= rows.length; at += GROWTH_STRIDE) {
      const key = growthKey(rows[at + GrowthField.tag] ?? 0, rows[at + GrowthField.paged] === 1);
      const line = lines?.[at / GROWTH_STRIDE] ?? '';
      this.rows.set(key, { numbers: rows.slice(at, at + GROWTH_STRIDE), line });
    }
    for (const key of message.settled) this.rows.delete(key);
    this.newest = message;
  }

  /** All there is, in one message; undefined before the first. */
  replay(): GrowthMessage | undefined {
    if (this.newest === undefined) return undefined;
    const kept = [...this.rows.values()];
    return {
      ...this.newest,
      reset: true,
      rows: kept.flatMap(({ numbers }) => numbers),
      lines: kept.map(({ line }) => line),
      settled: [],
    };
  }
}
