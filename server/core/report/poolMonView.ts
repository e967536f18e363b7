/**
 * What a PoolMon screen shows, and how its switches and keys change that. Pure: keys and numbers in, a view out.
 * Keys and switches: Microsoft's "PoolMon Commands" and "PoolMon Run-Time Commands" pages.
 */
import { tagBytes } from '../../../src/shared/poolTag';

/** Decides which tags are shown. */
export type TagFilter = (tag: number) => boolean;

export type PoolMonSort = 'tag' | 'allocs' | 'frees' | 'diff' | 'bytes' | 'perAlloc';
export type PoolMonPools = 'both' | 'nonPaged' | 'paged';

export interface PoolMonView {
  readonly sort: PoolMonSort;
  /** By what changed since the reading before, where the column has a change. */
  readonly byChange: boolean;
  readonly pools: PoolMonPools;
  readonly totals: boolean;
  /** Rows that changed stand out. */
  readonly highlight: boolean;
  readonly help: boolean;
  /** Rows above the first that is shown. */
  readonly top: number;
  /** Digits of a session's number while they are typed. */
  readonly typing?: string | undefined;
}

export const FIRST_VIEW: PoolMonView = {
  sort: 'tag',
  byChange: false,
  pools: 'both',
  totals: false,
  highlight: true,
  help: false,
  top: 0,
};

/** What a key asks of the program around the view. */
export type PoolMonWish =
  | { readonly kind: 'quit' }
  | { readonly kind: 'scope'; readonly scope: 'sessions' | number }
  | { readonly kind: 'none' };

export interface KeyResult {
  readonly view: PoolMonView;
  readonly wish: PoolMonWish;
}

const NONE: PoolMonWish = { kind: 'none' };
const SORTS: Readonly<Record<string, PoolMonSort>> = {
  t: 'tag',
  a: 'allocs',
  f: 'frees',
  d: 'diff',
  b: 'bytes',
  m: 'perAlloc',
};
const NEXT_POOLS: Readonly<Record<PoolMonPools, PoolMonPools>> = { both: 'nonPaged', nonPaged: 'paged', paged: 'both' };
/** A session's number is at most this long. */
const MOST_DIGITS = 5;

/**
 * @param key A character as a terminal sends it, or `up`, `down`, `pageup`, `pagedown`, `home`, `end`, `enter`, `escape`.
 * @param page Rows that are shown at once.
 */
export function poolMonKey(view: PoolMonView, key: string, page: number): KeyResult {
  if (view.typing !== undefined) return typedSession(view, view.typing, key);
  const letter = key.length === 1 ? key.toLowerCase() : key;
  const change = (change: Partial<PoolMonView>): KeyResult => ({ view: { ...view, ...change }, wish: NONE });
  const sort = SORTS[letter];
  if (sort !== undefined) return change({ sort, top: 0 });
  if (/^\d$/.test(letter)) return { view, wish: { kind: 'scope', scope: Number(letter) } };
  switch (letter) {
    case 'q':
    case '\u0003':
      return { view, wish: { kind: 'quit' } };
    case 'p':
      return change({ pools: NEXT_POOLS[view.pools], top: 0 });
    case '(':
    case ')':
      return change({ byChange: !view.byChange, top: 0 });
    case 'e':
      return change({ totals: !view.totals });
    case 'l':
      return change({ highlight: !view.highlight });
    case 's':
      return { view, wish: { kind: 'scope', scope: 'sessions' } };
    case 'i':
      return change({ typing: '' });
    case 'h':
    case '?':
      return change({ help: !view.help });
    case 'escape':
      return change({ help: false });
    default:
      return change({ top: scrolled(view.top, letter, page) });
  }
}

function typedSession(view: PoolMonView, typed: string, key: string): KeyResult {
  const rest = { ...view, typing: undefined };
  if (key === 'enter' && typed !== '') return { view: rest, wish: { kind: 'scope', scope: Number(typed) } };
  if (/^\d$/.test(key) && typed.length < MOST_DIGITS) return { view: { ...view, typing: typed + key }, wish: NONE };
  if (key === 'backspace') return { view: { ...view, typing: typed.slice(0, -1) }, wish: NONE };
  if (key === '\u0003') return { view: rest, wish: { kind: 'quit' } };
  return key === 'enter' || key === 'escape' ? { view: rest, wish: NONE } : { view, wish: NONE };
}

/** May pass the end: the screen, which knows how many rows there are, brings it back. */
function scrolled(top: number, key: string, page: number): number {
  const steps: Readonly<Record<string, number>> = { up: -1, down: 1, pageup: -page, pagedown: page };
  if (key === 'home') return 0;
  if (key === 'end') return Number.MAX_SAFE_INTEGER;
  return Math.max(0, top + (steps[key] ?? 0));
}

export interface PoolMonSwitches {
  readonly view: PoolMonView;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** `/s`: all sessions, `/s1`: one. */
  readonly scope?: 'sessions' | number;
  /** `/n`: one reading into this file. */
  readonly snapshot?: string;
  /** `/g`: the pooltag.txt that names drivers; empty for the usual one. */
  readonly mapped?: string;
}

const SNAPSHOT_FILE = 'poolsnap.log';

/**
 * Takes PoolMon's switches out of a command line; slashes and dashes both work.
 * @returns The switches and what is left, in its order.
 */
export function poolMonSwitches(args: readonly string[]): { switches: PoolMonSwitches; rest: readonly string[] } {
  let view: PoolMonView = FIRST_VIEW;
  const include: string[] = [];
  const exclude: string[] = [];
  const rest: string[] = [];
  let more: Pick<PoolMonSwitches, 'scope' | 'snapshot' | 'mapped'> = {};
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    const [, name = '', value = ''] = /^[/-]([a-z(])(.*)$/is.exec(arg) ?? [];
    const letter = name.toLowerCase();
    const next = args[at + 1];
    // `--record /tmp`: a value is no switch.
    const isValue = /^--[a-z]+$/.test(args[at - 1] ?? '');
    if (arg === '--') return { switches: { view, include, exclude, ...more }, rest: [...rest, ...args.slice(at)] };
    else if (isValue) rest.push(arg);
    else if ((letter === 'i' || letter === 'x') && isPattern(value)) (letter === 'i' ? include : exclude).push(value);
    else if (letter === 's' && /^\d{0,5}$/.test(value))
      more = { ...more, scope: value === '' ? 'sessions' : Number(value) };
    else if ((letter === 'n' || letter === 'g') && value === '') {
      const named = next !== undefined && isFile(next);
      if (letter === 'n') more = { ...more, snapshot: named ? next : SNAPSHOT_FILE };
      else more = { ...more, mapped: named ? next : '' };
      if (named) at++;
    } else if (value === '' && 'tafdbmpel('.includes(letter) && letter !== '') view = poolMonKey(view, letter, 0).view;
    else rest.push(arg);
  }
  return { switches: { view, include, exclude, ...more }, rest };
}

/** Whether what follows `/n` or `/g` is its file. An absolute path begins as a switch does, but has a second slash. */
function isFile(text: string): boolean {
  return !/^[/-]/.test(text) || /^\/[^/]+\/./.test(text);
}

/** Up to four characters, `*` and `?` among them; a leading `*` is none of PoolMon's patterns. */
function isPattern(text: string): boolean {
  return text !== '' && text.length <= 4 && !text.startsWith('*');
}

/** Which tags PoolMon's `/i` and `/x` leave: of the included ones, or of all where none is named, those not excluded. */
export function poolMonFilter({ include, exclude }: Pick<PoolMonSwitches, 'include' | 'exclude'>): TagFilter {
  const included = include.map(tagPattern);
  const excluded = exclude.map(tagPattern);
  return (tag) => {
    const text = String.fromCharCode(...tagBytes(tag));
    if (excluded.some((pattern) => pattern.test(text))) return false;
    return included.length === 0 || included.some((pattern) => pattern.test(text));
  };
}

/** Of four characters: a shorter pattern stands for a tag with blanks behind it. */
function tagPattern(text: string): RegExp {
  const parts = [...text].map((char) => (char === '*' ? '.*' : char === '?' ? '.' : char.replace(/[^\w ]/g, '\\$&')));
  const padding = text.includes('*') ? '' : ' '.repeat(4 - text.length);
  return new RegExp(`^${parts.join('')}${padding}$`, 's');
}
