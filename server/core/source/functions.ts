/**
 * Function definitions of a masked source: name, parameters, body. tree-sitter finds them; where its tree is broken by
 * code it cannot read, brackets do. Offsets are those of the original text.
 */
import type { Node, Parser, Point, Range } from 'web-tree-sitter';
import { splitArguments, type Token } from './lexer';
import type { MaskedSource } from './mask';

export interface FunctionDefinition {
  /** As written: `ToasterAddDevice`, `CMiniport::Init`, `operator new`. */
  readonly name: string;
  /** Class the definition stands in, for a method defined inside its class. */
  readonly scope?: string;
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Parameter names in order; an unnamed one is an empty string. */
  readonly parameters: readonly string[];
  /** Body with its braces. */
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly isStatic: boolean;
}

/** Text past this size is read by brackets alone. */
const MOST_PARSED = 8_000_000;
const MOST_PARSE_STEPS = 200_000;
const NOT_FUNCTIONS = new Set([
  'if',
  'while',
  'for',
  'switch',
  'catch',
  'return',
  'sizeof',
  'do',
  'else',
  'except',
  '__except',
]);

/** All function definitions, ordered by their bodies' starts; without a parser, what brackets tell. */
export function findFunctions(masked: MaskedSource, parser: Parser | undefined): FunctionDefinition[] {
  const byBrackets = bracketFunctions(masked);
  if (parser === undefined) return byBrackets;
  const found = parseFunctions(masked, byBrackets, parser);
  const covered = found.map((f) => [f.bodyStart, f.bodyEnd] as const);
  for (const candidate of byBrackets) {
    if (!covered.some(([start, end]) => start < candidate.bodyEnd && candidate.bodyStart < end)) found.push(candidate);
  }
  return found.sort((a, b) => a.bodyStart - b.bodyStart);
}

/** The innermost definition whose body holds the offset. */
export function enclosingFunction(
  functions: readonly FunctionDefinition[],
  offset: number,
): FunctionDefinition | undefined {
  let low = 0;
  let high = functions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((functions[middle]?.bodyStart ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  for (let at = low - 1; at >= 0 && at >= low - 16; at -= 1) {
    const candidate = functions[at];
    if (candidate && offset < candidate.bodyEnd) return candidate;
  }
  return undefined;
}

/** Where the parser reads: all but the inside of function bodies, whose statements cost most and say nothing here. */
function outsideBodies(text: string, functions: readonly FunctionDefinition[]): Range[] {
  const ranges: Range[] = [];
  let at = 0;
  const add = (end: number): void => {
    // Rows are not asked for, so every position stands on row 0.
    const position = (index: number): Point => ({ row: 0, column: index });
    if (end > at) {
      ranges.push({ startIndex: at, endIndex: end, startPosition: position(at), endPosition: position(end) });
    }
  };
  for (const { bodyStart, bodyEnd } of functions) {
    if (bodyStart < at || text.charAt(bodyEnd - 1) !== '}') continue;
    add(bodyStart + 1);
    at = bodyEnd - 1;
  }
  add(text.length);
  return ranges;
}

function parseFunctions(
  masked: MaskedSource,
  byBrackets: readonly FunctionDefinition[],
  parser: Parser,
): FunctionDefinition[] {
  if (masked.text.length > MOST_PARSED) return [];
  let steps = 0;
  // A true answer stops the parser; the declared type says nothing is returned.
  const stop = (): boolean => (steps += 1) > MOST_PARSE_STEPS;
  const tree = parser.parse(masked.text, null, {
    progressCallback: stop,
    includedRanges: outsideBodies(masked.text, byBrackets),
  });
  if (tree === null) {
    parser.reset();
    return [];
  }
  try {
    return collect(tree.rootNode, masked);
  } finally {
    tree.delete();
  }
}

/** Nodes that may hold function definitions; statements and expressions are not looked into. */
const CONTAINERS = new Set([
  ...['translation_unit', 'linkage_specification', 'declaration_list', 'namespace_definition', 'template_declaration'],
  ...['class_specifier', 'struct_specifier', 'union_specifier', 'field_declaration_list', 'ERROR', 'declaration'],
  ...['type_definition', 'friend_declaration', 'field_declaration'],
]);

function collect(root: Node, masked: MaskedSource): FunctionDefinition[] {
  const found: FunctionDefinition[] = [];
  const stack: { node: Node; scope: string | undefined }[] = [{ node: root, scope: undefined }];
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    for (const child of entry.node.namedChildren) {
      if (child.type === 'function_definition') {
        const definition = readFunction(child, entry.scope, masked);
        if (definition) found.push(definition);
      } else if (CONTAINERS.has(child.type)) {
        const named = /^(?:class|struct|union)_specifier$/.test(child.type)
          ? child.childForFieldName('name')?.text
          : undefined;
        stack.push({ node: child, scope: named ?? entry.scope });
      }
    }
  }
  return found;
}

function readFunction(node: Node, scope: string | undefined, masked: MaskedSource): FunctionDefinition | undefined {
  const body = node.childForFieldName('body');
  let declarator = node.childForFieldName('declarator');
  for (let depth = 0; declarator && declarator.type !== 'function_declarator' && depth < 16; depth += 1) {
    declarator =
      declarator.childForFieldName('declarator') ??
      declarator.namedChildren.find((c) => /declarator$/.test(c.type)) ??
      null;
  }
  const list = declarator?.childForFieldName('parameters');
  if (!body || !list || !/^(?:compound_statement|try_statement)$/.test(body.type)) return undefined;
  const open = tokenAt(masked.tokens, list.startIndex);
  const named = nameBefore(masked.tokens, open);
  if (named === undefined) return undefined;
  const head = masked.text.slice(node.startIndex, named.nameStart);
  return {
    ...named,
    ...(scope !== undefined && { scope }),
    parameters: parameterNames(masked, open),
    bodyStart: body.startIndex,
    bodyEnd: body.endIndex,
    isStatic: /\bstatic\b/.test(head),
  };
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

function parameterNames(masked: MaskedSource, open: number): string[] {
  const close = masked.match[open] ?? -1;
  if (close < 0) return [];
  const parts = splitArguments(masked.tokens, open + 1, close);
  if (parts.length === 1 && parts[0]?.length === 1 && parts[0][0]?.text === 'void') return [];
  return parts.slice(0, 64).map(parameterName);
}

/** Name of one parameter: the last name outside brackets, before a default; a lone name is a type. */
export function parameterName(part: readonly Token[]): string {
  const assign = part.findIndex((token) => token.text === '=');
  const tokens = assign < 0 ? part : part.slice(0, assign);
  // A function pointer's name stands behind the first `(*`.
  const star = tokens.findIndex((token, at) => token.text === '(' && tokens[at + 1]?.text === '*');
  if (star >= 0) return tokens.slice(star).find((token) => token.kind === 'name')?.text ?? '';
  const bracket = tokens.findIndex((token) => token.text === '[');
  const flat = bracket < 0 ? tokens : tokens.slice(0, bracket);
  const last = flat.at(-1);
  return last?.kind === 'name' && flat.length > 1 ? last.text : '';
}

/** Definitions by brackets: a brace behind `name(…)`, outside any other such body. */
function bracketFunctions(masked: MaskedSource): FunctionDefinition[] {
  const { tokens, match } = masked;
  const found: FunctionDefinition[] = [];
  const opens = new Int32Array(tokens.length).fill(-1);
  for (let open = 0; open < match.length; open += 1) {
    const close = match[open] ?? -1;
    if (close >= 0) opens[close] = open;
  }
  for (let at = 0; at < tokens.length; at += 1) {
    if (tokens[at]?.text !== '{') continue;
    let before = at - 1;
    while (/^(?:const|volatile|final|mutable)$/.test(tokens[before]?.text ?? '')) before -= 1;
    const open = tokens[before]?.text === ')' ? (opens[before] ?? -1) : -1;
    if (open < 0) continue;
    const close = match[at] ?? -1;
    const end = close < 0 ? (tokens.at(-1)?.end ?? 0) : (tokens[close]?.end ?? 0);
    const definition = bracketFunction(masked, open, tokens[at]?.start ?? 0, end);
    if (definition) found.push(definition);
    if (close < 0) break;
    at = close;
  }
  return found;
}

function bracketFunction(
  masked: MaskedSource,
  open: number,
  bodyStart: number,
  bodyEnd: number,
): FunctionDefinition | undefined {
  const named = nameBefore(masked.tokens, open);
  if (named === undefined || NOT_FUNCTIONS.has(named.name)) return undefined;
  return {
    ...named,
    parameters: parameterNames(masked, open),
    bodyStart,
    bodyEnd,
    isStatic: /\bstatic\b[^;{}]*$/.test(masked.text.slice(Math.max(0, named.nameStart - 200), named.nameStart)),
  };
}

/** The name in front of a parameter list: `Name`, `Class::Name`, `operator new[]`. The tree may have taken a type for its part. */
function nameBefore(
  tokens: readonly Token[],
  open: number,
): Pick<FunctionDefinition, 'name' | 'nameStart' | 'nameEnd'> | undefined {
  let first = open - 1;
  if (tokens[first]?.text === ']' && tokens[first - 1]?.text === '[') first -= 2;
  if (tokens[first - 1]?.text === 'operator') first -= 1;
  else if (tokens[first]?.kind !== 'name') return undefined;
  while (tokens[first - 1]?.text === '::' && tokens[first - 2]?.kind === 'name') first -= 2;
  const parts = tokens.slice(first, open);
  const [start] = parts;
  const end = parts.at(-1);
  if (start === undefined || end === undefined) return undefined;
  const name = parts.map((token) => (token.text === 'operator' ? 'operator ' : token.text)).join('');
  return { name: name.slice(0, 200), nameStart: start.start, nameEnd: end.end };
}
