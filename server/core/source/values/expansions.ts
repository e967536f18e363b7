/**
 * Tokens with their macros expanded where a macro may have several definitions: one list for each combination of those
 * that may be in force. Knows no values.
 */
import { expand } from '../text/expand';
import type { Token } from '../text/lexer';
import type { MacroDefinition } from '../text/sourceText';

const MOST_CHOICES = 16;
const EXPANSION_BUDGET = 20_000;

/** `candidates`: the definitions that may be in force for a name, the likeliest first. */
export function expansions(
  tokens: readonly Token[],
  candidates: (name: string) => readonly MacroDefinition[],
): (readonly Token[])[] {
  const ambiguous = new Map<string, number>();
  const choice = new Map<string, number>();
  const lists: (readonly Token[])[] = [];
  const lookup = (name: string): MacroDefinition | undefined => {
    const found = distinct(candidates(name));
    if (found.length > 1) ambiguous.set(name, found.length);
    return found[choice.get(name) ?? 0];
  };
  for (let round = 0; round < MOST_CHOICES; round += 1) {
    lists.push(expand(tokens, { lookup, budget: EXPANSION_BUDGET, depth: 0 }));
    if (!advance(choice, ambiguous)) break;
  }
  return lists;
}

/** Definitions that differ in their replacement. */
function distinct(definitions: readonly MacroDefinition[]): readonly MacroDefinition[] {
  if (definitions.length < 2) return definitions;
  const seen = new Map<string, MacroDefinition>();
  for (const definition of definitions) {
    const key = `${(definition.parameters ?? ['']).join()} ${definition.body.map((token) => token.text).join(' ')}`;
    if (!seen.has(key)) seen.set(key, definition);
  }
  return [...seen.values()];
}

/** Next combination of choices; false when all have been seen. */
function advance(choice: Map<string, number>, sizes: ReadonlyMap<string, number>): boolean {
  for (const [name, size] of sizes) {
    const next = (choice.get(name) ?? 0) + 1;
    if (next < size) {
      choice.set(name, next);
      return true;
    }
    choice.set(name, 0);
  }
  return false;
}
