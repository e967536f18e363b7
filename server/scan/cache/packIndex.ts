/**
 * The index of a cache's file: which files it has facts of, in which state they and what they depend on were, and where
 * the facts lie. Reads what is written here and nothing else; of an index that is anything else, no entry is taken.
 */
import type { FileKind } from '../files/fileKinds';
import type { FileStamp } from '../scanTypes';
import type { BodyPlace } from './factPack';
import { numbersFromText, numbersToText } from './numberText';

/** What made the facts, and from what besides files. Entries of a kind are taken when engine and that kind's are the same. */
export interface PackIdentity extends Readonly<Record<FileKind, string>> {
  readonly engine: string;
}

export interface PackEntry {
  readonly kind: FileKind;
  readonly stamp: FileStamp;
  /** Made each time it is asked for. */
  readonly dependsOn: readonly FileStamp[];
  readonly body: BodyPlace;
  /** Images: how many. */
  readonly sites: number;
  /** Images: each tag once. */
  readonly tags: readonly number[];
  /** Images: the path as it stands in the body. */
  readonly shown: string;
}

type StampRow = readonly [path: string, size: number, mtimeMs: number];
/** Stamps by their numbers; `dependsOn` as `numberText.ts` writes them. */
type EntryRow = readonly [
  stamp: number,
  offset: number,
  length: number,
  crc: number,
  dependsOn: string,
  sites: number,
  tags: readonly number[],
  shown: string,
];

interface PackIndex extends PackIdentity {
  readonly stamps: readonly StampRow[];
  readonly entries: Readonly<Record<FileKind, readonly EntryRow[]>>;
}

/** In the place of a stamp that the index does not have: no file is ever in this state. */
const NEVER: FileStamp = { path: '', size: NaN, mtimeMs: NaN };

const KINDS: readonly FileKind[] = ['image', 'source'];

/** Entries by path; none when the index is not what it should be, or of another engine. */
export function readPackIndex(index: unknown, identity: PackIdentity): ReadonlyMap<string, PackEntry> {
  const entries = new Map<string, PackEntry>();
  if (!isPackIndex(index) || index.engine !== identity.engine) return entries;
  const stamps = index.stamps.map(([path, size, mtimeMs]): FileStamp => ({ path, size, mtimeMs }));
  for (const kind of KINDS) {
    if (index[kind] !== identity[kind]) continue;
    for (const [at, offset, length, crc, on, sites, tags, shown] of index.entries[kind]) {
      const stamp = stamps[at];
      if (stamp === undefined) continue;
      const body = { offset, length, crc };
      const entry = { kind, stamp, body, sites, tags, shown };
      entries.set(stamp.path, {
        ...entry,
        get dependsOn() {
          return numbersFromText(on).map((number) => stamps[number] ?? NEVER);
        },
      });
    }
  }
  return entries;
}

/** The index has its CRC and names the engine, so that the rows are as they were written; this guards against strangers. */
function isPackIndex(index: unknown): index is PackIndex {
  if (typeof index !== 'object' || index === null || !('engine' in index)) return false;
  if (!('stamps' in index) || !Array.isArray(index.stamps) || !('entries' in index)) return false;
  const { entries } = index;
  return typeof entries === 'object' && entries !== null && 'image' in entries && 'source' in entries;
}

export class IndexBuilder {
  readonly #stamps: StampRow[] = [];
  readonly #numbers = new Map<string, number>();
  /** The same objects come again and again. */
  readonly #seen = new Map<FileStamp, number>();
  /** By path: a file that is put twice has its last facts. */
  readonly #entries: Readonly<Record<FileKind, Map<string, EntryRow>>> = { image: new Map(), source: new Map() };

  has(path: string): boolean {
    return this.#entries.image.has(path) || this.#entries.source.has(path);
  }

  add({ kind, stamp, dependsOn, body, sites, tags, shown }: PackEntry): void {
    const on = numbersToText(dependsOn.map((other) => this.#number(other)));
    const { offset, length, crc } = body;
    this.#entries[kind].set(stamp.path, [this.#number(stamp), offset, length, crc, on, sites, tags, shown]);
  }

  index(identity: PackIdentity): PackIndex {
    const [image, source] = [[...this.#entries.image.values()], [...this.#entries.source.values()]];
    return { ...identity, stamps: this.#stamps, entries: { image, source } };
  }

  #number(stamp: FileStamp): number {
    let number = this.#seen.get(stamp);
    if (number === undefined) this.#seen.set(stamp, (number = this.#numberOfState(stamp)));
    return number;
  }

  #numberOfState({ path, size, mtimeMs }: FileStamp): number {
    const key = `${String(size)}|${String(mtimeMs)}|${path}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#stamps.push([path, size, mtimeMs]) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}
