/** Repeatable random numbers for the fuzzer: the same seed gives the same choices on every machine. */

export class Random {
  #state: number;

  /** Any text: the campaign's seed and the target's name. */
  constructor(seed: string) {
    // FNV-1a, so that seeds that differ in one digit start far apart.
    let hash = 0x811c9dc5;
    for (let index = 0; index < seed.length; index += 1)
      hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193) >>> 0;
    this.#state = hash;
  }

  /** 32 random bits (mulberry32). */
  bits(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** 0 up to, not including, `end`; 0 when there is no choice. */
  below(end: number): number {
    return end <= 1 ? 0 : this.bits() % end;
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.below(from.length)] ?? from[0];
  }

  /** One of a list that may be empty. */
  pickSome<T>(from: readonly T[]): T | undefined {
    return from[this.below(from.length)];
  }
}
