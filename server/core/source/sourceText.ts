/**
 * One source or header as text, with what is read from it at most once: lines, directives, macro definitions, tokens.
 * Values depend on the text alone, so an instance may be shared by every translation unit that includes the file.
 */
import { readLayout, type Directive, type FileLayout } from './layout';
import { tokenize, type Token } from './lexer';
import { LineIndex } from './lineIndex';

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
  private fileLayout: FileLayout | undefined;
  private readonly definitions = new Map<number, MacroDefinition | undefined>();

  constructor(
    readonly path: string,
    readonly text: string,
  ) {}

  get lines(): LineIndex {
    return (this.lineIndex ??= new LineIndex(this.text));
  }

  get layout(): FileLayout {
    return (this.fileLayout ??= readLayout(this.text));
  }

  /** Tokens of a directive's argument. */
  argumentTokens(directive: Directive): Token[] {
    return tokenize(this.text, directive.argument, directive.end);
  }

  /** The macro a `#define` defines; undefined when it names none. */
  definition(directive: Directive): MacroDefinition | undefined {
    if (this.definitions.has(directive.start)) return this.definitions.get(directive.start);
    const definition = readDefinition(this, directive);
    this.definitions.set(directive.start, definition);
    return definition;
  }
}

/** Name behind `#include`, spelled in quotes or angle brackets; undefined for a computed include. */
export function includeTarget(source: SourceText, directive: Directive): IncludeTarget | undefined {
  const match = /^\s*(?:"([^"\n]{1,400})"|<([^>\n]{1,400})>)/.exec(
    source.text.slice(directive.argument, directive.end),
  );
  const name = match?.[1] ?? match?.[2];
  return name === undefined ? undefined : { name, angled: match?.[1] === undefined };
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
  const tokens = source.argumentTokens(directive);
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
