/**
 * Macro expansion over tokens, as the C preprocessor does it: arguments, # ## #@ and __VA_ARGS__, no macro inside itself.
 * Bounded by a budget of tokens and by depth; past them the rest stays as it is.
 */
import { matchBrackets, splitArguments, tokenize, type Token } from './lexer';
import type { MacroDefinition } from './sourceText';

export interface Expansion {
  /** Definition to expand a name with, or undefined to leave it. */
  readonly lookup: (name: string) => MacroDefinition | undefined;
  /** Tokens that may still be produced; shared by nested expansions. */
  budget: number;
  /** Nesting of expansions under way. */
  depth: number;
}

const MOST_DEPTH = 48;

/** Expands tokens. `hidden` are macros that are being expanded already. */
export function expand(
  tokens: readonly Token[],
  expansion: Expansion,
  hidden: ReadonlySet<string> = new Set(),
): readonly Token[] {
  if (expansion.budget <= 0 || expansion.depth >= MOST_DEPTH) return tokens;
  if (!tokens.some((token) => token.kind === 'name' && expansion.lookup(token.text))) return tokens;
  const match = matchBrackets(tokens);
  const out: Token[] = [];
  expansion.depth += 1;
  for (let at = 0; at < tokens.length;) {
    const token = tokens[at];
    if (token === undefined) break;
    const use = readUse(tokens, match, at, expansion, hidden);
    if (use === undefined) {
      expansion.budget -= 1;
      out.push(token);
      at += 1;
      continue;
    }
    at = use.end;
    const inner = new Set(hidden).add(use.definition.name);
    const body = substitute(use.definition, use.args, expansion, hidden);
    const last = body.at(-1);
    const close = match[at] ?? -1;
    // A body that ends with the name of a function-like macro takes its arguments from what follows.
    if (last?.kind === 'name' && tokens[at]?.text === '(' && close >= 0 && expansion.lookup(last.text)?.parameters) {
      body.push(...tokens.slice(at, close + 1));
      at = close + 1;
    }
    for (const piece of expand(body, expansion, inner)) out.push(piece);
  }
  expansion.depth -= 1;
  return out;
}

interface MacroUse {
  readonly definition: MacroDefinition;
  readonly args: readonly (readonly Token[])[];
  /** Index behind the use. */
  readonly end: number;
}

function readUse(
  tokens: readonly Token[],
  match: Int32Array,
  at: number,
  expansion: Expansion,
  hidden: ReadonlySet<string>,
): MacroUse | undefined {
  const token = tokens[at];
  if (token?.kind !== 'name' || hidden.has(token.text) || expansion.budget <= 0) return undefined;
  const definition = expansion.lookup(token.text);
  if (definition === undefined) return undefined;
  if (definition.parameters === undefined) return { definition, args: [], end: at + 1 };
  if (tokens[at + 1]?.text !== '(') return undefined;
  const close = match[at + 1] ?? -1;
  if (close < 0) return undefined;
  return { definition, args: splitArguments(tokens, at + 2, close), end: close + 1 };
}

/** Argument of a parameter; the variadic parameter takes the rest with its commas. */
function argumentFor(
  definition: MacroDefinition,
  args: readonly (readonly Token[])[],
  index: number,
): readonly Token[] {
  const last = (definition.parameters?.length ?? 0) - 1;
  if (!definition.variadic || index < last) return args[index] ?? [];
  return args.slice(last).flatMap((arg, i): readonly Token[] => {
    const first = arg[0];
    return i === 0 || first === undefined
      ? arg
      : [{ kind: 'punct', text: ',', start: first.start, end: first.start, foreign: true }, ...arg];
  });
}

function substitute(
  definition: MacroDefinition,
  args: readonly (readonly Token[])[],
  expansion: Expansion,
  hidden: ReadonlySet<string>,
): Token[] {
  const parameters = definition.parameters;
  if (parameters === undefined || parameters.length === 0) return paste(definition.body);
  const out: Token[] = [];
  const body = definition.body;
  for (let at = 0; at < body.length && expansion.budget > 0; at += 1) {
    const token = body[at];
    if (token === undefined) break;
    const next = body[at + 1];
    const quoted = next?.kind === 'name' ? parameters.indexOf(next.text) : -1;
    if ((token.text === '#@' || token.text === '#') && next && quoted >= 0) {
      out.push(quote(token.text, next, argumentFor(definition, args, quoted)));
      at += 1;
      continue;
    }
    const index = token.kind === 'name' ? parameters.indexOf(token.text) : -1;
    if (index < 0) {
      out.push(token);
      continue;
    }
    const arg = argumentFor(definition, args, index);
    const pasted = next?.text === '##' || body[at - 1]?.text === '##';
    // Arguments are expanded before they go in, except beside ##.
    const pieces = pasted ? arg : expand(arg, expansion, hidden);
    expansion.budget -= pieces.length;
    for (const piece of pieces) out.push(piece);
  }
  return paste(out);
}

function quote(operator: string, at: Token, arg: readonly Token[]): Token {
  const text = arg.map((token) => token.text).join('');
  const mark = operator === '#' ? '"' : "'";
  return {
    kind: operator === '#' ? 'string' : 'char',
    text: mark + text + mark,
    start: at.start,
    end: at.end,
    foreign: true,
  };
}

function paste(tokens: readonly Token[]): Token[] {
  if (!tokens.some((token) => token.text === '##')) return [...tokens];
  const out: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    const left = out.at(-1);
    const right = tokens[at + 1];
    if (token?.text !== '##' || left === undefined || right === undefined) {
      if (token && token.text !== '##') out.push(token);
      continue;
    }
    out.pop();
    const [joined, ...more] = tokenize(left.text + right.text);
    if (joined && more.length === 0) out.push({ ...joined, start: left.start, end: left.end, foreign: true });
    else out.push(left, right);
    at += 1;
  }
  return out;
}
