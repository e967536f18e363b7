/**
 * The project's own functions that make a tag of constants: byte swaps, tags spelled as text, literal operators. Finds a
 * function by its name in a text, and runs its body over constants. Bounded; what it does not understand has no value.
 */
import { parseExpression } from '../syntax/expression';
import { parameterName } from '../syntax/functionHead';
import { angleArguments } from '../syntax/templates';
import { matchBrackets, splitArguments, splitParameters, tokenize, type Token } from '../text/lexer';
import { constant, evaluate, isConstant, NO_VALUE, type Argument, type NameScope, type TagValue } from './evaluate';

export interface ConstantFunction {
  /** Names of template parameters, then of parameters; an unnamed one is empty. */
  readonly templateParameters: readonly string[];
  readonly parameters: readonly string[];
  /** Tokens between the body's braces. */
  readonly body: readonly Token[];
  /** `constexpr` or `consteval`: its body may hold more than one `return`. */
  readonly isConstant: boolean;
  readonly start: number;
}

/** Text behind a name that is cut into tokens to find out whether a body follows. */
const MOST_FUNCTION = 4_000;
const MOST_BEFORE = 400;
const MOST_FOUND = 4;

/** Definitions of a function in a text; at most a few. */
export function functionsNamed(text: string, name: string): ConstantFunction[] {
  const found: ConstantFunction[] = [];
  for (const match of text.matchAll(patternOf(name))) {
    const definition = readDefinition(text, match.index, match.index + match[0].length - 1);
    if (definition) found.push(definition);
    if (found.length >= MOST_FOUND) break;
  }
  return found;
}

/** Declarations that are looked at for one default. */
const MOST_DECLARATIONS = 64;

/** Initializer of the parameter at `position` in a declaration or definition with that many parameters. */
export function defaultArgument(
  text: string,
  name: string,
  parameterCount: number,
  position: number,
): readonly Token[] | undefined {
  let looked = 0;
  for (const match of text.matchAll(patternOf(name))) {
    if ((looked += 1) > MOST_DECLARATIONS) return undefined;
    const open = match.index + match[0].length - 1;
    const tokens = tokenize(text, open, Math.min(text.length, open + MOST_FUNCTION));
    const close = matchBrackets(tokens)[0] ?? -1;
    const parts = close < 0 ? [] : splitParameters(tokens, 1, close);
    const assign = parts[position]?.findIndex((token) => token.text === '=') ?? -1;
    // In a call `a = b` would be an argument, too; a parameter has a type in front of its name.
    if (parts.length === parameterCount && assign > 1) return parts[position]?.slice(assign + 1);
  }
  return undefined;
}

/** A name as it stands in front of parameters; `operator ""_tag` with blanks or without. */
function patternOf(name: string): RegExp {
  const literal = /^operator ""(\w+)$/.exec(name)?.[1];
  if (literal !== undefined) return new RegExp(`\\boperator\\s*""\\s*${literal}\\s*\\(`, 'g');
  return new RegExp(`(?<![\\w.>])${name.replace(/[^\w]/g, '\\$&')}\\s*\\(`, 'g');
}

function readDefinition(text: string, start: number, open: number): ConstantFunction | undefined {
  const tokens = tokenize(text, open, Math.min(text.length, open + MOST_FUNCTION));
  const match = matchBrackets(tokens);
  const close = match[0] ?? -1;
  let brace = close + 1;
  while (/^(?:const|noexcept|override|final|throw|\(|\))$/.test(tokens[brace]?.text ?? '')) brace += 1;
  const end = tokens[brace]?.text === '{' ? (match[brace] ?? -1) : -1;
  if (close < 0 || end < 0) return undefined;
  const body = tokens.slice(brace + 1, end);
  // A body with branches of the preprocessor has more than one meaning.
  if (body.some((token) => token.text === '#')) return undefined;
  const before = headBefore(text, start);
  if (before === undefined) return undefined;
  const list = splitParameters(tokens, 1, close);
  return {
    templateParameters: templateParameters(before),
    parameters:
      list.length === 1 && list[0]?.length === 1 && list[0][0]?.text === 'void' ? [] : list.map(parameterName),
    body,
    isConstant: before.some((token) => token.text === 'constexpr' || token.text === 'consteval'),
    start,
  };
}

/** Tokens of the declaration in front of a function's name; undefined where none stands, as in front of a call. */
function headBefore(text: string, start: number): readonly Token[] | undefined {
  const tokens = tokenize(text, Math.max(0, start - MOST_BEFORE), start);
  const last = tokens.findLastIndex((token) => /^[;{}]$/.test(token.text) || token.text === '#');
  const head = tokens.slice(last + 1);
  const before = head.at(-1);
  if (before === undefined || /^(?:return|else|case|throw|new|define)$/.test(before.text)) return undefined;
  if (before.kind !== 'name' && !/^[*&>]$|^::$/.test(before.text)) return undefined;
  return head;
}

function templateParameters(head: readonly Token[]): string[] {
  const at = head.findIndex((token) => token.text === 'template');
  if (at < 0 || head[at + 1]?.text !== '<') return [];
  return (angleArguments(head, at + 1) ?? []).map((part) => parameterName(part));
}

/** What the function returns for these arguments, names of the function's own aside as `scope` has them. */
export function callFunction(
  definition: ConstantFunction,
  templateArguments: readonly TagValue[],
  args: readonly Argument[],
  scope: NameScope,
): TagValue | undefined {
  const { parameters, body } = definition;
  if (args.length !== parameters.length) return undefined;
  const locals = new Map<string, Argument>();
  for (const [at, name] of definition.templateParameters.entries()) {
    const value = templateArguments[at];
    if (value) locals.set(name, { value });
  }
  for (const [at, name] of parameters.entries()) {
    const arg = args[at];
    if (arg) locals.set(name, arg);
  }
  const inner = innerScope(locals, scope);
  if (body[0]?.text === 'return' && body.findIndex((token) => token.text === ';') === body.length - 1)
    return evaluate(parseExpression(body.slice(1, -1)), inner);
  if (!definition.isConstant) return undefined;
  const run = new Run(body, locals, inner);
  return run.result();
}

function innerScope(locals: ReadonlyMap<string, Argument>, outer: NameScope): NameScope {
  const local = (path: readonly string[]): Argument | undefined =>
    path.length === 1 ? locals.get(path[0] ?? '') : undefined;
  return {
    ...outer,
    name: (name) => local(name.path)?.value ?? outer.name(name),
    text: (name) => (locals.has(name.path.join('::')) ? local(name.path)?.text : outer.text(name)),
  };
}

const MOST_STEPS = 4_000;
const ASSIGNMENT = /^(?:[-+*/%&|^]|<<|>>)?=$/;

/** One run of a body: statements over constants, until one returns. */
class Run {
  private readonly match: Int32Array;
  private steps = MOST_STEPS;
  private returned: TagValue | undefined;
  private failed = false;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly locals: Map<string, Argument>,
    private readonly scope: NameScope,
  ) {
    this.match = matchBrackets(tokens);
  }

  result(): TagValue | undefined {
    this.block(0, this.tokens.length);
    return this.failed ? undefined : this.returned;
  }

  private get over(): boolean {
    return this.failed || this.returned !== undefined;
  }

  private block(from: number, to: number): void {
    for (let at = from; at < to && !this.over;) at = this.statement(at, to, true);
  }

  /** Passes the statement at `at`, running it if `live`; gives the index behind it. */
  private statement(at: number, to: number, live: boolean): number {
    if ((this.steps -= 1) < 0) this.failed = true;
    if (this.over) return to;
    const text = this.tokens[at]?.text ?? '';
    if (text === ';') return at + 1;
    if (text === '{') return this.braces(at, to, live);
    if (text === 'if') return this.branch(at, to, live);
    if (text === 'for' || text === 'while') return this.loop(at, to, live);
    let end = at;
    while (end < to && this.tokens[end]?.text !== ';') end = Math.max(end, this.match[end] ?? -1) + 1;
    if (live && text === 'return') this.returned = this.value(at + 1, end);
    else if (live) this.expression(at, end);
    return end + 1;
  }

  private braces(at: number, to: number, live: boolean): number {
    const close = this.match[at] ?? -1;
    if (close < 0) this.failed = true;
    if (live) this.block(at + 1, close);
    return close < 0 ? to : close + 1;
  }

  private branch(at: number, to: number, live: boolean): number {
    const open = this.tokens[at + 1]?.text === 'constexpr' ? at + 2 : at + 1;
    const close = this.match[open] ?? -1;
    if (close < 0) return this.fail(to);
    const taken = live && this.truth(open + 1, close);
    let next = this.statement(close + 1, to, taken);
    if (this.tokens[next]?.text === 'else') next = this.statement(next + 1, to, live && !taken);
    return next;
  }

  private loop(at: number, to: number, live: boolean): number {
    const open = at + 1;
    const close = this.match[open] ?? -1;
    if (close < 0) return this.fail(to);
    const isFor = this.tokens[at]?.text === 'for';
    const first = isFor ? this.semicolon(open + 1, close) : open;
    const second = isFor ? this.semicolon(first + 1, close) : close;
    const behind = this.statement(close + 1, to, false);
    if (!live) return behind;
    if (isFor) this.expression(open + 1, first);
    while (!this.over && this.truth(first + 1, second)) {
      this.statement(close + 1, to, true);
      if (isFor && !this.over) this.expression(second + 1, close);
    }
    return behind;
  }

  private fail(to: number): number {
    this.failed = true;
    return to;
  }

  private semicolon(from: number, to: number): number {
    let at = from;
    while (at < to && this.tokens[at]?.text !== ';') at += 1;
    return at;
  }

  private truth(from: number, to: number): boolean {
    if ((this.steps -= 1) < 0) this.failed = true;
    const value = from < to ? this.value(from, to) : constant(1);
    if (!isConstant(value)) this.failed = true;
    return !this.failed && value.tags[0] !== 0;
  }

  private value(from: number, to: number): TagValue {
    return evaluate(parseExpression(this.tokens.slice(from, to)), this.scope);
  }

  /** `ULONG a = 1, b = 2`, `a |= 2`, `++a`, `a++`. Anything else is not understood. */
  private expression(from: number, to: number): void {
    for (const part of splitArguments(this.tokens, from, to)) {
      const assign = part.findIndex((token) => ASSIGNMENT.test(token.text));
      const step = part.find((token) => token.text === '++' || token.text === '--');
      const name = assign > 0 ? part[assign - 1] : part.find((token) => token.kind === 'name');
      if (name?.kind !== 'name' || (assign < 0 && step === undefined && part.length < 2)) this.failed = true;
      if (this.failed || name === undefined) return;
      const before = this.locals.get(name.text)?.value ?? NO_VALUE;
      if (assign < 0 && step === undefined) this.set(part.at(-1)?.text ?? '', constant(0));
      else if (assign < 0) this.set(name.text, this.combine(step?.text === '++' ? '+' : '-', before, constant(1)));
      else {
        const value = evaluate(parseExpression(part.slice(assign + 1)), this.scope);
        const operator = (part[assign]?.text ?? '=').slice(0, -1);
        this.set(name.text, operator === '' ? value : this.combine(operator, before, value));
      }
    }
  }

  private combine(operator: string, left: TagValue, right: TagValue): TagValue {
    const [a, b] = [left.tags[0], right.tags[0]];
    if (a === undefined || b === undefined || !isConstant(left) || !isConstant(right)) {
      this.failed = true;
      return NO_VALUE;
    }
    const number = (value: number) => ({ kind: 'number', value }) as const;
    return evaluate({ kind: 'binary', operator, left: number(a), right: number(b) }, this.scope);
  }

  private set(name: string, value: TagValue): void {
    if (!isConstant(value)) this.failed = true;
    this.locals.set(name, { value });
  }
}
