/**
 * Arithmetic of PoolMon's derived numbers: change, outstanding blocks, bytes per block.
 * Pure. Counters of older kernels are 32 bits wide and wrap; typed or damaged captures may hold any number.
 */

const WRAP = 2 ** 32;
const HALF = 2 ** 31;

/**
 * How far a counter moved. A fall by more than half of 2^32 between two 32-bit values is a wrap and counts forward;
 * any smaller fall (a reboot, another machine, a typed file) is shown as the negative change it is.
 */
export function counterDelta(previous: number, next: number): number {
  const delta = next - previous;
  return delta < -HALF && previous < WRAP ? delta + WRAP : delta;
}

/** Blocks allocated and not yet freed. Frees ahead of allocations by more than half of 2^32: allocations wrapped. */
export function outstanding(allocs: number, frees: number): number {
  const count = allocs - frees;
  return count < -HALF && frees < WRAP ? count + WRAP : count;
}

/** Bytes per outstanding block, rounded down; 0 when nothing is outstanding, as PoolMon prints it. */
export function bytesPerBlock(bytes: number, blocks: number): number {
  return blocks === 0 ? 0 : Math.trunc(bytes / blocks);
}
