/**
 * One source or header as text, with what is read from it at most once: lines, directives, macro definitions, tokens.
 * Values depend on the text alone, so an instance may be shared by every translation unit that includes the file.
 */
import { readLayout, type Directive, type FileLayout } from './layout';
import { tokenize, type Token } from './lexer';
import { LineIndex } from './lineIndex';
import { TextWords, type SoughtName } from './textWords';

export interface MacroDefinition {
  readonly name: string;
  readonly source: SourceText;
  /** Range of the name in the source. */
  readonly start: number;
  readonly end: number;
  /** Undefined for an object-like macro. A variadic macro's last parameter is `__VA_ARGS__` or the named one. */
  readonly parameters?: readonly string[];
  readonly variadic: boolean;
  readonly body: readonly Token[];
  /** Names in the body: what decides whether the macro can lead to an allocator. */
  readonly names: ReadonlySet<string>;
}

export interface IncludeTarget {
  readonly name: string;
  readonly angled: boolean;
}

export class SourceText {
  private lineIndex: LineIndex | undefined;
  private readonly definitions = new Map<Directive, MacroDefinition | undefined>();
  private readonly arguments = new Map<Directive, readonly Token[]>();
  private readonly targets = new Map<Directive, IncludeTarget | undefined>();
  private ofMacros: MacroLines | undefined;
  private ofTurns: readonly number[] | undefined;
  private words: TextWords | undefined;

  constructor(
    readonly path: string,
    readonly text: string,
    /** When it is known already. */
    private fileLayout?: FileLayout,
  ) {}

  get lines(): LineIndex {
    return (this.lineIndex ??= new LineIndex(this.text));
  }

  /** Whether a name may stand in the text. */
  mayHold(name: SoughtName): boolean {
    return (this.words ??= new TextWords(this.text)).mayHold(name);
  }

  get layout(): FileLayout {
    return (this.fileLayout ??= readLayout(this.text));
  }

  /** Which directives (by index) define or undefine a macro, by its name. */
  get macroLines(): ReadonlyMap<string, readonly number[]> {
    return (this.ofMacros ??= readMacroLines(this)).lines;
  }

  /** Macros that may be defined as nothing, as far as a look behind their names tells. */
  get emptyMacros(): ReadonlySet<string> {
    return (this.ofMacros ??= readMacroLines(this)).empty;
  }

  /** Indexes of the directives at which a preprocessor's walk may turn: all but those of macros. */
  get turns(): readonly number[] {
    return (this.ofTurns ??= this.layout.directives.flatMap(({ kind }, index) =>
      kind === 'define' || kind === 'undef' || kind === 'other' ? [] : [index],
    ));
  }

  /** Tokens of a directive's argument. */
  argumentTokens(directive: Directive): readonly Token[] {
    let tokens = this.arguments.get(directive);
    if (tokens === undefined) {
      tokens = tokenize(this.text, directive.argument, directive.end);
      this.arguments.set(directive, tokens);
    }
    return tokens;
  }

  /** The macro a `#define` defines; undefined when it names none. */
  definition(directive: Directive): MacroDefinition | undefined {
    if (this.definitions.has(directive)) return this.definitions.get(directive);
    const definition = readDefinition(this, directive);
    this.definitions.set(directive, definition);
    return definition;
  }

  /** Where an `#include` leads by its text; undefined for a computed one. */
  target(directive: Directive): IncludeTarget | undefined {
    if (this.targets.has(directive)) return this.targets.get(directive);
    const target = includeTarget(this.text.slice(directive.argument, directive.end));
    this.targets.set(directive, target);
    return target;
  }
}

/** Name behind `#include`, spelled in quotes or angle brackets; undefined for a computed include. */
export function includeTarget(argument: string): IncludeTarget | undefined {
  const match = /^\s*(?:"([^"\n]{1,400})"|<([^>\n]{1,400})>)/.exec(argument);
  const name = match?.[1] ?? match?.[2];
  return name === undefined ? undefined : { name, angled: match?.[1] === undefined };
}

/** A name that ends where a macro's name may: anything stranger is left to the lexer. */
const PLAIN_NAME = /[ \t]+([A-Za-z_$][\w$]*)(?=[\s(]|$)/y;

interface MacroLines {
  readonly lines: ReadonlyMap<string, readonly number[]>;
  readonly empty: ReadonlySet<string>;
}

function readMacroLines(source: SourceText): MacroLines {
  const lines = new Map<string, number[]>();
  const empty = new Set<string>();
  for (const [index, directive] of source.layout.directives.entries()) {
    if (directive.kind !== 'define' && directive.kind !== 'undef') continue;
    PLAIN_NAME.lastIndex = directive.argument;
    const plain = PLAIN_NAME.exec(source.text)?.[1];
    const name = plain ?? strangeName(source, directive);
    if (name === undefined) continue;
    const known = lines.get(name);
    if (known) known.push(index);
    else lines.set(name, [index]);
    if (plain === undefined || mayEnd(source.text, PLAIN_NAME.lastIndex, directive.end)) empty.add(name);
  }
  return { lines, empty };
}

/** Whether nothing but blanks, comments and line splices may stand between two offsets. */
function mayEnd(text: string, from: number, end: number): boolean {
  let at = from;
  while (at < end && text.charCodeAt(at) <= 32) at += 1;
  return at >= end || text[at] === '/' || text[at] === '\\';
}

function strangeName(source: SourceText, directive: Directive): string | undefined {
  const [name] = source.argumentTokens(directive);
  return name?.kind === 'name' ? name.text : undefined;
}

/** A macro given by the build (`NAME=replacement`): it stands in a text of its own, not in a file. */
export function defineFromOption(name: string, replacement: string): MacroDefinition {
  const source = new SourceText('', replacement);
  const body = tokenize(replacement).map((token): Token => ({ ...token, foreign: true }));
  return { name, source, start: 0, end: 0, variadic: false, body, names: namesOf(body) };
}

function namesOf(body: readonly Token[]): ReadonlySet<string> {
  return new Set(body.filter((token) => token.kind === 'name').map((token) => token.text));
}

function readDefinition(source: SourceText, directive: Directive): MacroDefinition | undefined {
  const tokens = tokenize(source.text, directive.argument, directive.end);
  const name = tokens[0];
  if (name?.kind !== 'name') return undefined;
  const open = tokens[1];
  let parameters: string[] | undefined;
  let variadic = false;
  let from = 1;
  if (open?.text === '(' && open.start === name.end) {
    parameters = [];
    for (from = 2; from < tokens.length && tokens[from]?.text !== ')'; from += 1) {
      const token = tokens[from];
      if (token?.kind === 'name') parameters.push(token.text);
      if (token?.text !== '...') continue;
      variadic = true;
      // GNU spells a named rest `args...`; standard C a bare `...`.
      if (tokens[from - 1]?.kind !== 'name') parameters.push('__VA_ARGS__');
    }
    from += 1;
  }
  const body = tokens.slice(from).map((token): Token => ({ ...token, foreign: true }));
  return {
    name: name.text,
    source,
    start: name.start,
    end: name.end,
    ...(parameters && { parameters }),
    variadic,
    body,
    names: namesOf(body),
  };
}
