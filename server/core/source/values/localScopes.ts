/**
 * Where in a function's body a name is declared, and how far each declaration holds: to the end of its block, of the loop
 * or branch in whose head it stands. Reads tokens; evaluates nothing.
 */
import { bracketsAround } from '../text/bracketsAround';
import { behindAngles, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';

/** A declaration of a name inside a body. */
export interface LocalDeclaration {
  /** Index of the name's token. */
  readonly at: number;
  /** Index of the token behind which the name means something else. */
  readonly end: number;
  /** Of an enumerator: index of the token that opens its list. */
  readonly listedIn?: number;
}

const NOT_TYPES = new Set(
  'return else goto case sizeof new delete throw do in typeof if while for switch break continue'.split(' '),
);
/** Tokens of a statement in front of a declarator that are looked through for its type. */
const MOST_STATEMENT = 400;

export type BracketedTokens = Pick<MaskedSource, 'tokens' | 'match'>;

/** A first look at a name: whether what stands around it lets it be declared there. */
export function mayDeclare(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  return before?.kind === 'name' || /^[*&,>{]$/.test(before?.text ?? '');
}

/** Which of the places of a name in tokens[from…to) declare it; those of inner blocks behind those around them. */
export function localDeclarations(
  masked: BracketedTokens,
  from: number,
  to: number,
  places: readonly number[],
): LocalDeclaration[] {
  const { tokens, match } = masked;
  const around = bracketsAround(match, from, to);
  const found: LocalDeclaration[] = [];
  for (const at of places) {
    const open = around(at);
    const isEnumerator = open >= 0 && enumerates(tokens, open, at);
    if (!isEnumerator && !declaresHere(tokens, at)) continue;
    const block = isEnumerator ? around(open) : open;
    const end = block < 0 ? to : scopeEnd(masked, block, to);
    found.push({ at, end, ...(isEnumerator && { listedIn: open }) });
  }
  return found;
}

/** Whether the name at `at` stands in an enumeration whose brace is `brace`. */
function enumerates(tokens: readonly Token[], brace: number, at: number): boolean {
  if (tokens[brace]?.text !== '{' || !/^[{,]$/.test(tokens[at - 1]?.text ?? '')) return false;
  for (let back = brace - 1; back >= 0 && back >= brace - 6; back -= 1) {
    if (tokens[back]?.text === 'enum') return true;
    if (tokens[back]?.kind !== 'name' && tokens[back]?.text !== ':') return false;
  }
  return false;
}

/** Whether the name at `at` is declared there: a type stands in front, or the declarators of one. */
export function declaresHere(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1]?.text ?? '';
  if (!/^[=;,[{():]$/.test(next)) return false;
  const before = tokens[at - 1];
  if (before?.kind === 'name') return !NOT_TYPES.has(before.text) && (next !== '(' || constructs(tokens, at));
  if (next === '(') return false;
  // `Pool<T> tag`.
  if (before?.text === '>' && /^[=;{[]$/.test(next)) return startsWithType(tokens, at);
  if (before?.text !== '*' && before?.text !== '&' && before?.text !== ',') return false;
  return startsWithType(tokens, at);
}

/** `TYPE name(value);`: what stands in the parentheses is no list of parameters. */
function constructs(tokens: readonly Token[], at: number): boolean {
  let depth = 0;
  for (let next = at + 1; next < tokens.length && next < at + MOST_STATEMENT; next += 1) {
    const token = tokens[next];
    if (token?.text === '(') depth += 1;
    else if (token?.text === ')') {
      if ((depth -= 1) === 0)
        return next > at + 2 && tokens[next + 1]?.text === ';' && startsStatement(tokens[at - 2]?.text);
    } else if (token?.text === ';' || token?.text === '{') return false;
    // `ULONG f(ULONG a);`
    else if (depth === 1 && token?.kind === 'name' && tokens[next - 1]?.kind === 'name') return false;
  }
  return false;
}

function startsStatement(text: string | undefined): boolean {
  return text === undefined || /^(?:[;{}]|const|static|volatile|unsigned)$/.test(text);
}

/** Whether the statement that holds the declarator at `at` begins with a type: `ULONG a = f(1, 2), *b, name`. */
function startsWithType(tokens: readonly Token[], at: number): boolean {
  let first = at;
  let depth = 0;
  let isListed = false;
  while (first > 0 && at - first < MOST_STATEMENT) {
    const text = tokens[first - 1]?.text ?? '';
    if (text === ')' || text === ']') depth += 1;
    else if (text === '}') {
      // Of a statement, unless it closes a list of values.
      if (depth === 0 && !/^[,;]$/.test(tokens[first]?.text ?? '')) break;
      depth += 1;
    } else if (text === '(' || text === '[' || text === '{') {
      if (depth === 0) break;
      depth -= 1;
    } else if (text === ';' && depth === 0) break;
    // Behind `=` stands a value, up to the next declarator.
    else if (text === '=' && depth === 0 && !isListed) return false;
    else if (text === ',' && depth === 0) isListed = true;
    first -= 1;
  }
  while (/^(?:const|static|volatile|register|constexpr|unsigned|signed|struct|enum)$/.test(tokens[first]?.text ?? ''))
    first += 1;
  const type = tokens[first];
  if (type?.kind !== 'name' || NOT_TYPES.has(type.text)) return false;
  let next = first + 1;
  while (tokens[next]?.text === '::' && tokens[next + 1]?.kind === 'name') next += 2;
  if (tokens[next]?.text === '<') next = behindAngles(tokens, next);
  while (/^[*&]$/.test(tokens[next]?.text ?? '')) next += 1;
  // The first declarator, behind the type; `unsigned tag` has none in between.
  const isBare = first > 0 && tokens[first - 1]?.kind === 'name' && next === first + 1;
  return tokens[next]?.kind === 'name' ? next <= at : isBare && next <= at;
}

/** End of what is declared right behind an opening bracket: its block, or the statement behind a head in parentheses. */
function scopeEnd(masked: BracketedTokens, open: number, limit: number): number {
  const { tokens, match } = masked;
  const close = match[open] ?? -1;
  if (close < 0) return limit;
  if (tokens[open]?.text === '{') return close;
  const before = tokens[open - 1]?.text ?? '';
  if (/^(?:for|if|while|switch|catch|constexpr)$/.test(before)) return statementEnd(masked, close + 1, limit);
  // A lambda's parameters hold in its body.
  if (before !== ']') return close;
  let body = close + 1;
  while (body < close + 16 && /^(?:mutable|noexcept|->|\*|&|::|[A-Za-z_]\w*)$/.test(tokens[body]?.text ?? ''))
    body += 1;
  return tokens[body]?.text === '{' ? Math.max(close, match[body] ?? -1) : close;
}

const MOST_NESTED_HEADS = 64;

/** Index of the last token of the statement at `at`. */
function statementEnd({ tokens, match }: BracketedTokens, at: number, limit: number): number {
  for (let head = 0; head < MOST_NESTED_HEADS; head += 1) {
    const text = tokens[at]?.text ?? '';
    if (text === '{') return elseEnd(tokens, match, match[at] ?? limit);
    const isHead = /^(?:for|if|while|switch)$/.test(text) && tokens[at + 1]?.text === '(';
    const close = isHead ? (match[at + 1] ?? -1) : -1;
    if (close < 0) break;
    at = close + 1;
  }
  while (at < limit && tokens[at]?.text !== ';') at = Math.max(at, match[at] ?? -1) + 1;
  return at;
}

/** What is declared in the head of an `if` holds in its `else`, too. */
function elseEnd(tokens: readonly Token[], match: Int32Array, close: number): number {
  for (let end = close, arm = 0; ; arm += 1) {
    let next = end + 1;
    if (tokens[next]?.text !== 'else' || arm > MOST_NESTED_HEADS) return end;
    next += 1;
    if (tokens[next]?.text === 'if') next = (match[next + 1] ?? -1) + 1;
    if (tokens[next]?.text !== '{' || (match[next] ?? -1) < 0) return end;
    end = match[next] ?? end;
  }
}
