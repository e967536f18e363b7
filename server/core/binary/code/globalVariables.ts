/**
 * Tags in variables of the image: what a writable variable can hold when nothing but visible stores of constants, and
 * its value in the file, can have put it there. Anything less is a reason, never a value.
 *
 * Why that is sound. Bytes of a variable change through (1) an instruction that names them, (2) a pointer to the object
 * they belong to, (3) somebody outside the image. (1) are found in all code; each must store a constant to exactly the
 * variable. (2) needs the object's address to be made first: by an instruction, as a pointer in data (which has a relocation, for the kernel loads no driver where it was linked), or
 * as an export; (3) needs the same, for the loader finds nothing without a pointer either. So a made address inside the
 * object forbids an answer. Which object it is, a PDB's data symbols say: from the symbol at or before the variable to
 * the next one; a symbol that is missing only makes the object look larger. Without a PDB an object may reach from any
 * address below or be walked from its end, so no address at all may be made in the section.
 * An indexed store counts as an address made. Zero in the file is no tag as long as something is stored later: the
 * kernel refuses a tag of 0.
 */
import type { ImageSection } from '../peImage';
import type { ImageCode } from './imageCode';
import type { SectionStore } from './sectionUses';
import { SectionUses } from './sectionUses';
import type { Value } from './value';
import { constantValue, unite, unknown } from './value';

const TAG_SIZE = 4;
/** A pointer-sized store of a constant sets the tag in its low half. */
const WIDEST_STORE = 8;

/** Bounds of the data object around an address, as far as symbols say. */
export type DataBounds = (rva: number) => { readonly begin: number; readonly end: number } | undefined;

export class GlobalVariables {
  readonly #uses = new Map<ImageSection, SectionUses>();
  readonly #known = new Map<number, Value>();

  constructor(
    private readonly code: ImageCode,
    private readonly exported: ReadonlySet<number>,
    private readonly boundsOf: DataBounds,
  ) {}

  /** What four bytes of a writable section can hold: constants, and reasons for what is not known. */
  valueOf(rva: number): Value {
    const known = this.#known.get(rva);
    if (known !== undefined) return known;
    const value = this.#find(rva, new Set([rva]));
    this.#known.set(rva, value);
    return value;
  }

  /** `visited`: variables that are being looked at; one that is set from itself adds nothing. */
  #find(rva: number, visited: Set<number>): Value {
    const section = this.code.image.sectionAt(rva);
    const initial = this.code.image.u32(rva);
    if (section === undefined || section.executable || initial === undefined) return unknown('global variable');
    const uses = this.#usesOf(section);
    const { begin, end } = this.#objectAround(rva, section);
    const isExported = [...this.exported].some((entry) => entry >= begin && entry < end);
    if (isExported || uses.isAddressMade(begin, end))
      return unknown('global variable that may also be set through a pointer');
    const all = uses.stores();
    if (all === undefined) return unknown('global variable in code too large to follow');
    const stores = all.filter((store) => store.rva < rva + TAG_SIZE && store.rva + store.width > rva);
    let value: Value = initial === 0 ? [] : constantValue(initial);
    for (const store of stores) value = unite(value, this.#stored(store, rva, visited));
    return value.length === 0 ? unknown('global variable that is never set') : value;
  }

  #objectAround(rva: number, section: ImageSection): { readonly begin: number; readonly end: number } {
    const bounds = this.boundsOf(rva);
    const whole = { begin: section.rva, end: section.rva + section.virtualSize };
    if (bounds === undefined || bounds.begin > rva || bounds.end < rva + TAG_SIZE) return whole;
    return { begin: Math.max(bounds.begin, whole.begin), end: Math.min(bounds.end, whole.end) };
  }

  #stored({ rva, width, analysed, index, source }: SectionStore, variable: number, visited: Set<number>): Value {
    const isWhole = rva === variable && width >= TAG_SIZE && width <= WIDEST_STORE;
    if (!isWhole || source === undefined) return unknown('global variable set to a computed value');
    let value: Value = [];
    for (const atom of analysed.flow.operandBefore(index, source)) {
      if (atom.kind === 'constant') value = unite(value, atom.value === 0 ? [] : [atom]);
      else if (atom.kind === 'global') {
        if (visited.has(atom.rva)) continue;
        visited.add(atom.rva);
        value = unite(value, this.#find(atom.rva, visited));
      } else if (atom.kind === 'entry') value = unite(value, unknown('global variable set from a parameter'));
      else if (atom.kind === 'unknown') value = unite(value, unknown(`global variable, set from: ${atom.reason}`));
      else value = unite(value, unknown('global variable set to a computed value'));
    }
    return value;
  }

  #usesOf(section: ImageSection): SectionUses {
    const known = this.#uses.get(section);
    if (known !== undefined) return known;
    const uses = new SectionUses(this.code, section);
    this.#uses.set(section, uses);
    return uses;
  }
}
