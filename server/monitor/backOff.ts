/**
 * How long to wait before something that failed is tried again: longer each time, up to a minute. Pure.
 */

const FIRST_MS = 1000;
const MOST_MS = 60_000;

export class BackOff {
  #next: number;

  constructor(private readonly first = FIRST_MS) {
    this.#next = first;
  }

  /** Milliseconds to wait after one more failure. */
  failed(): number {
    const wait = this.#next;
    this.#next = Math.min(MOST_MS, this.#next * 2);
    return wait;
  }

  /** It has worked: the next failure is the first. */
  reset(): void {
    this.#next = this.first;
  }
}

/** `1 second`, `4 seconds`. */
export function secondsText(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  return `${seconds} second${seconds === 1 ? '' : 's'}`;
}
