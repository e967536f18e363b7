/**
 * Object-like macros of a file that may stand for a tag: they hold a character literal, or have TAG in their name. Only
 * these are cut into tokens. Evaluates nothing.
 */
import type { MacroDefinition, SourceText } from '../text/sourceText';

const LOOKS_LIKE_TAG = /'|tag/i;
const MOST_TOKENS = 40;

const known = new WeakMap<SourceText, readonly MacroDefinition[]>();

/** In the order of their lines. */
export function tagLikeMacros(source: SourceText): readonly MacroDefinition[] {
  let found = known.get(source);
  if (found === undefined) known.set(source, (found = readTagLike(source)));
  return found;
}

function readTagLike(source: SourceText): MacroDefinition[] {
  return source.layout.directives.flatMap((directive) => {
    if (directive.kind !== 'define') return [];
    if (!LOOKS_LIKE_TAG.test(source.text.slice(directive.argument, directive.end))) return [];
    const macro = source.definition(directive);
    const isPlain = macro !== undefined && macro.parameters === undefined;
    return isPlain && macro.body.length > 0 && macro.body.length <= MOST_TOKENS ? [macro] : [];
  });
}
