/**
 * What a register or stack slot can hold at a point of a program: a union of things that are known.
 * An unknown part stays in the union with its reason, so that a value is complete or says that it is not.
 */

/** A register, or a stack slot by its distance from the stack pointer at the function's entry; see `slotLocation`. */
export type Location = number;

/** Registers are below this; stack slots lie around SLOT_ORIGIN. */
const FIRST_SLOT = 1024;
const SLOT_ORIGIN = 2 ** 50;

export function slotLocation(offset: number): Location {
  return SLOT_ORIGIN + offset;
}

export function isSlot(location: Location): boolean {
  return location >= FIRST_SLOT;
}

export function slotOffset(location: Location): number {
  return location - SLOT_ORIGIN;
}

export type Atom =
  | { readonly kind: 'constant'; readonly value: number }
  /** What the location held when the function was entered. */
  | { readonly kind: 'entry'; readonly location: Location }
  /** Address on the stack, relative to the stack pointer at entry. */
  | { readonly kind: 'stack'; readonly offset: number }
  /** Address inside the image. */
  | { readonly kind: 'image'; readonly rva: number }
  /** What a variable of the image holds: four bytes in a writable section. */
  | { readonly kind: 'global'; readonly rva: number }
  /** Function pointer out of an import slot. */
  | { readonly kind: 'import'; readonly slot: number }
  | { readonly kind: 'unknown'; readonly reason: string }
  /** A definition whose value is just being computed; never leaves the engine. */
  | { readonly kind: 'cycle'; readonly definition: number };

export type Value = readonly Atom[];

/** More than this is not a set of tags. */
export const MOST_ATOMS = 16;

export function unknown(reason: string): Value {
  return [{ kind: 'unknown', reason }];
}

export function constantValue(value: number): Value {
  return [{ kind: 'constant', value: value >>> 0 }];
}

function sameAtom(a: Atom, b: Atom): boolean {
  switch (a.kind) {
    case 'constant':
      return b.kind === 'constant' && a.value === b.value;
    case 'entry':
      return b.kind === 'entry' && a.location === b.location;
    case 'stack':
      return b.kind === 'stack' && a.offset === b.offset;
    case 'image':
      return b.kind === 'image' && a.rva === b.rva;
    case 'global':
      return b.kind === 'global' && a.rva === b.rva;
    case 'import':
      return b.kind === 'import' && a.slot === b.slot;
    case 'unknown':
      return b.kind === 'unknown' && a.reason === b.reason;
    case 'cycle':
      return b.kind === 'cycle' && a.definition === b.definition;
  }
}

/** Everything either value can be. */
export function unite(a: Value, b: Value): Value {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const added = b.filter((atom) => !a.some((other) => sameAtom(atom, other)));
  if (added.length === 0) return a;
  const all = [...a, ...added];
  if (all.length <= MOST_ATOMS) return all;
  return [...all.filter((atom) => atom.kind === 'cycle'), { kind: 'unknown', reason: 'too many possible values' }];
}

/** Applies an operation to every pair of constants; anything else in the operands is handed to `other`. */
export function combine(
  a: Value,
  b: Value,
  constants: (x: number, y: number) => number,
  other: (x: Atom, y: Atom) => Value,
): Value {
  let result: Value = [];
  for (const x of a) {
    for (const y of b) {
      const one =
        x.kind === 'constant' && y.kind === 'constant' ? constantValue(constants(x.value, y.value)) : other(x, y);
      result = unite(result, one);
    }
  }
  return result;
}

/** Whether the value is exactly one address on the stack. */
export function stackOffset(value: Value): number | undefined {
  const [only] = value;
  return value.length === 1 && only?.kind === 'stack' ? only.offset : undefined;
}
