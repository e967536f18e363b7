/**
 * Preprocessing tokens of C and C++: names, numbers, character and string literals, punctuators, with their offsets.
 * Comments, white space and line splices are skipped. Knows no keywords and expands nothing.
 */
export type TokenKind = 'name' | 'number' | 'char' | 'string' | 'punct';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Offsets in the text it was read from, in UTF-16 units; half-open. */
  readonly start: number;
  readonly end: number;
  /** The token came out of a macro's body: its offsets belong to another place. */
  readonly foreign?: true;
}

const THREE = new Set(['<<=', '>>=', '...', '->*']);
const TWO = new Set('## #@ :: -> ++ -- << >> <= >= == != && || += -= *= /= %= &= |= ^='.split(' '));

function isNameStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 36 || code > 0xbf;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** End of the comment at `at`, or -1 when none begins there. */
export function commentEnd(text: string, at: number, limit: number): number {
  const next = text.charCodeAt(at + 1);
  if (next === 42) {
    const close = text.indexOf('*/', at + 2);
    return close < 0 || close + 2 > limit ? limit : close + 2;
  }
  if (next !== 47) return -1;
  let end = at + 2;
  for (;;) {
    const line = text.indexOf('\n', end);
    if (line < 0 || line >= limit) return limit;
    const before = text.charCodeAt(line - 1) === 13 ? line - 2 : line - 1;
    if (text.charCodeAt(before) !== 92) return line;
    end = line + 1;
  }
}

/** End of the quoted literal whose quote stands at `at`; it ends at the line's end when unterminated. */
export function literalEnd(text: string, at: number, limit: number): number {
  const quote = text.charCodeAt(at);
  for (let end = at + 1; end < limit; end += 1) {
    const code = text.charCodeAt(end);
    if (code === quote) return end + 1;
    if (code === 10) return end;
    if (code === 92) end += text.charCodeAt(end + 1) === 13 && text.charCodeAt(end + 2) === 10 ? 2 : 1;
  }
  return limit;
}

/** End of a raw string whose quote stands at `at` (`R"x(…)x"`), or -1 when it is none. */
function rawStringEnd(text: string, at: number, limit: number): number {
  const open = text.indexOf('(', at);
  if (open < 0 || open - at > 17) return -1;
  const close = text.indexOf(`)${text.slice(at + 1, open)}"`, open);
  return close < 0 ? limit : Math.min(limit, close + (open - at) + 1);
}

function nameEnd(text: string, at: number, limit: number): number {
  let end = at + 1;
  while (end < limit && (isNameStart(text.charCodeAt(end)) || isDigit(text.charCodeAt(end)))) end += 1;
  return end;
}

function numberEnd(text: string, at: number, limit: number): number {
  let end = at + 1;
  for (; end < limit; end += 1) {
    const code = text.charCodeAt(end);
    if (isDigit(code) || isNameStart(code) || code === 46) continue;
    // A digit separator stands between two digits; an exponent's sign after e or p.
    if (code === 39 && /[0-9a-fA-F]/.test(text.charAt(end + 1))) continue;
    if ((code === 43 || code === 45) && /[eEpP]/.test(text.charAt(end - 1)) && !/^0[xX]/.test(text.slice(at, at + 2)))
      continue;
    break;
  }
  return end;
}

/** Length of the encoding prefix (`L`, `u8`, `R`, …) if the name from `at` to `end` is one and a quote follows. */
function prefixesQuote(text: string, at: number, end: number): boolean {
  const code = text.charCodeAt(end);
  return end - at <= 3 && (code === 34 || code === 39) && /^(?:L|u8?|U|R|LR|u8?R|UR)$/.test(text.slice(at, end));
}

function makeToken(kind: TokenKind, text: string, start: number, end: number): Token {
  return { kind, text: text.slice(start, end), start, end };
}

function readToken(text: string, at: number, limit: number): Token {
  const code = text.charCodeAt(at);
  if (isNameStart(code)) {
    const end = nameEnd(text, at, limit);
    if (end >= limit || !prefixesQuote(text, at, end)) return makeToken('name', text, at, end);
    const raw = text.charCodeAt(end - 1) === 82 ? rawStringEnd(text, end, limit) : -1;
    const kind = text.charCodeAt(end) === 39 ? 'char' : 'string';
    return makeToken(kind, text, at, raw >= 0 ? raw : literalEnd(text, end, limit));
  }
  if (isDigit(code) || (code === 46 && isDigit(text.charCodeAt(at + 1)))) {
    return makeToken('number', text, at, numberEnd(text, at, limit));
  }
  if (code === 39) return makeToken('char', text, at, literalEnd(text, at, limit));
  if (code === 34) return makeToken('string', text, at, literalEnd(text, at, limit));
  return makeToken('punct', text, at, at + punctuatorLength(text, at, limit));
}

function punctuatorLength(text: string, at: number, limit: number): number {
  const next = text.charCodeAt(at + 1);
  // Most punctuators are followed by none: no need to look them up.
  if (at + 2 > limit || next <= 32 || isNameStart(next) || isDigit(next)) return 1;
  if (at + 3 <= limit && THREE.has(text.slice(at, at + 3))) return 3;
  return TWO.has(text.slice(at, at + 2)) ? 2 : 1;
}

/** Tokens of `text` between two offsets, in order. Any input gives tokens; an unterminated literal ends with its line. */
export function tokenize(text: string, start = 0, limit = text.length): Token[] {
  const tokens: Token[] = [];
  tokenizeInto(tokens, text, start, limit);
  return tokens;
}

/** `tokenize`, behind the tokens that are there already. */
export function tokenizeInto(tokens: Token[], text: string, start: number, limit: number): void {
  let at = start;
  while (at < limit) {
    const code = text.charCodeAt(at);
    // Blanks, line ends, byte order mark, and the backslash of a line splice.
    if (code <= 32 || code === 92 || code === 0xfeff || code === 0xa0) {
      at += 1;
      continue;
    }
    if (code === 47) {
      const end = commentEnd(text, at, limit);
      if (end >= 0) {
        at = end;
        continue;
      }
    }
    const token = readToken(text, at, limit);
    tokens.push(token);
    at = token.end;
  }
}

/** Index of the first token at or behind an offset. */
export function tokenAt(tokens: readonly Token[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((tokens[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Unclosed brackets a closer may skip; a bound, so that hostile text stays linear. */
const MOST_UNCLOSED = 64;

/** For each token the index of the bracket that closes it (for an opening one), else -1. Unbalanced ones stay -1. */
export function matchBrackets(tokens: readonly Token[]): Int32Array {
  const match = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'punct' || token.text.length !== 1) continue;
    const code = token.text.charCodeAt(0);
    if (code === 40 || code === 91 || code === 123) open.push(at);
    else if (code === 41 || code === 93 || code === 125) {
      const wanted = code === 41 ? '(' : code === 93 ? '[' : '{';
      const innermost = open.at(-1);
      if (innermost !== undefined && tokens[innermost]?.text === wanted) {
        match[innermost] = at;
        open.pop();
        continue;
      }
      // A closer of an outer bracket drops the unclosed inner ones; a closer of none is ignored.
      const deepest = Math.max(0, open.length - MOST_UNCLOSED);
      let from = open.length - 1;
      while (from >= deepest && tokens[open[from] ?? 0]?.text !== wanted) from -= 1;
      // A parenthesis never closes over a brace: the code between them is broken, not nested.
      if (from < deepest || (wanted !== '{' && open.slice(from).some((i) => tokens[i]?.text === '{'))) continue;
      match[open[from] ?? 0] = at;
      open.length = from;
    }
  }
  return match;
}

/** Tokens between angle brackets at most. */
export const MOST_ANGLED_TOKENS = 400;

/** Index behind the `>` that closes the `<` at `open`; `open` + 1 when none does. */
export function behindAngles(tokens: readonly Token[], open: number): number {
  let angles = 0;
  let brackets = 0;
  for (let at = open; at < tokens.length && at < open + MOST_ANGLED_TOKENS; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'punct') continue;
    const { text } = token;
    if (text === '(' || text === '[' || text === '{') brackets += 1;
    else if (text === ')' || text === ']' || text === '}') brackets -= 1;
    else if (brackets === 0 && text === '<') angles += 1;
    else if (brackets === 0 && (text === '>' || text === '>>')) angles -= text.length;
    if (brackets < 0 || text === ';') break;
    if (angles <= 0) return at + 1;
  }
  return open + 1;
}

/** The comma-separated parts of tokens[from…to), split outside brackets. `()` has no part, `(,)` two empty ones. */
export function splitArguments(tokens: readonly Token[], from: number, to: number): (readonly Token[])[] {
  if (from >= to) return [];
  const parts: Token[][] = [[]];
  let depth = 0;
  for (let at = from; at < to; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.kind === 'punct') {
      if (token.text === '(' || token.text === '[' || token.text === '{') depth += 1;
      else if (token.text === ')' || token.text === ']' || token.text === '}') depth -= 1;
      else if (token.text === '<' && tokens[at - 1]?.kind === 'name') {
        const behind = behindAngles(tokens, at);
        // `Pair<A, B>::Tag`, `Cast<A, B>(x)`: no comparison, whose second operand would begin so.
        if (behind > at + 1 && behind < to && /^(?:::|\(|\{)$/.test(tokens[behind]?.text ?? '')) {
          parts.at(-1)?.push(...tokens.slice(at, behind));
          at = behind - 1;
          continue;
        }
      } else if (token.text === ',' && depth === 0) {
        parts.push([]);
        continue;
      }
    }
    parts.at(-1)?.push(token);
  }
  return parts;
}

/** Parts of a list of parameters, in which `<` opens template arguments: `Holder<T, Tag> &h, ULONG n`. */
export function splitParameters(tokens: readonly Token[], from: number, to: number): (readonly Token[])[] {
  const parts = splitArguments(tokens, from, to);
  if (!parts.some((part) => part.some((token) => token.text === '<'))) return parts;
  const joined: (readonly Token[])[] = [];
  let start = from;
  let next = from;
  for (const part of parts) {
    next += part.length + 1;
    if (isOpen(tokens, start, next - 1)) continue;
    joined.push(tokens.slice(start, next - 1));
    start = next;
  }
  return start === next ? joined : parts;
}

/** Whether template arguments are open behind tokens[from…to); what stands behind `=` may compare. */
function isOpen(tokens: readonly Token[], from: number, to: number): boolean {
  let open = 0;
  for (let at = from; at < to; at += 1) {
    const { kind, text } = tokens[at] ?? { kind: 'punct', text: '' };
    if (text === '=' && open === 0) break;
    if (kind !== 'punct') continue;
    if (text === '<') open += 1;
    else if (text === '>' || text === '>>') open -= text.length;
  }
  return open > 0;
}
