/**
 * Names that outlive the text they were cut from. An engine's slice of a text keeps the whole text in memory.
 */

/** Shorter ones are copied anyway. */
const LEAST_SLICED = 13;

/** The same characters, holding on to no other text. */
export function ownCopy(slice: string): string {
  // Joined texts are laid out anew before anything is cut from them.
  return slice.length < LEAST_SLICED ? slice : ` ${slice}`.slice(1);
}
