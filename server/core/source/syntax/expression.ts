/**
 * Syntax of C and C++ expressions, as far as tags are spelled with them. Tokens in (macros expanded), a small tree out.
 * What it does not understand becomes `other` with its text; it never fails.
 */
import { behindAngles, matchBrackets, splitArguments, type Token } from '../text/lexer';
import { charValue, literalBytes, numberValue } from './literals';
import { angleArguments } from './templates';

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  /** Bytes in memory, without the closing NUL; a character of a wide string has two. */
  | { readonly kind: 'string'; readonly bytes: readonly number[]; readonly width: 1 | 2 }
  /** `Tag`, or `Driver::c_PoolTag` as two parts. */
  | ({ readonly kind: 'name'; readonly token: Token } & QualifiedName)
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'conditional'; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: 'call'; readonly callee: QualifiedName; readonly args: readonly Expression[] }
  | { readonly kind: 'index'; readonly object: Expression; readonly index: Expression }
  | { readonly kind: 'member'; readonly object: Expression; readonly member: string }
  | { readonly kind: 'cast'; readonly type: string; readonly operand: Expression }
  | { readonly kind: 'other'; readonly text: string };

export interface QualifiedName {
  readonly path: readonly string[];
  /** Template arguments behind each part; absent where no part has any. */
  readonly angles?: readonly (readonly (readonly Token[])[] | undefined)[];
}

const PRECEDENCE = new Map<string, number>(
  [
    ['||'],
    ['&&'],
    ['|'],
    ['^'],
    ['&'],
    ['==', '!='],
    ['<', '>', '<=', '>='],
    ['<<', '>>'],
    ['+', '-'],
    ['*', '/', '%'],
  ].flatMap((operators, level) => operators.map((operator): [string, number] => [operator, level + 1])),
);

const NAMED_CASTS = new Set(['static_cast', 'reinterpret_cast', 'const_cast']);
const TYPE_NAMES =
  /^(?:U?LONG(?:32|64|_PTR)?|U?INT(?:8|16|32|64|_PTR)?|D?WORD(?:32|64)?|U?SHORT|U?CHAR|BYTE|SIZE_T|size_t|u?int(?:8|16|32|64)?(?:_t)?|unsigned|signed|char|short|long|POOL_TAG|[PL]?P?U?(?:LONG|INT32|DWORD))$/;
const MOST_DEPTH = 120;
/** Operators of one level in a row; the tree leans left, and its readers recurse. */
const MOST_TERMS = 500;

/** Reads the tokens as one expression. An empty list gives `other` with an empty text. */
export function parseExpression(tokens: readonly Token[]): Expression {
  const parser = new ExpressionParser(tokens);
  const expression = parser.assignment(0);
  return parser.atEnd ? expression : { kind: 'other', text: spell(tokens) };
}

/** Tokens as text on one line, shortened for messages. */
export function spell(tokens: readonly Token[]): string {
  let text = '';
  for (const [at, token] of tokens.entries()) {
    const before = tokens[at - 1];
    const gap = before && (before.end !== token.start || before.foreign !== token.foreign) && /\w$/.test(before.text);
    text += (gap && /^\w/.test(token.text) ? ' ' : '') + token.text;
    if (text.length > 80) return `${text.slice(0, 77)}…`;
  }
  return text;
}

class ExpressionParser {
  private at = 0;
  private readonly match: Int32Array;

  constructor(private readonly tokens: readonly Token[]) {
    this.match = matchBrackets(tokens);
  }

  get atEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  private peek(ahead = 0): string | undefined {
    return this.tokens[this.at + ahead]?.text;
  }

  private other(from: number, to: number): Expression {
    this.at = Math.max(this.at, to);
    return { kind: 'other', text: spell(this.tokens.slice(from, to)) };
  }

  /** A conditional expression; assignments and commas are not values of tags. */
  assignment(depth: number): Expression {
    const test = this.binary(1, depth);
    if (this.peek() !== '?') return test;
    if (depth > MOST_DEPTH) return this.other(this.at, this.tokens.length);
    this.at += 1;
    const yes = this.assignment(depth + 1);
    if (this.peek() !== ':') return this.other(0, this.tokens.length);
    this.at += 1;
    return { kind: 'conditional', test, yes, no: this.assignment(depth + 1) };
  }

  private binary(lowest: number, depth: number): Expression {
    let left = this.unary(depth);
    for (let terms = 0; ; terms += 1) {
      if (terms > MOST_TERMS) return this.other(0, this.tokens.length);
      const operator = this.peek();
      const level = operator === undefined ? undefined : PRECEDENCE.get(operator);
      if (operator === undefined || level === undefined || level < lowest) return left;
      if (this.tokens[this.at]?.kind !== 'punct') return left;
      this.at += 1;
      left = { kind: 'binary', operator, left, right: this.binary(level + 1, depth + 1) };
    }
  }

  private unary(depth: number): Expression {
    const operators: string[] = [];
    while (this.tokens[this.at]?.kind === 'punct' && /^[-+~!*&]$/.test(this.peek() ?? '')) {
      operators.push(this.peek() ?? '');
      this.at += 1;
      if (operators.length > MOST_DEPTH) return this.other(this.at, this.tokens.length);
    }
    let operand = this.postfix(this.primary(depth), depth);
    for (const operator of operators.reverse()) operand = { kind: 'unary', operator, operand };
    return operand;
  }

  private postfix(first: Expression, depth: number): Expression {
    let expression = first;
    for (let parts = 0; ; parts += 1) {
      if (parts > MOST_TERMS) return this.other(0, this.tokens.length);
      const token = this.tokens[this.at];
      const next = this.tokens[this.at + 1];
      if (token?.kind !== 'punct') return expression;
      if ((token.text === '.' || token.text === '->') && next?.kind === 'name') {
        expression = { kind: 'member', object: expression, member: next.text };
        this.at += 2;
      } else if (token.text === '[' && (this.match[this.at] ?? -1) >= 0) {
        const close = this.match[this.at] ?? 0;
        expression = {
          kind: 'index',
          object: expression,
          index: nested(this.tokens.slice(this.at + 1, close), depth + 1),
        };
        this.at = close + 1;
      } else if ((token.text === '(' || token.text === '{') && expression.kind === 'name') {
        expression = this.call(expression, depth);
      } else if (token.text === '(' && expression.kind === 'member') {
        const close = this.match[this.at] ?? -1;
        if (close < 0) return expression;
        expression = this.other(0, close + 1);
      } else return expression;
    }
  }

  private call(name: QualifiedName, depth: number): Expression {
    const close = this.match[this.at] ?? -1;
    if (close < 0 || depth > MOST_DEPTH) return this.other(this.at, this.tokens.length);
    const parts = splitArguments(this.tokens, this.at + 1, close);
    this.at = close + 1;
    const type = name.path.join('::');
    const callee = { path: name.path, ...(name.angles && { angles: name.angles }) };
    const args = parts.map((part) => nested(part, depth + 1));
    const [only] = args;
    // `ULONG('abcd')` and `ULONG{'abcd'}` are casts.
    if (only && args.length === 1 && TYPE_NAMES.test(type)) return { kind: 'cast', type, operand: only };
    return { kind: 'call', callee, args };
  }

  private primary(depth: number): Expression {
    const token = this.tokens[this.at];
    if (token === undefined || depth > MOST_DEPTH) return this.other(this.at, this.tokens.length);
    if (token.kind === 'punct') return token.text === '(' ? this.parenthesis(depth) : this.other(this.at, this.at + 1);
    const from = this.at;
    this.at += 1;
    if (token.kind === 'number') {
      const value = numberValue(token.text);
      return value === undefined ? this.other(from, from + 1) : { kind: 'number', value };
    }
    if (token.kind === 'char') {
      const value = charValue(token.text);
      return value === undefined ? this.other(from, from + 1) : { kind: 'number', value };
    }
    if (token.kind === 'string') return this.stringLiteral(from);
    if (NAMED_CASTS.has(token.text)) return this.namedCast(depth);
    return this.nameExpression(token);
  }

  private stringLiteral(from: number): Expression {
    const bytes: number[] = [];
    const width = this.tokens[from]?.text.startsWith('L') === true ? 2 : 1;
    for (this.at = from; this.tokens[this.at]?.kind === 'string'; this.at += 1) {
      const spelling = this.peek() ?? '';
      const piece = literalBytes(width === 2 ? spelling.replace(/^L/, '') : spelling);
      if (piece === undefined) return this.other(from, this.at + 1);
      bytes.push(...(width === 2 ? piece.flatMap((byte) => [byte, 0]) : piece));
    }
    const text: Expression = { kind: 'string', bytes, width };
    const suffix = this.tokens[this.at];
    if (suffix?.kind !== 'name' || !suffix.text.startsWith('_') || suffix.start !== this.tokens[this.at - 1]?.end)
      return text;
    this.at += 1;
    const args: Expression[] = [text, { kind: 'number', value: bytes.length / width }];
    return { kind: 'call', callee: { path: [`operator ""${suffix.text}`] }, args };
  }

  private nameExpression(first: Token): Expression {
    const path: string[] = [];
    const angles: (readonly (readonly Token[])[] | undefined)[] = [];
    let token = first;
    for (;;) {
      path.push(token.text);
      angles.push(this.templateArguments());
      const next = this.tokens[this.at + 1];
      if (this.peek() !== '::' || next?.kind !== 'name') break;
      token = next;
      this.at += 2;
    }
    return { kind: 'name', path, token, ...(angles.some((one) => one) && { angles }) };
  }

  /** `<…>` behind a name, where it can be no comparison: what stands behind it would be no operand. */
  private templateArguments(): readonly (readonly Token[])[] | undefined {
    if (this.peek() !== '<') return undefined;
    const behind = behindAngles(this.tokens, this.at);
    const next = this.tokens[behind]?.text;
    if (behind === this.at + 1 || (next !== undefined && !/^(?:::|\(|\{|\)|,)$/.test(next))) return undefined;
    const parts = angleArguments(this.tokens, this.at);
    if (parts !== undefined) this.at = behind;
    return parts;
  }

  /** `static_cast<ULONG>(x)`, the name already read. */
  private namedCast(depth: number): Expression {
    const from = this.at - 1;
    const close = this.tokens.findIndex((token, at) => at > from && token.text === '>');
    const end = close < 0 ? -1 : (this.match[close + 1] ?? -1);
    if (end < 0) return this.other(from, this.tokens.length);
    const type = spell(this.tokens.slice(this.at + 1, close));
    const operand = nested(this.tokens.slice(close + 2, end), depth + 1);
    this.at = end + 1;
    return { kind: 'cast', type, operand };
  }

  private parenthesis(depth: number): Expression {
    const open = this.at;
    const close = this.match[open] ?? -1;
    if (close < 0) return this.other(open, this.tokens.length);
    let from = open + 1;
    let to = close;
    // Redundant pairs are peeled in a loop: ten thousand of them are no recursion.
    while (from + 1 < to && this.tokens[from]?.text === '(' && this.match[from] === to - 1) {
      from += 1;
      to -= 1;
    }
    if (from === open + 1 && this.isCast(from, to)) {
      const type = spell(this.tokens.slice(from, to));
      this.at = close + 1;
      return { kind: 'cast', type, operand: depth > MOST_DEPTH ? this.other(open, close) : this.unary(depth + 1) };
    }
    this.at = close + 1;
    return nested(this.tokens.slice(from, to), depth + 1);
  }

  /** Whether tokens[from…to) between parentheses name a type and an operand follows. */
  private isCast(from: number, to: number): boolean {
    const inside = this.tokens.slice(from, to);
    const follow = this.tokens[to + 1];
    if (inside.length === 0 || follow === undefined) return false;
    if (
      !inside.every((token) => token.kind === 'name' || token.text === '*' || token.text === '&' || token.text === '::')
    )
      return false;
    if (inside[0]?.kind !== 'name') return false;
    const single = inside.length === 1 ? inside[0].text : undefined;
    if (follow.kind === 'punct') {
      if (follow.text === '(' || follow.text === '~') return true;
      // `(A) - B` subtracts, `(ULONG)-1` casts.
      return (
        /^[-+*&]$/.test(follow.text) && (single === undefined ? inside.at(-1)?.text === '*' : TYPE_NAMES.test(single))
      );
    }
    return true;
  }
}

function nested(tokens: readonly Token[], depth: number): Expression {
  if (depth > MOST_DEPTH) return { kind: 'other', text: spell(tokens) };
  const parser = new ExpressionParser(tokens);
  const expression = parser.assignment(depth);
  return parser.atEnd ? expression : { kind: 'other', text: spell(tokens) };
}
