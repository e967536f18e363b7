/**
 * Ways from a call to its callee besides an import slot: a table of functions behind a pointer variable (KMDF), and
 * Control Flow Guard's check and dispatch. Plain data; the images' structures are read in `kmdfTable.ts` and `guardPointers.ts`.
 */

/** A variable that points to a table of functions once a library has filled it in. */
export interface TablePointer {
  /** RVA of the variable. */
  readonly variable: number;
  /** Stands for the table's address: outside every image, so that its entries can be import slots. */
  readonly table: number;
}

export interface GuardPointers {
  /** RVA of the pointer to the function that checks a target and returns, all registers kept. */
  readonly check?: number;
  /** RVA of the pointer to the function that checks a target and goes there. */
  readonly dispatch?: number;
  /** Register that holds the target for either. */
  readonly targetRegister: number;
}

export interface Indirection {
  readonly tablePointer?: TablePointer;
  /** RVA of a table of functions that lies in the image itself. */
  readonly table?: number;
  readonly guard?: GuardPointers;
}

export const NO_INDIRECTION: Indirection = {};
