/**
 * What a file puts into the parameters of templates whose parameters become tags: every place that names such a template
 * with arguments, whether it calls anything or not.
 */
import type { Flow } from '../externals';
import type { FunctionIndex } from '../syntax/functions';
import { angleArguments, templateKey, templateOfKey } from '../syntax/templates';
import type { Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import type { MacroDefinition } from '../text/sourceText';
import type { Names } from '../values/names';
import { ownerOf, seenOutside } from '../values/owners';
import type { Place } from '../values/place';

const MOST_ROUNDS = 4;

/** Flows into these templates, and into those that pass their own parameters on to them. */
export function findTemplateFlows(
  masked: MaskedSource,
  functions: FunctionIndex,
  names: Names,
  templates: Iterable<string>,
): Flow[] {
  const flows: Flow[] = [];
  const known = new Set<string>();
  let open = new Set(templates);
  for (let round = 0; round < MOST_ROUNDS && open.size > 0; round += 1) {
    for (const name of open) known.add(name);
    const found = flowsInto(masked, functions, names, open);
    flows.push(...found);
    const from = found.flatMap((flow) => (flow.from ?? []).flatMap(({ key }) => templateOfKey(key) ?? []));
    open = new Set(from.filter((name) => !known.has(name)));
  }
  return flows;
}

function flowsInto(
  masked: MaskedSource,
  functions: FunctionIndex,
  names: Names,
  templates: ReadonlySet<string>,
): Flow[] {
  const inCode = flowsAmong(masked.tokens, names, templates, ({ start }) => {
    const definition = functions.around(start);
    return { place: { offset: start, ...(definition && { function: definition }) } };
  });
  const inMacros = names.macrosNaming(templates).flatMap((macro) => {
    const place = { offset: Number.MAX_SAFE_INTEGER, macroParameters: macro.parameters ?? [] };
    return flowsAmong(macro.body, names, templates, () => ({ place, macro }));
  });
  return [...inCode, ...inMacros];
}

function flowsAmong(
  tokens: readonly Token[],
  names: Names,
  templates: ReadonlySet<string>,
  placeOf: (token: Token) => { readonly place: Place; readonly macro?: MacroDefinition },
): Flow[] {
  const flows: Flow[] = [];
  for (let at = 0; at + 1 < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || tokens[at + 1]?.text !== '<' || !templates.has(token.text)) continue;
    const args = angleArguments(tokens, at + 1);
    if (args === undefined) continue;
    const { place, macro } = placeOf(token);
    for (const [parameter, value] of names.templateArguments({ name: token.text, args }, place).entries()) {
      if (value === undefined) continue;
      const { tags, reasons, arriving = [] } = seenOutside(value, ownerOf(place, macro));
      const from = arriving.filter((one) => one.index >= 0).map(({ key, index }) => ({ key, index }));
      const to = templateKey(token.text);
      if (from.some(({ key, index }) => key === to && index === parameter)) continue;
      flows.push({ to, parameter, tags, reasons, ...(from.length > 0 && { from }) });
    }
  }
  return flows;
}
