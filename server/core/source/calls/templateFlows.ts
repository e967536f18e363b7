/**
 * What a file puts into the parameters of templates whose parameters become tags: every place that names such a template
 * with arguments, whether it calls anything or not, and calls that leave arguments to be deduced.
 */
import type { Flow } from '../flows';
import type { FunctionIndex } from '../syntax/functions';
import { angleArguments, templateKey, templateOfKey, type Template } from '../syntax/templates';
import { behindAngles, matchBrackets, splitArguments, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import type { MacroDefinition } from '../text/sourceText';
import { deducedArguments } from '../values/deduction';
import type { Names } from '../values/names';
import { ownerOf, seenOutside } from '../values/owners';
import type { Place } from '../values/place';
import { isDeclarator } from './calls';

/** Templates of templates; each round looks at those that were not known before. */
const MOST_ROUNDS = 64;

/** Members of a template's parameters that are asked for; undefined among them: the parameters themselves. */
type Asked = ReadonlyMap<string, ReadonlySet<string | undefined>>;

/** Flows into the parameters of these `templateKey`s, and into those that are passed on to them. */
export function findTemplateFlows(
  masked: MaskedSource,
  functions: FunctionIndex,
  names: Names,
  keys: Iterable<string>,
): Flow[] {
  const flows: Flow[] = [];
  const known = new Set<string>();
  let open = new Set(keys);
  for (let round = 0; round < MOST_ROUNDS && open.size > 0; round += 1) {
    for (const key of open) known.add(key);
    const found = flowsInto(masked, functions, names, askedOf(open));
    flows.push(...found);
    const from = found.flatMap((flow) => (flow.from ?? []).flatMap(({ key }) => (templateOfKey(key) ? key : [])));
    open = new Set(from.filter((key) => !known.has(key)));
  }
  return flows;
}

function askedOf(keys: Iterable<string>): Asked {
  const asked = new Map<string, Set<string | undefined>>();
  for (const key of keys) {
    const { name = '', member } = templateOfKey(key) ?? {};
    asked.set(name, (asked.get(name) ?? new Set()).add(member));
  }
  return asked;
}

interface Found {
  readonly place: Place;
  readonly macro?: MacroDefinition;
}

function flowsInto(masked: MaskedSource, functions: FunctionIndex, names: Names, asked: Asked): Flow[] {
  masked.open(asked.keys());
  const templates = new Set(asked.keys());
  const isCall = (at: number, token: Token): boolean =>
    !functions.isDefinitionName(token) && !isDeclarator(masked.tokens, at, functions.around(token.start) !== undefined);
  const inCode = new Uses(masked.tokens, masked.match, names, asked, isCall).flows(({ start }) => {
    const definition = functions.around(start);
    return { place: { offset: start, ...(definition && { function: definition }) } };
  });
  const inMacros = names.macrosNaming(templates).flatMap((macro) => {
    const place = { offset: Number.MAX_SAFE_INTEGER, macroParameters: macro.parameters ?? [] };
    const uses = new Uses(macro.body, matchBrackets(macro.body), names, asked, () => true);
    return uses.flows(() => ({ place, macro }));
  });
  return [...inCode, ...inMacros];
}

/** Uses of templates among tokens. */
class Uses {
  constructor(
    private readonly tokens: readonly Token[],
    private readonly match: Int32Array,
    private readonly names: Names,
    private readonly asked: Asked,
    private readonly isCall: (at: number, token: Token) => boolean,
  ) {}

  flows(placeOf: (token: Token) => Found): Flow[] {
    const { tokens, asked } = this;
    const flows: Flow[] = [];
    for (let at = 0; at + 1 < tokens.length; at += 1) {
      const token = tokens[at];
      const next = tokens[at + 1]?.text;
      if (token?.kind !== 'name' || (next !== '<' && next !== '(') || !asked.has(token.text)) continue;
      const written = next === '<' ? angleArguments(tokens, at + 1) : undefined;
      if (next === '<' && written === undefined) continue;
      const open = next === '<' ? behindAngles(tokens, at + 1) : at + 1;
      const close = tokens[open]?.text === '(' ? (this.match[open] ?? -1) : -1;
      const args = close < 0 || !this.isCall(at, token) ? undefined : splitArguments(tokens, open + 1, close);
      if (next === '(' && args === undefined) continue;
      const found = placeOf(token);
      const known = this.names.index.templatesNamed(token.text);
      const named = known.filter((one) => mayBeMeant(one, tokens, at));
      if (known.length === 0) this.names.open.add(token.text);
      // A header may leave it to those who include it to have the template's own header in front of it.
      if (known.length === 0 && written) named.push(unseen(token.text, written.length));
      for (const template of named.filter((one, i) => named.findIndex((other) => isLike(one, other)) === i))
        flows.push(...this.flowsOf(template, written, args, found));
    }
    return flows;
  }

  private flowsOf(
    template: Template,
    written: readonly (readonly Token[])[] | undefined,
    args: readonly (readonly Token[])[] | undefined,
    { place, macro }: Found,
  ): Flow[] {
    const { names } = this;
    const { name, parameters, signature } = template;
    const isDeduced = signature !== undefined && args !== undefined && args.length <= signature.length;
    if (written === undefined && !isDeduced) return [];
    const whole = isDeduced
      ? deducedArguments(template, written ?? [], args, (arg) => names.objects.of(arg, place), names.index)
      : (written ?? []);
    const flows: Flow[] = [];
    for (const member of this.asked.get(name) ?? []) {
      const use = { name, args: whole };
      for (const [parameter, value] of names.templates.arguments(use, place, member, parameters).entries()) {
        if (value === undefined) continue;
        const { tags, reasons, arriving = [] } = seenOutside(value, ownerOf(place, macro));
        const from = arriving.filter((one) => one.index >= 0).map(({ key, index }) => ({ key, index }));
        const to = templateKey(name, member);
        if (from.some(({ key, index }) => key === to && index === parameter)) continue;
        flows.push({ to, parameter, tags, reasons, ...(from.length > 0 && { from }) });
      }
    }
    return flows;
  }
}

/** A template whose declaration is not at hand. */
function unseen(name: string, count: number): Template {
  return { kind: 'class', name, parameters: Array.from({ length: count }, () => NO_PARAMETER), start: 0, end: 0 };
}

const NO_PARAMETER = { name: '', isType: false } as const;

/** Whether two templates of a name take the same arguments: a class, and its methods outside of it. */
function isLike(one: Template, other: Template): boolean {
  if (one.signature || other.signature) return one === other;
  const spelled = ({ parameters }: Template): string =>
    parameters.map(({ name, isType }) => name + String(isType)).join();
  return spelled(one) === spelled(other);
}

/** Whether what stands in front of a template's name lets it be this one: an object for a class's own function. */
export function mayBeMeant({ scope, signature }: Template, tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]?.text ?? '';
  if (before === 'template') return true;
  if (signature === undefined || !/^(?:\.|->|::)$/.test(before)) return true;
  const qualifier = tokens[at - 2];
  if (before === '::') return qualifier?.kind !== 'name' ? scope !== undefined || qualifier?.text !== '>' : true;
  return scope !== undefined;
}
