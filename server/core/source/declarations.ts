/**
 * What a file declares outside its functions that can carry a tag: enumerators, constants, variables.
 * Reads tokens of a masked source; evaluates nothing.
 */
import type { MaskedSource } from './mask';
import type { Token } from './lexer';

export interface Declaration {
  readonly kind: 'enumerator' | 'constant' | 'variable' | 'extern';
  readonly name: Token;
  /** Tokens of the initializer. For an enumerator without one: those of the last that had one (none: it counts from 0). */
  readonly initializer?: readonly Token[];
  /** Enumerators behind the one that had the initializer. */
  readonly steps: number;
  readonly isStatic: boolean;
}

const MOST_DECLARATIONS = 200_000;

/** All declarations of a masked file by name. */
export function findDeclarations(masked: MaskedSource): ReadonlyMap<string, readonly Declaration[]> {
  const found = new Map<string, Declaration[]>();
  let count = 0;
  const add = (declaration: Declaration): void => {
    if ((count += 1) > MOST_DECLARATIONS) return;
    const list = found.get(declaration.name.text);
    if (list) list.push(declaration);
    else found.set(declaration.name.text, [declaration]);
  };
  const { tokens, match } = masked;
  let statement = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    const text = tokens[at]?.text;
    if (text === ';' || text === '}') statement = at + 1;
    else if (text === '(' || text === '[') at = skipTo(match, at);
    else if (text === '{') {
      const end = readBrace(masked, statement, at, add);
      if (end >= 0) at = end;
      // Behind a body a new statement begins; behind an enumeration its declarators still may follow.
      if (tokens[at + 1]?.text !== ';') statement = at + 1;
    } else if (text === '=') at = readInitialized(masked, statement, at, add);
    if (tokens[at + 1]?.text === ';') readBare(tokens, statement, at, add);
  }
  return found;
}

function skipTo(match: Int32Array, at: number): number {
  const close = match[at] ?? -1;
  return close < 0 ? at : close;
}

/** A brace: enumerators are read, function bodies skipped (index of the closing brace), others entered (-1). */
function readBrace(masked: MaskedSource, statement: number, at: number, add: (d: Declaration) => void): number {
  const { tokens, match } = masked;
  const close = match[at] ?? -1;
  const head = tokens.slice(Math.max(statement, at - 12), at);
  if (head.some((token) => token.text === 'enum')) {
    readEnumerators(tokens, match, at + 1, close < 0 ? tokens.length : close, add);
    return close < 0 ? tokens.length : close;
  }
  const before = head.findLast((token) => !/^(?:const|final|volatile)$/.test(token.text));
  return before?.text === ')' ? close : -1;
}

function readEnumerators(
  tokens: readonly Token[],
  match: Int32Array,
  from: number,
  to: number,
  add: (d: Declaration) => void,
): void {
  let initializer: readonly Token[] | undefined;
  let steps = 0;
  for (let at = from; at < to;) {
    let end = at;
    while (end < to && tokens[end]?.text !== ',') end = Math.max(end, match[end] ?? -1) + 1;
    const name = tokens[at];
    if (tokens[at + 1]?.text === '=') {
      initializer = tokens.slice(at + 2, end);
      steps = 0;
    }
    if (name?.kind === 'name') {
      add({ kind: 'enumerator', name, ...(initializer && { initializer }), steps, isStatic: false });
    }
    steps += 1;
    at = end + 1;
  }
}

/** `type name = value, …;` with the `=` at `at`: records the name, returns the index of the initializer's last token. */
function readInitialized(masked: MaskedSource, statement: number, at: number, add: (d: Declaration) => void): number {
  const { tokens, match } = masked;
  let end = at + 1;
  while (end < tokens.length && !/^[;,}]$/.test(tokens[end]?.text ?? '')) end = Math.max(end, match[end] ?? -1) + 1;
  const name = tokens[at - 1];
  if (name?.kind === 'name' && at - 1 > statement) {
    const words = new Set(tokens.slice(Math.max(statement, at - 24), at - 1).map((token) => token.text));
    const constant = words.has('const') || words.has('constexpr') || words.has('CONST');
    const initializer = tokens.slice(at + 1, end);
    add({ kind: constant ? 'constant' : 'variable', name, initializer, steps: 0, isStatic: words.has('static') });
  }
  return end - 1;
}

/** `extern ULONG Tag;` or `ULONG Tag;` with the last token of the statement at `at`. */
function readBare(tokens: readonly Token[], statement: number, at: number, add: (d: Declaration) => void): void {
  const name = tokens[at];
  if (name?.kind !== 'name' || at - statement < 1 || at - statement > 8) return;
  const words = new Set(tokens.slice(statement, at).map((token) => token.text));
  if (words.has('=') || words.has('typedef') || words.has('(')) return;
  add({ kind: words.has('extern') ? 'extern' : 'variable', name, steps: 0, isStatic: words.has('static') });
}
