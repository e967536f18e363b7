/**
 * What the search for values asks of the image around a function.
 */
import type { BranchEquality } from './branchEquality';
import type { FunctionCode } from './functionCode';
import type { Value } from './value';

/** What lies outside the function. */
export interface ImageContext {
  /** Value of memory at an RVA: import pointers, constants in read-only sections, else unknown. */
  load(rva: number, width: number): Value;
  /** The same by an address as 32-bit code names it. */
  loadAbsolute(address: number, width: number): Value;
  /** Whether the call changes no register (stack probes). */
  preservesRegisters(code: FunctionCode, index: number): boolean;
  /** Whether the call, of a function that is seen, leaves the register as it was. */
  keepsRegister(code: FunctionCode, index: number, register: number): boolean;
  branchEquality(code: FunctionCode, index: number): BranchEquality | undefined;
  /** Steps left for all questions about the image. */
  readonly budget: { steps: number };
}
