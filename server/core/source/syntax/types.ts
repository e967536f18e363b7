/**
 * Classes and type aliases of a masked C++ source, as far as a name can come from them: what a class derives from, what
 * an alias stands for. Reads tokens; knows no members.
 */
import { behindAngles, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import { angleArguments, type TemplateParameter } from './templates';

/** A type as it is written: `Pool<'derF'>`. */
export interface TypeUse {
  readonly name: string;
  readonly args: readonly (readonly Token[])[];
  /** The class or namespace it is named in: `Buffer` in `Buffer::Pointer`. */
  readonly outer?: string;
}

/** What one name is: a class, an alias of another type, or in two namespaces both. */
export interface TypeInfo {
  /** What a class derives from. */
  readonly bases: readonly TypeUse[];
  /** The type an alias stands for. */
  readonly alias?: TypeUse;
  /** Class whose constructors a class has by `using Base::Base;`. */
  readonly inherits?: string;
}

interface Found extends TypeInfo {
  readonly name: string;
}

const MOST_TYPES = 20_000;
const MOST_BASES = 16;

/** Classes with bases, and aliases, by name. */
export function findTypes(masked: MaskedSource): ReadonlyMap<string, TypeInfo> {
  const { tokens } = masked;
  const found = new Map<string, TypeInfo>();
  for (let at = 0; at < tokens.length && found.size < MOST_TYPES; at += 1) {
    const text = tokens[at]?.text;
    let info: Found | undefined;
    if (text === 'class' || text === 'struct') info = readClass(masked, at);
    else if (text === 'using' && tokens[at + 2]?.text === '=') info = readAlias(tokens, tokens[at + 1], at + 3);
    else if (text === 'typedef') info = readTypedef(tokens, at);
    if (info === undefined) continue;
    const known = found.get(info.name);
    const alias = known?.alias ?? info.alias;
    const inherits = known?.inherits ?? info.inherits;
    found.set(info.name, {
      bases: known?.bases.length ? known.bases : info.bases,
      ...(alias && { alias }),
      ...(inherits !== undefined && { inherits }),
    });
  }
  return found;
}

/** `class Name : public Base<1>, Other {` */
function readClass({ tokens, match }: MaskedSource, at: number): Found | undefined {
  let name: Token | undefined;
  let next = at + 1;
  for (; tokens[next]?.kind === 'name'; next += 1) if (tokens[next]?.text !== 'final') name = tokens[next];
  if (name === undefined || (tokens[next]?.text !== ':' && tokens[next]?.text !== '{')) return undefined;
  const bases: TypeUse[] = [];
  while (bases.length < MOST_BASES && /^[:,]$/.test(tokens[next]?.text ?? '')) {
    next += 1;
    while (/^(?:public|private|protected|virtual)$/.test(tokens[next]?.text ?? '')) next += 1;
    const use = readUse(tokens, next);
    if (use === undefined) break;
    bases.push(use.type);
    next = use.end;
  }
  const inherits = bases.length === 0 ? undefined : inheritedFrom(tokens, next, match[next] ?? -1, bases);
  return { name: name.text, bases, ...(inherits !== undefined && { inherits }) };
}

/** `using Base::Base;` between a class's braces. */
function inheritedFrom(
  tokens: readonly Token[],
  open: number,
  close: number,
  bases: readonly TypeUse[],
): string | undefined {
  for (let at = open + 1; at < close; at += 1) {
    if (tokens[at]?.text !== 'using') continue;
    let end = at + 1;
    while (end < close && tokens[end]?.text !== ';') end += 1;
    const name = tokens[end - 1]?.text;
    if (tokens[end - 2]?.text !== '::') continue;
    const base = bases.find((one) => one.name === name);
    if (base) return base.name;
    // `using base = Pool<1>; using base::base;`
    if (tokens[end - 3]?.text === name && bases.length === 1) return bases[0]?.name;
  }
  return undefined;
}

function readAlias(tokens: readonly Token[], name: Token | undefined, from: number): Found | undefined {
  const use = readUse(tokens, from);
  if (name === undefined || use === undefined || tokens[use.end]?.text !== ';') return undefined;
  return { name: name.text, bases: [], alias: use.type };
}

/** `typedef Pool<'derF'> Name;` */
function readTypedef(tokens: readonly Token[], at: number): Found | undefined {
  const use = readUse(tokens, at + 1);
  const name = use && tokens[use.end];
  if (use === undefined || name?.kind !== 'name' || tokens[use.end + 1]?.text !== ';') return undefined;
  return { name: name.text, bases: [], alias: use.type };
}

/** A type at `from`: the last part of its name with that part's template arguments; and the index behind it. */
export function readUse(
  tokens: readonly Token[],
  from: number,
): { readonly type: TypeUse; readonly end: number } | undefined {
  let at =
    tokens[from]?.text === '::' || /^(?:typename|struct|class|const)$/.test(tokens[from]?.text ?? '') ? from + 1 : from;
  for (;;) {
    const name = tokens[at];
    if (name?.kind !== 'name') return undefined;
    const angled = tokens[at + 1]?.text === '<';
    const args = angled ? angleArguments(tokens, at + 1) : undefined;
    const end = args ? behindAngles(tokens, at + 1) : at + 1;
    if (tokens[end]?.text !== '::' || tokens[end + 1]?.kind !== 'name')
      return { type: { name: name.text, args: args ?? [] }, end };
    at = end + 1;
  }
}

const MOST_CHAIN = 64;

/** The type, what it stands for and derives from, with arguments for template parameters put in; nearest first. */
export function typeChain(
  use: TypeUse,
  infoOf: (name: string) => TypeInfo | undefined,
  parametersOf: (name: string) => readonly TemplateParameter[],
  /** Inside a class its name is the class, whatever else it is elsewhere. */
  isInside = false,
): TypeUse[] {
  const chain: TypeUse[] = [];
  const open = [use];
  const seen = new Set<string>();
  for (let next = open.shift(); next && chain.length < MOST_CHAIN; next = open.shift()) {
    if (seen.has(next.name)) continue;
    seen.add(next.name);
    const { alias: meant, bases = [] } = infoOf(next.name) ?? {};
    const alias = isInside && next === use ? undefined : meant;
    // `using Name = other::Name<1>;` stands for the class of that name.
    const type = alias?.name === next.name && next.args.length === 0 ? alias : next;
    chain.push(type);
    const given = boundTokens(parametersOf(type.name), type.args);
    for (const base of alias && alias.name !== next.name ? [alias, ...bases] : bases) {
      const args = base.args.map((arg) => arg.flatMap((token) => given.get(token.text) ?? [token]));
      open.push({ name: base.name, args });
    }
  }
  return chain;
}

/** Tokens each named template parameter stands for, its default where no argument is given. */
export function boundTokens(
  parameters: readonly TemplateParameter[],
  args: readonly (readonly Token[])[],
): ReadonlyMap<string, readonly Token[]> {
  const bound = new Map<string, readonly Token[]>();
  for (const [at, { name, initializer }] of parameters.entries()) {
    const tokens = args[at] ?? initializer;
    if (name !== '' && tokens) bound.set(name, tokens);
  }
  return bound;
}
