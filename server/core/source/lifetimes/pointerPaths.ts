/**
 * Variables and members that hold a pointer, as the text names them: `Buffer`, `Extension->Buffer`, `g_List[i].Data`.
 * Reads tokens; knows no values. A member is told apart by the type of the variable its path begins with.
 */
import type { FunctionDefinition } from '../syntax/functionHead';
import { tokenAt, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';

export interface PointerPath {
  /** The variable it begins with; `this` for a member named by itself where nothing else of that name is in sight. */
  readonly root: string;
  /** Member names; none for a variable. */
  readonly members: readonly string[];
  /** `.` or `->` in front of each member. */
  readonly accesses: readonly string[];
  readonly text: string;
}

const MOST_TOKENS = 40;
const ACCESS = /^(?:->|\.)$/;

/** Without parentheses around all of it and casts in front. */
export function stripped(tokens: readonly Token[]): readonly Token[] {
  let part = tokens;
  for (let step = 0; step < 8 && part[0]?.text === '('; step += 1) {
    const close = closing(part);
    if (close === part.length - 1) part = part.slice(1, -1);
    else if (close > 0 && isType(part.slice(1, close)) && startsOperand(part[close + 1])) part = part.slice(close + 1);
    else break;
  }
  return part;
}

function closing(tokens: readonly Token[]): number {
  let depth = 0;
  for (const [at, token] of tokens.entries()) {
    if (token.text === '(') depth += 1;
    else if (token.text === ')' && (depth -= 1) === 0) return at;
  }
  return -1;
}

function isType(tokens: readonly Token[]): boolean {
  return (
    tokens.length > 0 &&
    tokens.length < 12 &&
    tokens[0]?.kind === 'name' &&
    tokens.every((token) => token.kind === 'name' || /^(?:\*|::|<|>)$/.test(token.text))
  );
}

function startsOperand(token: Token | undefined): boolean {
  return token !== undefined && (token.kind === 'name' || token.text === '(');
}

/** The path that all of these tokens are; undefined for anything else. */
export function readPath(tokens: readonly Token[]): PointerPath | undefined {
  const part = stripped(tokens);
  const [first] = part;
  if (first?.kind !== 'name' || part.length > MOST_TOKENS) return undefined;
  const members: string[] = [];
  const accesses: string[] = [];
  let at = 1;
  while (at < part.length) {
    if (part[at]?.text === '[') {
      at = behindIndex(part, at);
      if (at < 0) return undefined;
      continue;
    }
    const member = part[at + 1];
    if (!ACCESS.test(part[at]?.text ?? '') || member?.kind !== 'name') return undefined;
    members.push(member.text);
    accesses.push(part[at]?.text ?? '');
    at += 2;
  }
  return { root: first.text, members, accesses, text: part.map((token) => token.text).join('') };
}

function behindIndex(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    if (tokens[at]?.text === '[') depth += 1;
    else if (tokens[at]?.text === ']' && (depth -= 1) === 0) return at + 1;
  }
  return -1;
}

/** The path that ends in front of token `end`, as the left side of an assignment. */
export function pathBefore(tokens: readonly Token[], end: number): PointerPath | undefined {
  let first = end;
  for (;;) {
    let at = first - 1;
    while (tokens[at]?.text === ']' && end - at < MOST_TOKENS) at = openOf(tokens, at) - 1;
    if (tokens[at]?.kind !== 'name' || end - at > MOST_TOKENS) return undefined;
    first = at;
    if (!ACCESS.test(tokens[first - 1]?.text ?? '')) break;
    first -= 1;
  }
  // `*Out = …` writes to what the caller gave.
  if (tokens[first - 1]?.text === '*' && !standsInDeclaration(tokens, first)) return undefined;
  return /^(?:\)|->|\.|::)$/.test(tokens[first - 1]?.text ?? '') ? undefined : readPath(tokens.slice(first, end));
}

function openOf(tokens: readonly Token[], close: number): number {
  let depth = 0;
  for (let at = close; at >= 0 && close - at < MOST_TOKENS; at -= 1) {
    if (tokens[at]?.text === ']') depth += 1;
    else if (tokens[at]?.text === '[' && (depth -= 1) === 0) return at;
  }
  return 0;
}

function standsInDeclaration(tokens: readonly Token[], at: number): boolean {
  let before = at - 1;
  while (tokens[before]?.text === '*') before -= 1;
  return tokens[before]?.kind === 'name';
}

/** Tokens in front of a use in which the variable's declaration is looked for. */
const MOST_DECLARATIONS = 20_000;

/** Name of the type a variable is declared with inside a function, pointers and prefixes aside; undefined when not seen. */
export function declaredType(masked: MaskedSource, definition: FunctionDefinition, name: string): string | undefined {
  const { tokens } = masked;
  const from = tokenAt(tokens, definition.nameStart);
  const to = Math.min(tokenAt(tokens, definition.bodyEnd), from + MOST_DECLARATIONS);
  for (let at = from + 1; at < to; at += 1) {
    if (tokens[at]?.text !== name || !/^[=;,)[]$/.test(tokens[at + 1]?.text ?? '')) continue;
    let type = at - 1;
    while (/^(?:\*|&|const)$/.test(tokens[type]?.text ?? '')) type -= 1;
    const word = tokens[type];
    if (word?.kind !== 'name' || NOT_TYPES.has(word.text)) continue;
    const isAfter =
      type === at - 1
        ? true
        : !/^(?:=|\(|,|return|&&|\|\||[-+*/])$/.test(tokens[type - 1]?.text ?? '') ||
          tokens[type - 1]?.text === '(' ||
          tokens[type - 1]?.text === ',';
    if (!isAfter) continue;
    const isPointer = tokens.slice(type + 1, at).some((token) => token.text === '*');
    return plainType(word.text, isPointer);
  }
  return undefined;
}

const NOT_TYPES = new Set([
  'return',
  'else',
  'goto',
  'case',
  'sizeof',
  'new',
  'delete',
  'throw',
  'do',
  'in',
  'auto',
  'const',
  'void',
  'PVOID',
]);

/** `PDEVICE_EXTENSION`, `DEVICE_EXTENSION *` and `struct _DEVICE_EXTENSION *` are one. */
export function plainType(word: string, isPointer: boolean): string {
  const bare = word.replace(/^_+/, '');
  return isPointer ? bare : bare.replace(/^(?:LP|P)(?=[A-Z_]{2})/, '');
}

/** Whether a token can end an operand, so that an `&` after it is no address. */
export function isOperand(token: Token | undefined): boolean {
  return (
    token !== undefined &&
    (token.kind === 'name' || token.kind === 'number' || token.text === ')' || token.text === ']')
  );
}

/** Where the value ends that begins at a token: at the next `;`, `,` or closing bracket around it. */
export function valueEnd(tokens: readonly Token[], match: Int32Array, from: number): number {
  let at = from;
  while (at < tokens.length && !/^[;,)\]}]$/.test(tokens[at]?.text ?? '')) at = Math.max(at, match[at] ?? -1) + 1;
  return Math.min(at, tokens.length);
}
