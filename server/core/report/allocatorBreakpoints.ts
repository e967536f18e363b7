/**
 * Conditional breakpoints on allocators: stop where a tag is allocated, go on otherwise. The tag's place among the
 * arguments at a function's entry: x64 and ARM64 calling conventions, stdcall on x86.
 */
import type { Machine } from '../../../src/shared/facts';
import { tagToHex, type PoolTag } from '../../../src/shared/poolTag';
import { WIDE_ARGUMENTS } from '../binary/x86/x86Architecture';
import { findAllocator, type Allocator } from '../tags/allocators';

/** Which module of the debugger exports the functions of a header. */
const MODULE_OF_HEADER: ReadonlyMap<string, string> = new Map([
  ['wdm.h', 'nt'],
  ['ntifs.h', 'nt'],
  ['rxprocs.h', 'rdbss'],
  ['ndis.h', 'ndis'],
  ['nblapi.h', 'ndis'],
  ['fltkernel.h', 'fltmgr'],
  ['ks.h', 'ks'],
  ['storport.h', 'storport'],
  ['video.h', 'videoprt'],
  ['usbdlib.h', 'usbd'],
]);

/** Where nothing is known of the tag, these are asked. */
export const USUAL_ALLOCATORS = ['ExAllocatePool2', 'ExAllocatePool3', 'ExAllocatePoolWithTag'] as const;

const X64_REGISTERS = ['ecx', 'edx', 'r8d', 'r9d'] as const;

/** What the tag is read from at the first instruction of the function. */
function tagExpression({ name, tagPosition }: Allocator, machine: Machine): string {
  const hex = (value: number): string => `0x${value.toString(16)}`;
  if (machine === 'x86') return `dwo(@esp+${hex(4 * (tagPosition + (WIDE_ARGUMENTS.get(name) ?? 0)))})`;
  if (machine === 'arm64') return tagPosition <= 8 ? `@w${tagPosition - 1}` : `dwo(@sp+${hex(8 * (tagPosition - 9))})`;
  const register = X64_REGISTERS[tagPosition - 1];
  return register === undefined ? `dwo(@rsp+${hex(8 * tagPosition)})` : `@${register}`;
}

/** The debugger may extend the sign of a 32-bit register to 64 bits. */
function condition(expression: string, tag: PoolTag): string {
  if (tag < 0x80000000) return `${expression} == ${tagToHex(tag)}`;
  return `(${expression} & 0x0ffffffff) == 0x0${tag.toString(16)}`;
}

/**
 * One `bp` for each function that can be named and hands over a tag at its entry; tables of frameworks, structures and
 * macros can't.
 */
export function allocatorBreakpoints(tag: PoolTag, names: readonly string[], machine: Machine): readonly string[] {
  return [...new Set(names)].flatMap((name) => {
    const allocator = findAllocator(name);
    const module = allocator === undefined ? undefined : MODULE_OF_HEADER.get(allocator.header);
    if (allocator?.kind !== 'param' || allocator.role !== 'allocate') return [];
    if (module === undefined || allocator.kmdfIndex !== undefined || allocator.tagPosition === 0) return [];
    // storport.h: an inline over another function.
    if (allocator.header === 'storport.h') return [];
    return [`bp ${module}!${name} ".if (${condition(tagExpression(allocator, machine), tag)}) {} .else {gc}"`];
  });
}
