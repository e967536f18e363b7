/**
 * What a sweep can say about an instruction and the stack without lifting it: a distance, nothing, or "look closer".
 * Distances are small; these values lie outside them.
 */

/** The stack or frame pointer changes in a way the statements tell. */
export const STACK_COMPLEX = 0x7fff;
/** A stack address may be put into another register or memory; neither pointer moves. */
export const STACK_ADDRESS = 0x7ffe;
/** The largest distance an effect can hold. */
export const LARGEST_STEP = 0x7000;

/** A plain distance, zero included. */
export function isStep(effect: number): boolean {
  return effect < STACK_ADDRESS;
}
