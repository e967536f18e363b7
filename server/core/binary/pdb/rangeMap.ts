/**
 * Address ranges with a number each, found by binary search. Ranges may arrive unsorted and may overlap: the one that
 * starts last at or before the address answers. Of several with one start (folded functions) the first added is kept.
 */

export interface Range {
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

export class RangeMap {
  private ranges: Range[] = [];
  private sorted = true;

  /** Adds `[start, start + size)`; an empty range is dropped. */
  add(start: number, size: number, value: number): void {
    if (size <= 0) return;
    this.sorted = false;
    this.ranges.push({ start, end: start + size, value });
  }

  /** The range that holds the address, or undefined. */
  find(address: number): Range | undefined {
    const ranges = this.all();
    const found = ranges[countUpTo(ranges, address) - 1];
    return found !== undefined && address < found.end ? found : undefined;
  }

  /** All ranges by start, one for each start. */
  all(): readonly Range[] {
    if (!this.sorted) {
      this.ranges.sort((a, b) => a.start - b.start);
      this.ranges = this.ranges.filter((range, index, all) => all[index - 1]?.start !== range.start);
      this.sorted = true;
    }
    return this.ranges;
  }
}

/** How many of the sorted items start at or before the address. */
export function countUpTo(items: readonly { readonly start: number }[], address: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle]?.start ?? Infinity) <= address) low = middle + 1;
    else high = middle;
  }
  return low;
}
