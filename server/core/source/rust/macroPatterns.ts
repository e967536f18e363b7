/**
 * What `macro_rules!` patterns match: literal tokens, fragments (`$size:expr`), groups and repetitions.
 * Fragments end where the language lets another token follow; nothing is parsed for its meaning.
 */
import { isMark, type MacroToken } from './macroTokens';

export type Pattern =
  | { readonly kind: 'token'; readonly token: MacroToken }
  | { readonly kind: 'group'; readonly open: string; readonly inside: readonly Pattern[] }
  | { readonly kind: 'bind'; readonly name: string; readonly fragment: string }
  | Repetition<readonly Pattern[]>;

export interface Repetition<T> {
  readonly kind: 'repeat';
  readonly inside: T;
  readonly separator: readonly MacroToken[];
  readonly operator: string;
}

/** What a name stands for: a stretch of the arguments' tokens, or one such for each repetition. */
export type Bound =
  | { readonly kind: 'one'; readonly tokens: readonly MacroToken[]; readonly fragment: string }
  | { readonly kind: 'many'; readonly each: readonly Bound[] };
export type Bounds = ReadonlyMap<string, Bound>;

/** `$( … ) separator operator` at a dollar sign, and the token behind it. */
export function repetitionAt(
  tokens: readonly MacroToken[],
  at: number,
): (Repetition<readonly MacroToken[]> & { readonly next: number }) | undefined {
  const group = tokens[at + 1];
  if (!isMark(tokens[at], '$') || group?.kind !== 'group' || group.text !== '(') return undefined;
  for (let next = at + 2; next < tokens.length && next <= at + 4; next += 1) {
    const operator = tokens[next]?.text ?? '';
    // `$(…)++` repeats with plus signs between.
    if (!/^[*+?]$/.test(operator) || (next === at + 2 && /^[*+]$/.test(operator) && touches(tokens, next))) continue;
    return { kind: 'repeat', inside: group.inside, separator: tokens.slice(at + 2, next), operator, next: next + 1 };
  }
  return undefined;
}

function touches(tokens: readonly MacroToken[], at: number): boolean {
  const [one, other] = [tokens[at], tokens[at + 1]];
  return one !== undefined && other?.start === one.end && /^[*+?]$/.test(other.text);
}

/** The pattern of a rule; undefined when it can't be read. */
export function readPattern(tokens: readonly MacroToken[]): readonly Pattern[] | undefined {
  const found: Pattern[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    const repetition = repetitionAt(tokens, at);
    if (repetition) {
      const inside = readPattern(repetition.inside);
      if (inside === undefined) return undefined;
      found.push({ ...repetition, inside });
      at = repetition.next - 1;
    } else if (isMark(token, '$')) {
      const [name, , fragment] = tokens.slice(at + 1, at + 4);
      if (name?.kind !== 'word' || !isMark(tokens[at + 2], ':') || fragment?.kind !== 'word') return undefined;
      found.push({ kind: 'bind', name: name.text, fragment: fragment.text });
      at += 3;
    } else if (token.kind === 'group') {
      const inside = readPattern(token.inside);
      if (inside === undefined) return undefined;
      found.push({ kind: 'group', open: token.text, inside });
    } else found.push({ kind: 'token', token });
  }
  return found;
}

/** What a pattern's names stand for when it matches all of the tokens. */
export function matchAll(pattern: readonly Pattern[], tokens: readonly MacroToken[]): Bounds | undefined {
  const bounds = new Map<string, Bound>();
  return matchFrom(pattern, tokens, 0, bounds) === tokens.length ? bounds : undefined;
}

/** The token behind what the pattern matches. */
function matchFrom(
  pattern: readonly Pattern[],
  tokens: readonly MacroToken[],
  from: number,
  bounds: Map<string, Bound>,
): number | undefined {
  let at = from;
  for (const part of pattern) {
    const token = tokens[at];
    if (part.kind === 'repeat') {
      at = matchRepetition(part, tokens, at, bounds);
    } else if (part.kind === 'bind') {
      const end = fragmentEnd(part.fragment, tokens, at);
      if (end === undefined) return undefined;
      bounds.set(part.name, { kind: 'one', tokens: tokens.slice(at, end), fragment: part.fragment });
      at = end;
    } else if (part.kind === 'group') {
      if (token?.kind !== 'group' || token.text !== part.open) return undefined;
      if (matchFrom(part.inside, token.inside, 0, bounds) !== token.inside.length) return undefined;
      at += 1;
    } else {
      if (token?.kind !== part.token.kind || token.text !== part.token.text) return undefined;
      at += 1;
    }
  }
  return at;
}

function matchRepetition(
  { inside, separator, operator }: Repetition<readonly Pattern[]>,
  tokens: readonly MacroToken[],
  from: number,
  bounds: Map<string, Bound>,
): number {
  const rounds: Map<string, Bound>[] = [];
  let at = from;
  for (;;) {
    if (operator === '?' && rounds.length === 1) break;
    let next = at;
    if (rounds.length > 0 && separator.length > 0) {
      if (!separator.every((one, index) => tokens[at + index]?.text === one.text)) break;
      next += separator.length;
    }
    const found = new Map<string, Bound>();
    const end = next < tokens.length ? matchFrom(inside, tokens, next, found) : undefined;
    if (end === undefined || end === at) break;
    rounds.push(found);
    at = end;
  }
  for (const name of namesIn(inside))
    bounds.set(name, { kind: 'many', each: rounds.flatMap((round) => round.get(name) ?? []) });
  return at;
}

function namesIn(pattern: readonly Pattern[]): string[] {
  return pattern.flatMap((part) =>
    part.kind === 'bind' ? [part.name] : part.kind === 'token' ? [] : namesIn(part.inside),
  );
}

/** The token behind a fragment that begins at `at`; undefined when none begins there, or its kind is not read. */
function fragmentEnd(fragment: string, tokens: readonly MacroToken[], at: number): number | undefined {
  const token = tokens[at];
  if (fragment === 'vis') return visibilityEnd(tokens, at);
  if (token === undefined) return undefined;
  switch (fragment) {
    case 'tt':
      return at + 1;
    case 'ident':
      return token.kind === 'word' && token.text !== '_' ? at + 1 : undefined;
    case 'lifetime':
      return token.kind === 'lifetime' ? at + 1 : undefined;
    case 'block':
      return token.kind === 'group' && token.text === '{' ? at + 1 : undefined;
    case 'literal':
      return literalEnd(tokens, at);
    case 'expr':
    case 'expr_2021':
      return /^[-!&*|<.#]$/.test(token.text) || token.kind !== 'mark' ? endBefore(tokens, at, /^[,;]$/) : undefined;
    case 'ty':
    case 'path':
      return /^[&*!<(['a-zA-Z_:]/.test(token.text) ? endBefore(tokens, at, /^(?:[,;:=>|{[]|as|where)$/) : undefined;
    default:
      return undefined;
  }
}

function literalEnd(tokens: readonly MacroToken[], at: number): number | undefined {
  const first = isMark(tokens[at], '-') ? at + 1 : at;
  const token = tokens[first];
  return token?.kind === 'literal' || /^(?:true|false)$/.test(token?.text ?? '') ? first + 1 : undefined;
}

function visibilityEnd(tokens: readonly MacroToken[], at: number): number {
  if (tokens[at]?.text !== 'pub') return at;
  const group = tokens[at + 1];
  return group?.kind === 'group' && group.text === '(' ? at + 2 : at + 1;
}

/** The first token outside angle brackets that may follow, or that a fat arrow begins with; undefined when none stands before it. */
function endBefore(tokens: readonly MacroToken[], from: number, follow: RegExp): number | undefined {
  const isType = follow.source.includes('where');
  let angles = 0;
  let at = from;
  for (; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    const opensAngle = isMark(token, '<') && (isType || isMark(tokens[at - 1], ':'));
    if (opensAngle) angles += 1;
    else if (isMark(token, '>') && angles > 0 && !isMark(tokens[at - 1], '-')) angles -= 1;
    else if (isType && isMark(token, ':') && (isMark(tokens[at + 1], ':') || isMark(tokens[at - 1], ':'))) continue;
    else if (isType && at === from) continue;
    else if (angles === 0 && (follow.test(token.text) || (!isType && standsApart(tokens[at - 1], token, at > from))))
      break;
    else if (angles === 0 && isMark(token, '=') && isMark(tokens[at + 1], '>')) break;
  }
  return at > from ? at : undefined;
}

const KEYWORD =
  /^(?:as|async|await|box|break|const|continue|dyn|else|for|if|in|let|loop|match|move|mut|ref|return|static|unsafe|while|yield)$/;

/** Whether a token can't go on an expression that the one in front of it may end: `a b`, `a "text"`. */
function standsApart(before: MacroToken | undefined, token: MacroToken, isBehind: boolean): boolean {
  if (!isBehind || before === undefined || before.kind === 'mark' || KEYWORD.test(before.text)) return false;
  return (token.kind === 'word' || token.kind === 'literal') && !KEYWORD.test(token.text);
}
