/**
 * What is known of tags in words, one of these a column: owner, company, description. Pure.
 * Collating thousands of texts takes milliseconds, so ranks are made when texts or tags change, not when rows are sorted.
 */
import type { TagTable } from './tagTable';

export interface TagText {
  readonly text: string;
  /** For the tooltip. */
  readonly detail: string;
}

const collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

export class TagTexts {
  private readonly entries = new Map<number, TagText>();
  private kept: { readonly table: TagTable; readonly members: number; readonly ranks: Float64Array } | undefined;

  /** Number of tags with a text. */
  get size(): number {
    return this.entries.size;
  }

  at(tag: number): TagText | undefined {
    return this.entries.get(tag);
  }

  take(texts: Iterable<readonly [number, TagText]>, reset: boolean): void {
    if (reset) this.entries.clear();
    for (const [tag, text] of texts) this.entries.set(tag >>> 0, text);
    this.kept = undefined;
  }

  /** Alphabetical rank by slot; slots without a text have Infinity. */
  ranks(table: TagTable): Float64Array {
    if (this.kept?.table === table && this.kept.members === table.members) return this.kept.ranks;
    const texts = [...new Set([...this.entries.values()].map((entry) => entry.text))];
    texts.sort((a, b) => collator.compare(a, b));
    const rankOf = new Map(texts.map((text, rank) => [text, rank]));
    const ranks = new Float64Array(table.slotLimit).fill(Number.POSITIVE_INFINITY);
    for (const [tag, { text }] of this.entries) {
      const slot = table.slotOf(tag);
      if (slot !== undefined) ranks[slot] = rankOf.get(text) ?? Number.POSITIVE_INFINITY;
    }
    this.kept = { table, members: table.members, ranks };
    return ranks;
  }
}
