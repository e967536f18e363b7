/**
 * What a file declares outside its functions that can carry a tag: enumerators, constants, variables.
 * Reads tokens of a masked source; evaluates nothing.
 */
import { behindAngles, matchBrackets, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import { angleArguments, anglesOpenedBefore } from './templates';

export interface Declaration {
  readonly kind: 'enumerator' | 'constant' | 'variable' | 'extern';
  readonly name: Token;
  /** Tokens of the initializer. For an enumerator without one: those of the last that had one (none: it counts from 0). */
  readonly initializer?: readonly Token[];
  /** Enumerators behind the one that had the initializer. */
  readonly steps: number;
  readonly isStatic: boolean;
  /** Namespaces, classes and enumerations it stands in, the outermost first. */
  readonly scopes: readonly string[];
  /** One of the scopes is a class. */
  readonly isMember: boolean;
  /** Of a specialization, of a variable or of the class around: the arguments it is for. */
  readonly angles?: readonly (readonly Token[])[];
  /** `name[…]`: the initializer is a list or a string. */
  readonly isArray?: true;
}

/** The body of an enumeration in which uses of macros stand for enumerators: `enum { LIST(X) }`. */
export interface MacroEnumeration extends Pick<Declaration, 'scopes' | 'isMember'> {
  readonly tokens: readonly Token[];
}

interface Declarations {
  readonly byName: ReadonlyMap<string, readonly Declaration[]>;
  readonly byMacros: readonly MacroEnumeration[];
}

const MOST_DECLARATIONS = 200_000;

/** Lists of tokens don't change: what was read off one holds as long as it lives. */
const known = new WeakMap<readonly Token[], Declarations>();

/** All declarations of a masked file by name. */
export function findDeclarations(masked: MaskedSource): ReadonlyMap<string, readonly Declaration[]> {
  return knownDeclarations(masked).byName;
}

/** Enumerations of a masked file whose macros have to be expanded to see what they declare. */
export function findMacroEnumerations(masked: MaskedSource): readonly MacroEnumeration[] {
  return knownDeclarations(masked).byMacros;
}

function knownDeclarations(masked: MaskedSource): Declarations {
  let found = known.get(masked.tokens);
  if (found === undefined) {
    found = readDeclarations(masked);
    known.set(masked.tokens, found);
  }
  return found;
}

/** What a body declares whose macros are expanded. */
export function expandedEnumerators({ scopes, isMember }: MacroEnumeration, tokens: readonly Token[]): Declaration[] {
  const list: Declaration[] = [];
  const add = (one: Declaration): void => void list.push(one);
  const sink = { scopes, isMember, add, addByMacros: () => undefined };
  readEnumerators(tokens, matchBrackets(tokens), 0, tokens.length, sink);
  return list;
}

function readDeclarations(masked: MaskedSource): Declarations {
  const byMacros: MacroEnumeration[] = [];
  const addByMacros = (one: MacroEnumeration): void => void byMacros.push(one);
  const byName = new Map<string, Declaration[]>();
  let count = 0;
  const add = (declaration: Declaration): void => {
    if ((count += 1) > MOST_DECLARATIONS) return;
    const list = byName.get(declaration.name.text);
    if (list) list.push(declaration);
    else byName.set(declaration.name.text, [declaration]);
  };
  const { tokens, match } = masked;
  const scopes = new Scopes();
  let statement = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    const text = tokens[at]?.text;
    scopes.leave(at);
    const { angles } = scopes;
    const sink = angles ? (one: Declaration): void => add({ angles, ...one }) : add;
    const found: Sink = { scopes: scopes.names, isMember: scopes.inClass, add: sink, addByMacros };
    if (text === ';' || text === '}') statement = at + 1;
    else if (text === '(' || text === '[') at = skipTo(match, at);
    else if (text === 'template' && tokens[at + 1]?.text === '<') at = statement = behindAngles(tokens, at + 1) - 1;
    else if (text === '{') {
      const end = readBrace(masked, statement, at, found);
      if (end >= 0) at = end;
      else scopes.enter(scopeName(tokens, statement, at), match[at] ?? -1);
      // Behind a body a new statement begins; behind an enumeration its declarators still may follow.
      if (tokens[at + 1]?.text !== ';') statement = at + 1;
    } else if (text === '=') at = readInitialized(masked, statement, at, found);
    if (tokens[at + 1]?.text === ';') readBare(tokens, statement, at, found);
  }
  return { byName, byMacros };
}

/** Where what is found goes. */
interface Sink {
  readonly scopes: readonly string[];
  readonly isMember: boolean;
  readonly add: (declaration: Declaration) => void;
  readonly addByMacros: (enumeration: MacroEnumeration) => void;
}

const MOST_SCOPES = 32;

/** The namespaces and classes that are open. */
class Scopes {
  names: readonly string[] = [];
  inClass = false;
  /** Arguments of the specialization that is open. */
  angles: Declaration['angles'];
  private readonly open: {
    readonly close: number;
    readonly outer: readonly string[];
    readonly inClass: boolean;
    readonly angles: Declaration['angles'];
  }[] = [];

  enter(scope: Scope | undefined, close: number): void {
    if (scope === undefined || close < 0 || this.open.length >= MOST_SCOPES) return;
    this.open.push({ close, outer: this.names, inClass: this.inClass, angles: this.angles });
    this.angles = scope.angles;
    if (scope.name !== undefined) this.names = [...this.names, scope.name];
    this.inClass ||= scope.isClass;
  }

  /** Scopes that close in front of a token are left. */
  leave(at: number): void {
    for (let last = this.open.at(-1); last && last.close <= at; last = this.open.at(-1)) {
      this.names = last.outer;
      this.inClass = last.inClass;
      this.angles = last.angles;
      this.open.pop();
    }
  }
}

export interface Scope {
  readonly name: string | undefined;
  readonly isClass: boolean;
  readonly angles?: Declaration['angles'];
}

/** What the brace at `at` is called, when it is a namespace, a class or an enumeration. */
export function scopeName(tokens: readonly Token[], statement: number, at: number): Scope | undefined {
  for (let back = at - 1; back >= statement && back >= at - MOST_HEAD; back -= 1) {
    if (!/^(?:class|struct|union|namespace|enum)$/.test(tokens[back]?.text ?? '')) continue;
    let name: string | undefined;
    // `class EXPORT Name final : public Base`: the last name in front of what is no name.
    const isEnum = tokens[back - 1]?.text === 'enum';
    let next = back + 1;
    for (; next < at && tokens[next]?.kind === 'name'; next += 1) {
      if (tokens[next]?.text !== 'final') name = tokens[next]?.text;
    }
    const angles = tokens[next]?.text === '<' ? angleArguments(tokens, next) : undefined;
    const isClass = !isEnum && /^(?:class|struct|union)$/.test(tokens[back]?.text ?? '');
    return { name, isClass, ...(angles && { angles }) };
  }
  return undefined;
}

/** Tokens in front of a brace that may belong to it. */
const MOST_HEAD = 48;

function skipTo(match: Int32Array, at: number): number {
  const close = match[at] ?? -1;
  return close < 0 ? at : close;
}

/** A brace: enumerators are read, function bodies skipped (index of the closing brace), others entered (-1). */
function readBrace(masked: MaskedSource, statement: number, at: number, found: Sink): number {
  const { tokens, match } = masked;
  const { add } = found;
  const close = match[at] ?? -1;
  const head = tokens.slice(Math.max(statement, at - 12), at);
  if (head.some((token) => token.text === 'enum')) {
    const name = scopeName(tokens, statement, at)?.name;
    const scopes = name === undefined ? found.scopes : [...found.scopes, name];
    readEnumerators(tokens, match, at + 1, close < 0 ? tokens.length : close, { ...found, scopes });
    return close < 0 ? tokens.length : close;
  }
  if (close >= 0 && startsInitializer(head)) {
    add(variable(tokens, statement, at - 1, tokens.slice(at + 1, close), found));
    return close;
  }
  const before = head.findLast((token) => !/^(?:const|final|volatile)$/.test(token.text));
  return before?.text === ')' ? close : -1;
}

function readEnumerators(tokens: readonly Token[], match: Int32Array, from: number, to: number, found: Sink): void {
  const { scopes, isMember } = found;
  let initializer: readonly Token[] | undefined;
  let isBehindMacro = false;
  let steps = 0;
  for (let at = from; at < to;) {
    let end = at;
    while (end < to && tokens[end]?.text !== ',') end = Math.max(end, match[end] ?? -1) + 1;
    const name = tokens[at];
    const isMacro = tokens[at + 1]?.text === '(';
    if (tokens[at + 1]?.text === '=') {
      initializer = tokens.slice(at + 2, end);
      steps = 0;
      isBehindMacro = false;
    } else if (isMacro && !isBehindMacro) {
      found.addByMacros({ tokens: tokens.slice(from, to), scopes, isMember });
      isBehindMacro = true;
    }
    // What a macro brings decides from where those behind it count.
    if (name?.kind === 'name' && !isBehindMacro) {
      const value = initializer && { initializer };
      found.add({ kind: 'enumerator', name, ...value, steps, isStatic: false, scopes, isMember });
    }
    steps += 1;
    at = end + 1;
  }
}

/** Whether these tokens in front of a brace end a declaration, `TYPE name {`: then the brace holds its value. */
function startsInitializer(head: readonly Token[]): boolean {
  if (head.length < 2 || head.at(-1)?.kind !== 'name' || /^(?:const|final|volatile|try)$/.test(head.at(-1)?.text ?? ''))
    return false;
  return head.every(
    (token) => /^(?:::|\*)$/.test(token.text) || (token.kind === 'name' && !OPENS_SCOPE.has(token.text)),
  );
}

const OPENS_SCOPE = new Set(['class', 'struct', 'union', 'enum', 'namespace', 'extern', 'do', 'else', '__interface']);

/** The declaration whose name stands at `at`, in a statement that begins at `statement`. */
function variable(
  tokens: readonly Token[],
  statement: number,
  at: number,
  initializer: readonly Token[],
  found: Sink,
): Declaration {
  const words = new Set(tokens.slice(Math.max(statement, at - 24), at).map((token) => token.text));
  const constant = words.has('const') || words.has('constexpr') || words.has('CONST');
  const owner = tokens[at - 1]?.text === '::' ? tokens[at - 2] : undefined;
  return {
    kind: constant ? 'constant' : 'variable',
    name: tokens[at] ?? { kind: 'name', text: '', start: 0, end: 0 },
    initializer,
    steps: 0,
    isStatic: words.has('static'),
    scopes: owner?.kind === 'name' ? [...found.scopes, owner.text] : found.scopes,
    isMember: found.isMember || owner?.kind === 'name',
  };
}

/** `type name = value, …;` with the `=` at `at`: records the name, returns the index of the initializer's last token. */
function readInitialized(masked: MaskedSource, statement: number, at: number, found: Sink): number {
  const { tokens, match } = masked;
  let end = at + 1;
  while (end < tokens.length && !/^[;,}]$/.test(tokens[end]?.text ?? '')) end = Math.max(end, match[end] ?? -1) + 1;
  let name = at - 1;
  const isArray = tokens[name]?.text === ']';
  if (isArray) while (name > statement && tokens[name]?.text !== '[') name -= 1;
  if (isArray) name -= 1;
  const open = tokens[name]?.text === '>' ? anglesOpenedBefore(tokens, name) : -1;
  const angles = open < 0 ? undefined : angleArguments(tokens, open);
  if (angles) name = open - 1;
  if (tokens[name]?.kind === 'name' && name > statement) {
    const declaration = variable(tokens, statement, name, tokens.slice(at + 1, end), found);
    found.add({ ...declaration, ...(isArray && { isArray }), ...(angles && { angles }) });
  }
  return end - 1;
}

/** `extern ULONG Tag;` or `ULONG Tag;` with the last token of the statement at `at`. */
function readBare(tokens: readonly Token[], statement: number, at: number, found: Sink): void {
  const name = tokens[at];
  if (name?.kind !== 'name' || at - statement < 1 || at - statement > 8) return;
  const words = new Set(tokens.slice(statement, at).map((token) => token.text));
  if (words.has('=') || words.has('typedef') || words.has('(')) return;
  const { scopes, isMember } = found;
  const kind = words.has('extern') ? 'extern' : 'variable';
  found.add({ kind, name, steps: 0, isStatic: words.has('static'), scopes, isMember });
}
