/**
 * Macros a translation unit has seen, in order, with how sure it is that each definition counts.
 * Offsets are those of the unit's root file: a definition from a header stands where the root includes it.
 */
import type { MacroDefinition } from './sourceText';

/** Whether the preprocessor reaches a line: `maybe` where a condition depends on macros that are not at hand. */
export type Reach = 'yes' | 'maybe' | 'no';

interface Entry {
  /** Undefined: `#undef`. */
  readonly definition: MacroDefinition | undefined;
  readonly reach: Reach;
  readonly at: number;
}

export class MacroTable {
  private readonly entries = new Map<string, Entry[]>();

  /** Records a definition, or an `#undef` when there is none. Call in the order of the preprocessor's walk. */
  add(name: string, definition: MacroDefinition | undefined, reach: Reach, at: number): void {
    const list = this.entries.get(name);
    if (list) list.push({ definition, reach, at });
    else this.entries.set(name, [{ definition, reach, at }]);
  }

  /** Definitions that may be in force at an offset, the surest first. Several: a condition could not be decided. */
  candidates(name: string, offset: number): MacroDefinition[] {
    const list = this.entries.get(name);
    const found: MacroDefinition[] = [];
    if (list === undefined) return found;
    for (let at = list.length - 1; at >= 0; at -= 1) {
      const entry = list[at];
      if (entry === undefined || entry.at > offset || entry.reach === 'no') continue;
      if (entry.definition) found.push(entry.definition);
      if (entry.reach === 'yes') break;
    }
    return found;
  }

  /** Definitions in branches that are not taken: a last resort for names that have no other. */
  untaken(name: string): MacroDefinition[] {
    return (this.entries.get(name) ?? []).flatMap((entry) =>
      entry.reach === 'no' && entry.definition ? [entry.definition] : [],
    );
  }

  /** Three-valued `defined(name)`; undefined when only unsure definitions exist, or none at all. */
  isDefined(name: string): boolean | undefined {
    const list = this.entries.get(name) ?? [];
    for (let at = list.length - 1; at >= 0; at -= 1) {
      const entry = list[at];
      if (entry?.reach === 'maybe') return undefined;
      if (entry?.reach === 'yes') return entry.definition !== undefined;
    }
    return undefined;
  }

  /** Calls back for every definition, taken or not, whose body names something. */
  eachNaming(visit: (definition: MacroDefinition) => void): void {
    for (const list of this.entries.values()) {
      for (const { definition } of list) if (definition !== undefined && definition.names.size > 0) visit(definition);
    }
  }

  /** Every definition of a name, taken or not. */
  all(name: string): MacroDefinition[] {
    return (this.entries.get(name) ?? []).flatMap((entry) => (entry.definition ? [entry.definition] : []));
  }
}
