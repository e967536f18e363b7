/**
 * Arithmetic of pool counters: outstanding blocks and changes, with the 32-bit wrap of the kernel's tag table.
 * Class 22 counts allocations and frees in 32 bits and lets them wrap; class 255 and captures may go past that.
 */

const TWO_32 = 0x1_0000_0000;

/**
 * `later - earlier` for two readings of a counter that may be a wrapping 32-bit one. A result is taken as wrapped only
 * when that makes it the smaller step: a counter that went back a little (a reboot, a torn read) stays negative.
 */
export function counterDelta(earlier: number, later: number): number {
  const difference = later - earlier;
  if (difference >= 0 || earlier >= TWO_32 || later >= TWO_32) return difference;
  return difference + TWO_32 < TWO_32 / 2 ? difference + TWO_32 : difference;
}

/** Blocks that are allocated and not freed: PoolMon's Diff. */
export function outstanding(allocs: number, frees: number): number {
  return counterDelta(frees, allocs);
}

/** Bytes per outstanding block as PoolMon prints it: rounded down, 0 when nothing is outstanding. */
export function bytesPerBlock(bytes: number, blocks: number): number {
  return blocks > 0 ? Math.floor(bytes / blocks) : 0;
}
