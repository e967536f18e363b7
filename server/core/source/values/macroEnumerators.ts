/**
 * Enumerators that macros bring: `#define X(name, tag) name##Tag = tag,` and `enum { LIST(X) }`. Their names need not stand
 * anywhere in the text. Evaluates nothing.
 */
import { expandedEnumerators, findMacroEnumerations, type Declaration } from '../syntax/declarations';
import { expand } from '../text/expand';
import type { MaskedSource } from '../text/mask';
import type { MacroDefinition, SourceText } from '../text/sourceText';
import type { TranslationUnit } from '../translationUnit';

export interface MacroEnumerators {
  readonly source: SourceText;
  readonly byName: ReadonlyMap<string, readonly Declaration[]>;
}

/** Something in parentheses within an enumeration. */
const MAY_HOLD = /\benum\b[^;{}()]{0,200}\{[^{}()]*\(/;
const EXPANSION_BUDGET = 50_000;

const known = new WeakMap<SourceText, boolean>();

function mayHold(source: SourceText): boolean {
  let is = known.get(source);
  if (is === undefined) known.set(source, (is = MAY_HOLD.test(source.text)));
  return is;
}

/** Those of each file of a unit that has any. */
export function findMacroEnumerators(
  unit: TranslationUnit,
  maskedOf: (source: SourceText) => MaskedSource,
): MacroEnumerators[] {
  return unit.files.filter(mayHold).flatMap((source) => {
    const byName = new Map<string, Declaration[]>();
    for (const enumeration of findMacroEnumerations(maskedOf(source))) {
      const [first] = enumeration.tokens;
      const last = enumeration.tokens.at(-1);
      if (first === undefined || last === undefined) continue;
      const lookup = (name: string): MacroDefinition | undefined => definitionAt(unit, source, name, first.start);
      const tokens = expand(enumeration.tokens, { lookup, budget: EXPANSION_BUDGET, depth: 0 });
      for (const one of expandedEnumerators(enumeration, tokens)) {
        // The text has no better place for it than where the macros are used.
        const name = { ...one.name, start: first.start, end: last.end };
        byName.set(one.name.text, [...(byName.get(one.name.text) ?? []), { ...one, name }]);
      }
    }
    return byName.size === 0 ? [] : [{ source, byName }];
  });
}

/** The one definition that can be in force at an offset of a file; undefined where there are several, or none. */
function definitionAt(
  { root, macros }: TranslationUnit,
  source: SourceText,
  name: string,
  offset: number,
): MacroDefinition | undefined {
  if (source === root) return only(macros.candidates(name, offset));
  // Usually defined right in front and undefined behind, which the unit's offsets do not tell apart in a header.
  const own = (source.macroLines.get(name) ?? []).flatMap((line) => source.layout.directives[line] ?? []);
  if (own.length === 0) return only(macros.all(name));
  const before = own.filter((directive) => directive.start < offset);
  const cleared = before.findLastIndex(({ kind }) => kind === 'undef');
  return only(before.slice(cleared + 1).flatMap((directive) => source.definition(directive) ?? []));
}

function only(definitions: readonly MacroDefinition[]): MacroDefinition | undefined {
  return definitions.length === 1 ? definitions[0] : undefined;
}
