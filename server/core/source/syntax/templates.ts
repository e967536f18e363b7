/**
 * Templates of a masked C++ source: their parameters, what they are parameters of, and how far they reach. Reads tokens;
 * evaluates nothing and instantiates nothing.
 */
import { behindAngles, MOST_ANGLED_TOKENS, splitParameters, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';

export interface TemplateParameter {
  /** Empty when it has none. */
  readonly name: string;
  /** A type, as in `typename T`; its value is none. */
  readonly isType: boolean;
  readonly initializer?: readonly Token[];
}

export interface Template {
  readonly kind: 'class' | 'alias' | 'other';
  /** Of the class, alias, variable or function; for a method defined outside its class, that of the class. */
  readonly name: string;
  readonly parameters: readonly TemplateParameter[];
  /** Class it is a member of; absent for functions outside of classes. */
  readonly scope?: string;
  /** Of a function: its own parameters, from which arguments for the template's are deduced. */
  readonly signature?: readonly (readonly Token[])[];
  /** From the parameters to the end of what they belong to; half-open. */
  readonly start: number;
  readonly end: number;
}

/** Under this key values flow into a template's parameters; `member`: that member of a parameter that is a type. */
export function templateKey(name: string, member?: string): string {
  return member === undefined ? `${name}<>` : `${name}<>::${member}`;
}

/** The template of such a key, and the member; undefined for keys of other things. */
export function templateOfKey(key: string): { readonly name: string; readonly member?: string } | undefined {
  const at = key.indexOf('<>');
  if (at < 0) return undefined;
  return { name: key.slice(0, at), ...(at + 2 < key.length && { member: key.slice(at + 4) }) };
}

/** The comma-separated parts between the `<` at `open` and the `>` that closes it; undefined when none closes it. */
export function angleArguments(tokens: readonly Token[], open: number): (readonly Token[])[] | undefined {
  const end = behindAngles(tokens, open);
  if (end === open + 1) return undefined;
  return splitAngles(tokens, open + 1, end - 1);
}

/** Parts of tokens[from…to), split at commas outside brackets of all kinds. */
function splitAngles(tokens: readonly Token[], from: number, to: number): (readonly Token[])[] {
  const parts: Token[][] = [];
  let part: Token[] = [];
  let depth = 0;
  for (let at = from; at < to; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.kind === 'punct') {
      if (/^[([{<]$/.test(token.text)) depth += 1;
      else if (/^[)\]}>]$/.test(token.text)) depth -= 1;
      else if (token.text === '>>') depth -= 2;
      else if (token.text === ',' && depth === 0) {
        parts.push(part);
        part = [];
        continue;
      }
    }
    part.push(token);
  }
  if (part.length > 0 || parts.length > 0) parts.push(part);
  return parts;
}

/** All templates of a masked source, the outer ones first. */
export function findTemplates(masked: MaskedSource): Template[] {
  const { tokens } = masked;
  const found: Template[] = [];
  const classes = new ClassScopes(masked);
  for (let at = 0; at < tokens.length; at += 1) {
    classes.pass(at);
    if (tokens[at]?.text !== 'template' || tokens[at + 1]?.text !== '<') continue;
    const parts = angleArguments(tokens, at + 1);
    if (parts === undefined) continue;
    const behind = behindRequirement(tokens, masked.match, behindAngles(tokens, at + 1));
    const template = readTemplate(masked, behind);
    if (template === undefined) continue;
    const { scope } = classes;
    const start = tokens[at]?.start ?? 0;
    found.push({ ...template, parameters: parts.map(readParameter), start, ...(scope !== undefined && { scope }) });
    at = behind - 1;
  }
  return found;
}

/** The class that is open where tokens are passed one after the other. */
class ClassScopes {
  private readonly open: { readonly close: number; readonly name: string }[] = [];

  constructor(private readonly masked: MaskedSource) {}

  get scope(): string | undefined {
    return this.open.at(-1)?.name;
  }

  pass(at: number): void {
    const { tokens, match } = this.masked;
    while (this.open.length > 0 && (this.open.at(-1)?.close ?? 0) <= at) this.open.pop();
    const text = tokens[at]?.text;
    if ((text !== 'class' && text !== 'struct' && text !== 'union') || /^[<,]$|^enum$/.test(tokens[at - 1]?.text ?? ''))
      return;
    let brace = at + 1;
    while (brace < at + MOST_HEAD && brace < tokens.length && !/^[;{(=)]$/.test(tokens[brace]?.text ?? ''))
      brace = tokens[brace]?.text === '<' ? behindAngles(tokens, brace) : brace + 1;
    const close = tokens[brace]?.text === '{' ? (match[brace] ?? -1) : -1;
    let name = at + 1;
    while (tokens[name + 1]?.kind === 'name' && tokens[name + 1]?.text !== 'final') name += 1;
    if (close > brace) this.open.push({ close, name: tokens[name]?.text ?? '' });
  }
}

const MOST_REQUIREMENT = 120;

/** Index behind `requires (…)`, `requires Concept<T> && …`, if one stands at `from`. */
function behindRequirement(tokens: readonly Token[], match: Int32Array, from: number): number {
  if (tokens[from]?.text !== 'requires') return from;
  for (let at = from + 1; at < tokens.length && at < from + MOST_REQUIREMENT; at += 1) {
    const token = tokens[at];
    if (token?.text === '!') continue;
    if (token?.text === 'requires') {
      if (tokens[at + 1]?.text === '(') at = match[at + 1] ?? at + 1;
      at = match[at + 1] ?? at + 1;
    } else if (token?.text === '(') at = match[at] ?? at;
    else {
      while (tokens[at + 1]?.text === '::') at += 2;
      if (tokens[at + 1]?.text === '<') at = behindAngles(tokens, at + 1) - 1;
    }
    const next = tokens[at + 1]?.text ?? '';
    if (!/^(?:&&|\|\||and|or)$/.test(next)) return at + 1;
    at += 1;
  }
  return from;
}

function readParameter(part: readonly Token[]): TemplateParameter {
  const assign = part.findIndex((token) => token.text === '=');
  const head = assign < 0 ? part : part.slice(0, assign);
  const last = head.at(-1);
  const isType = /^(?:typename|class|template)$/.test(head[0]?.text ?? '');
  const named = last?.kind === 'name' && head.length > 1;
  return {
    name: named ? last.text : '',
    isType,
    ...(assign >= 0 && { initializer: part.slice(assign + 1) }),
  };
}

/** Tokens between a template's parameters and its body. */
const MOST_HEAD = 200;

/** What follows a template's parameters, from token `from` on. */
function readTemplate(masked: MaskedSource, from: number): Omit<Template, 'parameters' | 'start'> | undefined {
  const { tokens, match } = masked;
  const kind: Template['kind'] = templateKind(tokens[from]?.text);
  let name: string | undefined;
  let signature: Template['signature'];
  for (let at = from; at < tokens.length && at < from + MOST_HEAD; at += 1) {
    const token = tokens[at];
    const text = token?.text ?? '';
    const next = tokens[at + 1]?.text ?? '';
    const read = { kind, ...(signature && { signature }) };
    if (text === ';') return name === undefined ? undefined : { ...read, name, end: token?.end ?? 0 };
    if (text === '{' || (text === '=' && kind !== 'class')) {
      if (kind === 'other') name ??= declaredName(tokens, at);
      const end = text === '{' ? (match[at] ?? -1) : tokens.findIndex((one, i) => i > at && one.text === ';');
      return name === undefined ? undefined : { ...read, name, end: tokens[end]?.end ?? tokens.at(-1)?.end ?? 0 };
    }
    if (kind === 'other' && name === undefined && text === '(') {
      name = declaredName(tokens, at);
      // A method of a class template is not called by the template's name.
      if (name !== undefined && name === tokens[at - 1]?.text)
        signature = splitParameters(tokens, at + 1, match[at] ?? at + 1);
    }
    if (token?.kind === 'name' && name === undefined && namesTemplate(kind, next)) {
      name = text;
      // A specialization has parameters of its own.
      if (next === '<') return undefined;
    }
    if (text === '(' && (match[at] ?? -1) >= 0) at = match[at] ?? at;
    else if (text === '<') at = behindAngles(tokens, at) - 1;
  }
  return undefined;
}

function templateKind(first: string | undefined): Template['kind'] {
  if (first === 'class' || first === 'struct' || first === 'union') return 'class';
  return first === 'using' ? 'alias' : 'other';
}

/** Whether the name in front of `next` is what the template is called. */
function namesTemplate(kind: Template['kind'], next: string): boolean {
  if (kind === 'class') return /^(?:[{:;<]|final)$/.test(next);
  return kind === 'alias' && next === '=';
}

/** The name in front of token `at`; of a method its class template: `Pool<T>::Alloc(`. */
function declaredName(tokens: readonly Token[], at: number): string | undefined {
  const last = tokens[at - 1]?.text === ']' ? at - 3 : at - 1;
  const name = tokens[last];
  if (name?.kind !== 'name' || /^(?:decltype|requires|explicit)$/.test(name.text)) return undefined;
  const first = tokens[last - 1]?.text === 'operator' ? last - 1 : last;
  if (tokens[first - 1]?.text !== '::' || tokens[first - 2]?.text !== '>') return name.text;
  return tokens[anglesOpenedBefore(tokens, first - 2) - 1]?.text ?? name.text;
}

/** The templates around an offset, the innermost first. */
export function templatesAround(templates: readonly Template[], offset: number): Template[] {
  return templates.filter(({ start, end }) => start <= offset && offset < end).reverse();
}

/** Index of the `<` whose `>` stands at `close`, or -1. */
export function anglesOpenedBefore(tokens: readonly Token[], close: number): number {
  for (let at = close - 1; at >= 0 && at > close - MOST_ANGLED_TOKENS; at -= 1) {
    const text = tokens[at]?.text ?? '';
    if (text === ';' || text === '{' || text === '}') return -1;
    if (text === '<' && tokens[at - 1]?.kind === 'name' && behindAngles(tokens, at) === close + 1) return at;
  }
  return -1;
}
