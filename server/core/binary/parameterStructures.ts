/**
 * Structures with a tag that a driver fills in for one call: the parameters of NDIS pools and timers, of trace logs.
 * Says where the tag stands and reads it as it is at the call; what the call does with it is no matter here.
 * Sources: nblapi.h, ndis/timer.h, wpprecorder.h.
 */
import { ALLOCATORS } from '../tags/allocators';
import type { Allocator } from '../tags/allocators';
import type { AnalysedFunction, ImageCode } from './code/imageCode';
import type { Atom, Value } from './code/value';
import { slotLocation, unite, unknown } from './code/value';
import type { ImportedFunction } from './importDirectory';

/** A call of a function that takes a structure. */
export interface StructureCall {
  readonly allocator: Allocator;
  readonly analysed: AnalysedFunction;
  /** The call's instruction. */
  readonly index: number;
  /** The argument that points to the structure. */
  readonly pointer: Value;
}

interface ParameterStructure {
  /** Function that takes the structure. */
  readonly function: string;
  /** Argument that points to it, from 1. */
  readonly argument: number;
  /** Bytes in front of the tag, on all machines: all members there are of fixed size. */
  readonly tagOffset: number;
  /** A tag of 0 asks for a default that is not the driver's. */
  readonly hasDefault?: boolean;
}

/** By the structure's name in the catalogue. The header of an NDIS structure takes four bytes. */
const STRUCTURES: ReadonlyMap<string, ParameterStructure> = new Map([
  // Header, ProtocolId, fAllocateNetBuffer, ContextSize, PoolTag
  ['NET_BUFFER_LIST_POOL_PARAMETERS', { function: 'NdisAllocateNetBufferListPool', argument: 2, tagOffset: 8 }],
  ['NET_BUFFER_POOL_PARAMETERS', { function: 'NdisAllocateNetBufferPool', argument: 2, tagOffset: 4 }],
  ['NDIS_TIMER_CHARACTERISTICS', { function: 'NdisAllocateTimerObject', argument: 2, tagOffset: 4 }],
  // Size, LogTag; the first argument is the control block that the header's inline adds.
  ['RECORDER_LOG_CREATE_PARAMS', { function: 'imp_WppRecorderLogCreate', argument: 2, tagOffset: 4, hasDefault: true }],
]);

/** The structures in the catalogue, by the function that takes them; `tagPosition` is the argument that points to one. */
const BY_FUNCTION: ReadonlyMap<string, Allocator> = new Map(
  ALLOCATORS.flatMap((allocator) => {
    const structure = STRUCTURES.get(allocator.name);
    return structure === undefined ? [] : [[structure.function, { ...allocator, tagPosition: structure.argument }]];
  }),
);

/** Imported functions that take one of the structures, by slot. */
export function parameterStructureSlots(imports: readonly ImportedFunction[]): ReadonlyMap<number, Allocator> {
  const found = new Map<number, Allocator>();
  for (const { name, slot } of imports) {
    const allocator = name === undefined ? undefined : BY_FUNCTION.get(name);
    if (allocator !== undefined) found.set(slot, allocator);
  }
  return found;
}

/** Whether calls of the allocator hand over one of the structures. */
export function takesParameterStructure({ name }: Allocator): boolean {
  return STRUCTURES.has(name);
}

/** Whether a tag that is surely 0 asks for a default which is not the driver's. */
export function asksForDefault({ name }: Allocator, tag: Value): boolean {
  const [only, more] = tag;
  const isZero = only?.kind === 'constant' && only.value === 0 && more === undefined;
  return isZero && STRUCTURES.get(name)?.hasDefault === true;
}

/** What the tag in the structure can be at a call that is handed the pointer. */
export function parameterStructureTag(code: ImageCode, call: StructureCall): Value {
  const offset = STRUCTURES.get(call.allocator.name)?.tagOffset;
  if (offset === undefined) return unknown('in a structure that is not known');
  let tag: Value = [];
  for (const pointer of call.pointer) tag = unite(tag, tagBehind(code, call, pointer, offset));
  return tag;
}

function tagBehind(code: ImageCode, { analysed, index }: StructureCall, pointer: Atom, offset: number): Value {
  switch (pointer.kind) {
    case 'stack':
      return analysed.flow.valueBefore(index, slotLocation(pointer.offset + offset));
    case 'image':
      return code.load(pointer.rva + offset, 4);
    case 'constant':
      // 32-bit code names addresses as they are.
      return code.load(pointer.value - code.image.imageBase + offset, 4);
    case 'entry':
      return unknown('in a structure that the caller fills in');
    case 'global':
    case 'import':
    case 'cycle':
      return unknown('in a structure that is not on the stack');
    case 'unknown':
      return unknown(`in a structure whose address is not known: ${pointer.reason}`);
  }
}
