/**
 * Function definitions of a masked source: name, parameters, body. Brackets find them; where brackets alone leave open
 * which name a body belongs to, tree-sitter is asked. Offsets are those of the original text.
 */
import type { Parser } from 'web-tree-sitter';
import { tokenAt, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import { definitionNamed, type FunctionDefinition } from './functionHead';
import { parseFunctions } from './functionTree';

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

/** A stretch of text, half-open. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** The definitions of one masked source, and which of them an offset belongs to. */
export class FunctionIndex {
  private readonly byBrackets: readonly FunctionDefinition[];
  /** Ascending, apart from each other: where brackets don't tell all about the definitions. */
  private readonly doubts: readonly Span[];
  private parsed: FunctionLookup | undefined;
  private readonly plain: FunctionLookup;

  /** Without a parser brackets decide alone. */
  constructor(
    private readonly masked: MaskedSource,
    private readonly parser: Parser | undefined,
  ) {
    const { functions, doubts } = bracketFunctions(masked);
    this.byBrackets = functions;
    this.doubts = doubts;
    this.plain = new FunctionLookup(functions);
  }

  /** The innermost definition whose body holds the offset. */
  around(offset: number): FunctionDefinition | undefined {
    return this.at(offset).around(offset);
  }

  /** Whether this token is the name of a definition, or the last part of it. */
  isDefinitionName(token: Token): boolean {
    return this.at(token.start).nameEnds.has(token.end);
  }

  private at(offset: number): FunctionLookup {
    if (this.parser === undefined || !this.doubts.some((span) => span.start <= offset && offset < span.end))
      return this.plain;
    this.parsed ??= new FunctionLookup(this.parse(this.parser));
    return this.parsed;
  }

  private parse(parser: Parser): FunctionDefinition[] {
    const found = parseFunctions(this.masked, this.byBrackets, parser);
    const covered = found.map((f) => [f.bodyStart, f.bodyEnd] as const);
    for (const candidate of this.byBrackets) {
      if (!covered.some(([start, end]) => start < candidate.bodyEnd && candidate.bodyStart < end))
        found.push(candidate);
    }
    return found.sort((a, b) => a.bodyStart - b.bodyStart);
  }
}

/** Definitions in the order of their bodies' starts. */
class FunctionLookup {
  readonly nameEnds: ReadonlySet<number>;

  constructor(private readonly functions: readonly FunctionDefinition[]) {
    this.nameEnds = new Set(functions.map((definition) => definition.nameEnd));
  }

  around(offset: number): FunctionDefinition | undefined {
    let low = 0;
    let high = this.functions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.functions[middle]?.bodyStart ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    for (let at = low - 1; at >= 0 && at >= low - 16; at -= 1) {
      const candidate = this.functions[at];
      if (candidate && offset < candidate.bodyEnd) return candidate;
    }
    return undefined;
  }
}

/**
 * Definitions by brackets: a brace behind `name(…)`, outside any other such body. In doubt are bodies whose name need not
 * be the one in front of them, and braces of another kind that hold definitions: a class gives its methods a scope.
 */
function bracketFunctions(masked: MaskedSource): { functions: FunctionDefinition[]; doubts: Span[] } {
  const { tokens, match } = masked;
  const functions: FunctionDefinition[] = [];
  const doubts: Span[] = [];
  const doubt = (from: number, close: number): void => {
    const start = tokens[from]?.start ?? 0;
    if (start >= (doubts.at(-1)?.end ?? 0)) doubts.push({ start, end: endOf(tokens, close) });
  };
  const opens = openingBrackets(match);
  for (let at = 0; at < tokens.length; at += 1) {
    if (tokens[at]?.text !== '{') continue;
    const close = match[at] ?? -1;
    let before = at - 1;
    while (/^(?:const|volatile|final|mutable)$/.test(tokens[before]?.text ?? '')) before -= 1;
    const open = tokens[before]?.text === ')' ? (opens[before] ?? -1) : -1;
    if (open < 0) {
      if (!holdsNoDefinition(tokens, at) || holdsMethod(tokens, at, close)) doubt(at, close);
      continue;
    }
    const definition = bracketFunction(masked, open, tokens[at]?.start ?? 0, endOf(tokens, close));
    if (definition) functions.push(definition);
    // What a constructor's initializers call belongs to it, too.
    if (definition === undefined) doubt(at, close);
    else if (!standsAlone(tokens, definition)) doubt(statementStart(tokens, at), close);
    if (close < 0) break;
    at = close;
  }
  return { functions, doubts };
}

/** Index of the first token of the statement that a brace at `at` belongs to, as far as it is looked for. */
function statementStart(tokens: readonly Token[], at: number): number {
  let first = at;
  while (first > 0 && at - first < MOST_HEAD && !/^[;{}]$/.test(tokens[first - 1]?.text ?? '')) first -= 1;
  return first;
}

function endOf(tokens: readonly Token[], close: number): number {
  return (close < 0 ? tokens.at(-1)?.end : tokens[close]?.end) ?? 0;
}

function openingBrackets(match: Int32Array): Int32Array {
  const opens = new Int32Array(match.length).fill(-1);
  for (let open = 0; open < match.length; open += 1) {
    const close = match[open] ?? -1;
    if (close >= 0) opens[close] = open;
  }
  return opens;
}

/** Whether the brace at `at` is known to hold no definitions of a scope of its own: data, enumerators, a linkage, a namespace. */
function holdsNoDefinition(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  if (before === undefined || before.kind === 'string' || /^[={,(\]]$/.test(before.text)) return true;
  let isPlain = false;
  for (let back = at - 1; back >= 0 && back >= at - MOST_HEAD; back -= 1) {
    const text = tokens[back]?.text ?? '';
    if (/^[;{}]$/.test(text)) break;
    if (text === 'class' || text === 'template') return false;
    if (/^(?:struct|union|enum|namespace|extern)$/.test(text)) isPlain = true;
  }
  return isPlain;
}

/** Whether a structure with the brace at `at` defines a method: `struct Pool { PVOID Alloc() {`. */
function holdsMethod(tokens: readonly Token[], at: number, close: number): boolean {
  let back = at - 1;
  while (back >= 0 && back >= at - MOST_HEAD && /^[\w$:,<>]+$/.test(tokens[back]?.text ?? '')) {
    if (/^(?:struct|union)$/.test(tokens[back]?.text ?? '')) break;
    back -= 1;
  }
  if (!/^(?:struct|union)$/.test(tokens[back]?.text ?? '')) return false;
  for (let inside = at + 1; inside < close; inside += 1) {
    if (tokens[inside]?.text !== '{') continue;
    let before = inside - 1;
    while (/^(?:const|volatile|final|mutable)$/.test(tokens[before]?.text ?? '')) before -= 1;
    if (tokens[before]?.text === ')') return true;
  }
  return false;
}

/** Tokens in front of a brace that may belong to it. */
const MOST_HEAD = 64;

/** Whether what stands in front of a definition's name is a type, or nothing: not the list of a constructor's initializers. */
function standsAlone(tokens: readonly Token[], definition: FunctionDefinition): boolean {
  const before = tokens[tokenAt(tokens, definition.nameStart) - 1];
  return before === undefined || before.kind === 'name' || /^[;{}*&>]$/.test(before.text);
}

function bracketFunction(
  masked: MaskedSource,
  open: number,
  bodyStart: number,
  bodyEnd: number,
): FunctionDefinition | undefined {
  const named = definitionNamed(masked, open);
  if (named === undefined || NOT_FUNCTIONS.has(named.name)) return undefined;
  return {
    ...named,
    bodyStart,
    bodyEnd,
    isStatic: isStaticBefore(masked.tokens, named.nameStart),
  };
}

/** Characters in front of a name in which its `static` is looked for. */
const MOST_SPECIFIERS = 200;

function isStaticBefore(tokens: readonly Token[], nameStart: number): boolean {
  for (let at = tokenAt(tokens, nameStart) - 1; at >= 0; at -= 1) {
    const token = tokens[at];
    if (token === undefined || token.start < nameStart - MOST_SPECIFIERS || /^[;{}]$/.test(token.text)) return false;
    if (token.text === 'static') return true;
  }
  return false;
}
