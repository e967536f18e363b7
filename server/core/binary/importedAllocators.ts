/**
 * Which imported (or exported) functions take a tag: the catalogue by name, and functions that headers hide behind
 * another name or put in front of several. Data and look-up only.
 */
import type { Allocator } from '../tags/allocators';
import { ALLOCATORS, findAllocator } from '../tags/allocators';

/** An allocator as a call in machine code reaches it. */
export interface CalledAllocator extends Allocator {
  /** The call counts only when this argument (from 1) is this constant: one function for many purposes. */
  readonly only?: { readonly argument: number; readonly value: number };
}

function hidden(name: string, more: Partial<CalledAllocator>): CalledAllocator[] {
  const allocator = findAllocator(name);
  return allocator === undefined ? [] : [{ ...allocator, ...more }];
}

const byName: ReadonlyMap<string, CalledAllocator> = new Map([
  ...ALLOCATORS.filter((allocator) => allocator.kind === 'param').map(
    (allocator) => [allocator.name, allocator] as const,
  ),
  // wdm.h: a macro that adds the size of the lock.
  ...hidden('IoInitializeRemoveLock', {}).map((allocator) => ['IoInitializeRemoveLockEx', allocator] as const),
  // storport.h: an inline that puts ExtFunctionAllocatePool (0) in front.
  ...hidden('StorPortAllocatePool', { tagPosition: 4, only: { argument: 1, value: 0 } }).map(
    (allocator) => ['StorPortExtendedFunction', allocator] as const,
  ),
]);

/** The allocator a function's name stands for in a table of imports or exports. */
export function allocatorNamed(name: string): CalledAllocator | undefined {
  return byName.get(name);
}
