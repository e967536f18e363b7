/**
 * Makes a Windows source readable for a C parser without moving an offset: comments, directives, hidden branches,
 * annotations (SAL), calling conventions and structured exception keywords become blanks of the same length.
 */
import { BodyWords } from './bodyWords';
import type { FileLayout } from './layout';
import { matchBrackets, tokenizeInto, type Token } from './lexer';
import { NameFilter } from './nameFilter';
import { functionBodies, type Span } from './quietBodies';

export interface MaskOptions {
  readonly layout: FileLayout;
  /** Stretches to leave out, ascending: branches that are not read. */
  readonly hidden: readonly Span[];
  readonly language: 'c' | 'cpp';
  /** Object-like macros that expand to nothing, such as a project's own annotations. */
  readonly isEmptyMacro: (name: string) => boolean;
  /** Names that are looked for: bodies of functions that hold none are not cut into tokens. Default: all bodies are. */
  readonly wanted?: NameFilter;
}

/** A masked text. Its tokens grow when bodies that were left out are asked for. */
export interface MaskedSource {
  /** As long as the original text, with the same line ends. */
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Closing bracket of each opening one, by token index. */
  readonly match: Int32Array;
  /** Brings in the tokens of the bodies that hold one of these names. Lists read before stay as they were. */
  open(names: Iterable<string>): void;
  /**
   * Makes it what it was before any `open`; false when masking the text anew, with these names wanted and these macros
   * expanding to nothing, would give something else.
   */
  restart(wanted: NameFilter, isEmptyMacro: (name: string) => boolean): boolean;
}

const KEYWORDS = new Set(
  (
    '__cdecl __stdcall __fastcall __thiscall __vectorcall __clrcall _cdecl _stdcall _fastcall cdecl NTAPI WINAPI APIENTRY ' +
    'CALLBACK FASTCALL STDCALL CDECL PASCAL WINAPIV STDMETHODCALLTYPE STDAPICALLTYPE NDISAPI FLTAPI STORPORT_API SCSIPORT_API ' +
    'HIDAPI RTLAPI NTSYSAPI NTSYSCALLAPI NTKERNELAPI NTHALAPI KSDDKAPI FLT_ASSERT_API BOOTVIDAPI ' +
    '__forceinline __inline FORCEINLINE CFORCEINLINE INLINE EXTERN_C __unaligned UNALIGNED __restrict RESTRICT_POINTER ' +
    '__ptr32 __ptr64 POINTER_32 POINTER_64 FAR NEAR CONST VOLATILE IN OUT INOUT OPTIONAL __w64 ' +
    '__try __finally __leave __volatile __const __extension__ noexcept override PAGEDX NONPAGEDX'
  ).split(' '),
);

/** Keywords that take a parenthesized group with them. */
const GROUPED = new Set([
  '__declspec',
  '_declspec',
  '__attribute__',
  '__pragma',
  '_Pragma',
  '__except',
  'alignas',
  '__callback',
]);

const SAL =
  /^(?:_[A-Z]\w*_|DECLSPEC_\w+|__(?:in|out|inout|deref|bcount|ecount|checkReturn|nullterminated|nullnullterminated|reserved|field|success|format_string|drv|kernel|user|range|notnull|maybenull|post|pre|valid|struct_bcount|typefix|analysis|fallthrough|control_entrypoint|data_entrypoint|override|nothrow|on_failure|notvalid|allocator|rpc|encoded|assume|byte_readableTo|inner|possibly_notnullterminated|callback)(?:_\w+)?)$/;

/** The words older kernel sources define for structured exceptions; in C++ they mean something else. */
const C_EXCEPTIONS = new Set(['try', 'finally', 'leave', 'try_return']);

/** Blanks, as long as the text, with its line ends kept. */
export function blank(text: string): string {
  if (!text.includes('\n') && !text.includes('\r')) return ' '.repeat(text.length);
  return text.replace(/[^\r\n]+/g, (line) => ' '.repeat(line.length));
}

/** Replaces ranges with blanks. */
function blankRanges(text: string, ranges: readonly Range[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (end <= at) continue;
    const from = Math.max(at, start);
    pieces.push(text.slice(at, from), blank(text.slice(from, end)));
    at = end;
  }
  pieces.push(text.slice(at));
  return pieces.join('');
}

/** Masks a text. Property: same length, same line ends, every kept character where it was. */
export function maskSource(text: string, options: MaskOptions): MaskedSource {
  return new Masking(text, options);
}

type Range = readonly [number, number];

class Masking implements MaskedSource {
  tokens: readonly Token[] = [];
  match: Int32Array = new Int32Array(0);
  /** Of functions; those that are left out. */
  private readonly bodies: readonly Span[];
  private quiet: readonly Span[] = [];
  /** Ranges of masked names and their groups. */
  private masked: readonly Range[] = [];
  private readonly fates = new Map<string, NameFate>();
  private options: MaskOptions;
  private whole: string | undefined;
  private words: BodyWords | undefined;
  /** How often names were asked for, and how often that brought bodies in. */
  private searches = 0;
  private openings = 0;
  private readonly first: Pick<Masking, 'tokens' | 'match'> & {
    readonly quiet: readonly Span[];
    readonly masked: readonly Range[];
  };

  constructor(
    private readonly original: string,
    options: MaskOptions,
  ) {
    this.options = options;
    const { layout, hidden, wanted } = options;
    this.bodies = wanted === undefined ? [] : functionBodies(original, layout, hidden);
    this.cut(without(wanted, this.bodies, original));
    this.first = { quiet: this.quiet, tokens: this.tokens, match: this.match, masked: this.masked };
  }

  get text(): string {
    return (this.whole ??= blankRanges(this.original, [...this.leftOut(), ...this.comments(), ...this.masked]));
  }

  open(names: Iterable<string>): void {
    if (this.quiet.length === 0) return;
    const list = [...names];
    const still = without(new NameFilter(new Set(list)), this.quiet, this.original, this.candidates(list));
    if (still.length === this.quiet.length) return;
    // Each time all that is not quiet is cut anew: a file in which name after name is asked for is soon read whole.
    this.openings += 1;
    this.cut(this.openings > MOST_OPENINGS ? [] : still);
  }

  /** Quiet bodies that may hold one of the names; undefined: any of them. */
  private candidates(names: readonly string[]): ReadonlySet<Span> | undefined {
    this.searches += 1;
    if (this.searches <= FEW_SEARCHES || names.some((name) => BEYOND_ASCII.test(name))) return undefined;
    this.words ??= new BodyWords(this.original, this.bodies);
    return new Set([...this.words.holding(names)].flatMap((index) => this.bodies[index] ?? []));
  }

  restart(wanted: NameFilter, isEmptyMacro: (name: string) => boolean): boolean {
    const options = { ...this.options, isEmptyMacro };
    for (const [name, fate] of this.fates) if (fateOf(name, options) !== fate) return false;
    const quiet = without(wanted, this.bodies, this.original);
    if (quiet.length !== this.first.quiet.length || quiet.some((body, at) => body !== this.first.quiet[at]))
      return false;
    this.options = options;
    if (this.quiet.length < quiet.length)
      ({ quiet: this.quiet, tokens: this.tokens, match: this.match, masked: this.masked } = this.first);
    this.whole = undefined;
    this.openings = 0;
    return true;
  }

  private fate(name: string): NameFate {
    let known = this.fates.get(name);
    if (known === undefined) this.fates.set(name, (known = fateOf(name, this.options)));
    return known;
  }

  private leftOut(): Range[] {
    const { layout, hidden } = this.options;
    return [...layout.directives, ...hidden].map(({ start, end }) => [start, end]);
  }

  private comments(): Range[] {
    const { comments } = this.options.layout;
    const ranges: Range[] = [];
    for (let at = 0; at + 1 < comments.length; at += 2) ranges.push([comments[at] ?? 0, comments[at + 1] ?? 0]);
    return ranges;
  }

  /** Cuts all but the quiet bodies into tokens, and drops those that are masked. */
  private cut(quiet: readonly Span[]): void {
    this.quiet = quiet;
    this.whole = undefined;
    const all: Token[] = [];
    let from = 0;
    const gaps = [...this.leftOut(), ...quiet.map(({ start, end }): Range => [start, end])].sort((a, b) => a[0] - b[0]);
    for (const [start, end] of [...gaps, [this.original.length, this.original.length] as const]) {
      if (start > from) tokenizeInto(all, this.original, from, start);
      from = Math.max(from, end);
    }
    this.drop(all);
  }

  private drop(all: readonly Token[]): void {
    const brackets = new Brackets(all);
    const masked: Range[] = [];
    const tokens: Token[] = [];
    for (let at = 0; at < all.length; at += 1) {
      const token = all[at];
      if (token === undefined) break;
      const last = token.kind === 'name' ? maskedUntil(all, brackets, at, this.fate(token.text)) : -1;
      if (last < 0) {
        tokens.push(token);
        continue;
      }
      masked.push([token.start, all[last]?.end ?? token.end]);
      at = last;
    }
    this.tokens = tokens;
    this.match = matchBrackets(tokens);
    this.masked = masked;
  }
}

/** The bodies that hold none of these names; `among`: no other body can hold one. */
function without(
  names: NameFilter | undefined,
  bodies: readonly Span[],
  text: string,
  among?: ReadonlySet<Span>,
): readonly Span[] {
  if (among?.size === 0) return bodies;
  const holds = (body: Span): boolean =>
    among?.has(body) !== false && names?.matches(text, body.start, body.end) === true;
  return bodies.filter((body) => !holds(body));
}

/** Searches of all bodies before they are indexed by their words. */
const FEW_SEARCHES = 24;
const MOST_OPENINGS = 48;
const BEYOND_ASCII = /[\u0080-\uffff]/;

/** Where parentheses close: looked for where one is asked for, by matching all brackets only in broken code. */
class Brackets {
  private match: Int32Array | undefined;

  constructor(private readonly tokens: readonly Token[]) {}

  /** Index of the token that closes the parenthesis at `open`, or -1. */
  close(open: number): number {
    let depth = 0;
    for (let at = open; at < this.tokens.length && at < open + MOST_GROUP; at += 1) {
      const text = this.tokens[at]?.text;
      if (text === '(') depth += 1;
      else if (text === ')') {
        depth -= 1;
        if (depth === 0) return at;
      } else if (text === '{' || text === '}' || text === '[' || text === ']') break;
    }
    this.match ??= matchBrackets(this.tokens);
    return this.match[open] ?? -1;
  }
}

/** Tokens an annotation's parentheses mostly hold at most. */
const MOST_GROUP = 200;

/** What becomes of a name wherever it stands: `group` takes its parentheses with it, the last two depend on what follows. */
type NameFate = 'stays' | 'masked' | 'group' | 'exception' | 'except';

function fateOf(name: string, options: MaskOptions): NameFate {
  if (KEYWORDS.has(name)) return 'masked';
  if (GROUPED.has(name) || SAL.test(name)) return 'group';
  if (options.language === 'c' && name === 'except') return 'except';
  if (options.isEmptyMacro(name)) return 'masked';
  return options.language === 'c' && C_EXCEPTIONS.has(name) ? 'exception' : 'stays';
}

/** Index of the last token masked together with the name at `at`, or -1 when the name stays. */
function maskedUntil(tokens: readonly Token[], brackets: Brackets, at: number, fate: NameFate): number {
  if (fate === 'stays') return -1;
  if (fate === 'masked') return at;
  const next = tokens[at + 1];
  const close = next?.text === '(' ? brackets.close(at + 1) : -1;
  if (fate === 'group') return close >= 0 ? close : at;
  if (fate === 'except') return close;
  return next?.text !== '(' && next?.text !== '=' ? at : -1;
}
