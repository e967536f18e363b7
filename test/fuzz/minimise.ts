/** Makes an input smaller while it still shows its defect: cuts the end, cuts pieces out, then blanks what is left. */

import { joinBytes } from './mutate';

/** At most `mostTries` questions to `shows`. */
export async function minimise(
  bytes: Uint8Array,
  shows: (candidate: Uint8Array) => Promise<boolean>,
  mostTries: number,
): Promise<Uint8Array> {
  let best = bytes;
  let left = mostTries;
  const attempt = async (candidate: Uint8Array): Promise<boolean> => {
    if (left <= 0) return false;
    left -= 1;
    if (!(await shows(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let size = best.length >> 1; size > 0; size = size >> 1) {
    while (best.length > size && (await attempt(best.slice(0, best.length - size)))) continue;
  }
  // Half of what is left to try goes to each kind of change.
  const forBlanking = left >> 1;
  for (let size = best.length >> 1; size >= 1 && left > forBlanking; size = size >> 1) {
    for (let at = 0; at + size <= best.length && left > forBlanking;) {
      const rest = joinBytes(best.subarray(0, at), best.subarray(at + size));
      if (!(await attempt(rest))) at += size;
    }
  }
  for (let size = best.length >> 1; size >= 1 && left > 0; size = size >> 1) {
    for (let at = 0; at < best.length && left > 0; at += size) {
      if (best.subarray(at, at + size).every((byte) => byte === 0)) continue;
      const blank = Uint8Array.from(best);
      blank.fill(0, at, at + size);
      await attempt(blank);
    }
  }
  return best;
}
