/**
 * Macros that lead to an allocator, directly or through other macros and functions: found by the names in their bodies.
 */
import type { MacroTable } from './macroTable';
import type { MacroDefinition } from './sourceText';

/** Names of macros whose replacement may call one of `targets`. A macro in a branch that is not taken counts too. */
export function macrosLeadingTo(macros: MacroTable, targets: (name: string) => boolean): Set<string> {
  const leading = new Set<string>();
  const open: MacroDefinition[] = [];
  macros.eachNaming((definition) => {
    open.push(definition);
  });
  for (let changed = true, round = 0; changed && round < 16; round += 1) {
    changed = false;
    for (const definition of open) {
      if (leading.has(definition.name)) continue;
      for (const name of definition.names) {
        if (name === definition.name || !(targets(name) || leading.has(name))) continue;
        leading.add(definition.name);
        changed = true;
        break;
      }
    }
  }
  return leading;
}
