/**
 * Macros that lead to an allocator, directly or through other macros and functions: found by the names in their bodies.
 */
import type { MacroTable } from '../text/macroTable';

/** Names of macros whose replacement may call one of `targets`. A macro in a branch that is not taken counts too. */
export function macrosLeadingTo(macros: MacroTable, targets: Iterable<string>): Set<string> {
  const leading = new Set<string>();
  const open = [...targets];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const macro of macros.naming(name)) {
      if (macro.name === name || leading.has(macro.name)) continue;
      leading.add(macro.name);
      open.push(macro.name);
    }
  }
  return leading;
}
