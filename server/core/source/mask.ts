/**
 * Makes a Windows source readable for a C parser without moving an offset: comments, directives, hidden branches,
 * annotations (SAL), calling conventions and structured exception keywords become blanks of the same length.
 */
import { matchBrackets, tokenize, type Token } from './lexer';
import type { FileLayout } from './layout';

export interface MaskOptions {
  readonly layout: FileLayout;
  /** Stretches to leave out, ascending: branches that are not read. */
  readonly hidden: readonly { readonly start: number; readonly end: number }[];
  readonly language: 'c' | 'cpp';
  /** Object-like macros that expand to nothing, such as a project's own annotations. */
  readonly isEmptyMacro: (name: string) => boolean;
}

export interface MaskedSource {
  /** As long as the original text, with the same line ends. */
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Closing bracket of each opening one, by token index. */
  readonly match: Int32Array;
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

/** Replaces ranges (ascending, may touch) with blanks. */
function blankRanges(text: string, ranges: readonly (readonly [number, number])[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const [start, end] of ranges) {
    if (end <= at) continue;
    const from = Math.max(at, start);
    pieces.push(text.slice(at, from), blank(text.slice(from, end)));
    at = end;
  }
  pieces.push(text.slice(at));
  return pieces.join('');
}

function layoutRanges(options: MaskOptions): [number, number][] {
  const ranges: [number, number][] = options.layout.directives.map((directive) => [directive.start, directive.end]);
  const comments = options.layout.comments;
  for (let at = 0; at + 1 < comments.length; at += 2) ranges.push([comments[at] ?? 0, comments[at + 1] ?? 0]);
  for (const { start, end } of options.hidden) ranges.push([start, end]);
  return ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

/** Masks a text. Property: same length, same line ends, every kept character where it was. */
export function maskSource(text: string, options: MaskOptions): MaskedSource {
  const bare = blankRanges(text, layoutRanges(options));
  const all = tokenize(bare);
  const match = matchBrackets(all);
  const ranges: [number, number][] = [];
  const tokens: Token[] = [];
  const fates = new Map<string, NameFate>();
  const fate = (name: string): NameFate => {
    let known = fates.get(name);
    if (known === undefined) fates.set(name, (known = fateOf(name, options)));
    return known;
  };
  for (let at = 0; at < all.length; at += 1) {
    const token = all[at];
    if (token === undefined) break;
    const last = token.kind === 'name' ? maskedUntil(all, match, at, fate(token.text)) : -1;
    if (last < 0) {
      tokens.push(token);
      continue;
    }
    ranges.push([token.start, all[last]?.end ?? token.end]);
    at = last;
  }
  if (ranges.length === 0) return { text: bare, tokens, match };
  return { text: blankRanges(bare, ranges), tokens, match: matchBrackets(tokens) };
}

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
function maskedUntil(tokens: readonly Token[], match: Int32Array, at: number, fate: NameFate): number {
  if (fate === 'stays') return -1;
  if (fate === 'masked') return at;
  const next = tokens[at + 1];
  const close = next?.text === '(' ? (match[at + 1] ?? -1) : -1;
  if (fate === 'group') return close >= 0 ? close : at;
  if (fate === 'except') return close;
  return next?.text !== '(' && next?.text !== '=' ? at : -1;
}
