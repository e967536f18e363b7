/**
 * Whether each place of an image that allocates with a tag can be given a tag of its own, and which bytes hold the
 * constants. Proved by trial: the scanner runs over a copy with other constants, and every allocation must then be seen
 * with exactly the tag that was put there, and nothing else be seen to change. What isn't proved is not offered.
 */
import type { Machine, TagSite } from '../../../src/shared/facts';
import { PROTECTED_POOL, type PoolTag } from '../../../src/shared/poolTag';
import { allocates } from '../index/owners';
import type { LoadPdb } from './imageNames';
import { constantWords, type ConstantWord } from './occurrence/constantWord';
import { findTagOccurrences } from './occurrence/findTagOccurrences';
import { TagNeedle } from './occurrence/tagNeedle';
import { unusedTags, type TagPart } from './occurrence/unusedTags';
import { readPeImage } from './peImage';
import { scanImage } from './scanImage';

/** One constant and the calls that take their tag from it. */
export interface RetagPlace {
  /** Of the 32 bits that change: a tag, or on ARM64 the instruction that makes one. */
  readonly rva: number;
  readonly from: number;
  readonly to: number;
  /** What the calls then take. */
  readonly tag: PoolTag;
  readonly sites: readonly TagSite[];
}

export interface Retag {
  readonly file: string;
  readonly machine: Machine;
  readonly tag: PoolTag;
  readonly places: readonly RetagPlace[];
}

export type RetagResult = { readonly retag: Retag } | { readonly problem: string };

export interface RetagOptions {
  /** Absolute path, for the facts. */
  readonly file: string;
  readonly tag: PoolTag;
  /** Tags that somebody uses. */
  readonly taken: ReadonlySet<PoolTag>;
  readonly loadPdb?: LoadPdb;
}

/** As many as names of three digits. */
const MOST_PLACES = 999;

interface Constant {
  readonly value: ConstantWord;
  readonly tag: PoolTag;
}

export function proveRetag(bytes: Uint8Array, options: RetagOptions): RetagResult {
  const { file, tag } = options;
  const image = readPeImage(bytes).value;
  if (image === undefined) return { problem: 'it is no image' };
  if ((tag & PROTECTED_POOL) !== 0) return { problem: 'protected blocks must be freed with the very tag they have' };
  const before = scanImage(bytes, options).sites;
  const wanted = before.filter((site) => allocates(site.role) && site.tags.includes(tag));
  if (wanted.length < 2) return { problem: 'only one place of the image allocates with the tag' };
  if (wanted.some((site) => site.unresolved !== undefined)) return { problem: 'of some call the tag is not all known' };
  const all = constants(bytes, options);
  if (all === undefined) return { problem: `the tag is a constant of more than ${String(MOST_PLACES)} instructions` };
  if (all.length === 0) return { problem: 'the tag is no constant in the code' };
  const tried = retagged(bytes, all, options);
  const reached = new Set(tried.filter((site) => allocates(site.role)).flatMap((site) => site.tags));
  const used = all.filter((constant) => reached.has(constant.tag));
  if (used.length < 2) return { problem: 'all places take the tag from one constant' };
  const after = retagged(bytes, used, options);
  if (!isProved(before, after, tag, used)) return { problem: 'not every constant that makes the tag is known' };
  const places = used.map(({ value, tag: made }) => ({
    rva: value.rva,
    from: value.word,
    to: value.withTag(made),
    tag: made,
    sites: sitesOf(made, after),
  }));
  return { retag: { file, machine: image.machine, tag, places } };
}

/** Calls that take this tag alone; where paths meet in front of all of them, those for which it is one of several. */
function sitesOf(tag: PoolTag, sites: readonly TagSite[]): readonly TagSite[] {
  const meant = sites.filter((site) => allocates(site.role) && site.tags.includes(tag));
  const alone = meant.filter((site) => isOnly(site, tag));
  return alone.length > 0 ? alone : meant;
}

function isOnly(site: TagSite, tag: PoolTag): boolean {
  return site.unresolved === undefined && site.tags.length === 1 && site.tags[0] === tag;
}

/** The constants that are the tag, each with a tag nobody uses; undefined when there are too many. */
function constants(bytes: Uint8Array, { file, tag, taken }: RetagOptions): Constant[] | undefined {
  const image = readPeImage(bytes).value;
  const instructions = findTagOccurrences(bytes, [tag], { file }).filter(({ evidence }) => evidence === 'constant');
  if (image === undefined || instructions.length > MOST_PLACES) return undefined;
  const isFree = (made: PoolTag): boolean =>
    made !== tag && !taken.has(made) && !given.has(made) && new TagNeedle(made).offsetsIn(bytes, 1).length === 0;
  const given = new Set<PoolTag>();
  const names = new Map<TagPart, Generator<PoolTag, void>>();
  return constantWords(image, tag, instructions).flatMap((value): Constant[] => {
    const free = names.get(value.part) ?? unusedTags(tag, value.part, isFree);
    names.set(value.part, free);
    const next = free.next();
    if (next.done === true) return [];
    given.add(next.value);
    return [{ value, tag: next.value }];
  });
}

/** Sites of the image with other constants. */
function retagged(bytes: Uint8Array, changes: readonly Constant[], options: RetagOptions): readonly TagSite[] {
  // Not slice: of a Buffer that is a view.
  const copy = new Uint8Array(bytes);
  const view = new DataView(copy.buffer);
  for (const { value, tag } of changes) view.setUint32(value.offset, value.withTag(tag), true);
  return scanImage(copy, options).sites;
}

/** Every allocation with the tag now has one of the new ones, all of them are in use, and no other tag is another. */
function isProved(
  before: readonly TagSite[],
  after: readonly TagSite[],
  tag: PoolTag,
  used: readonly Constant[],
): boolean {
  const made = new Set(used.map((constant) => constant.tag));
  const met = new Set<PoolTag>();
  if (before.length !== after.length) return false;
  for (const [at, old] of before.entries()) {
    const now = after[at];
    if (now === undefined || !isSamePlace(old, now) || old.unresolved !== now.unresolved) return false;
    const others = (site: TagSite): string => site.tags.filter((value) => value !== tag && !made.has(value)).join();
    if (others(old) !== others(now)) return false;
    if (!allocates(old.role) || !old.tags.includes(tag)) continue;
    if (now.tags.includes(tag) || !now.tags.some((value) => made.has(value))) return false;
    for (const value of now.tags) met.add(value);
  }
  return met.size === made.size;
}

function isSamePlace(a: TagSite, b: TagSite): boolean {
  const [one, other] = [a.place, b.place];
  return a.api === b.api && one.kind === 'image' && other.kind === 'image' && one.rva === other.rva;
}
