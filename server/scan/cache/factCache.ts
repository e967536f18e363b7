/**
 * Facts of earlier scans, kept in one file for each set of scanned folders. An entry holds while its file, and every
 * file its facts depend on, has the same size and time. Whatever is old or corrupt is dropped without a word.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ShowPath } from '../../core/report/contractLines';
import { imageLines } from '../../core/report/imageLines';
import type { DiscoveredFile } from '../files/discoverFiles';
import { sameStamp, stampOf } from '../files/fileStamp';
import type { FileStamp, ScannedFile, ScanSetup } from '../scanTypes';
import { CACHE_SUFFIX, tidyCacheFolder, touchInUse } from './cacheFolder';
import { PackReader, PackWriter } from './factPack';
import { KeptImage } from './keptImage';
import { IndexBuilder, readPackIndex, type PackEntry, type PackIdentity } from './packIndex';

/** A cache does not grow beyond this; the files that come last are scanned each time. */
const MOST_BYTES = 1 << 30;

const NOTHING = Buffer.alloc(0);

export interface FactCacheOptions {
  /** Made when it does not exist. */
  readonly folder: string;
  /** Absolute paths that are scanned. */
  readonly roots: readonly string[];
  /** Identity of the code that made the facts. */
  readonly engine: string;
  readonly setup: ScanSetup;
  /** How paths stand in the lines of images. */
  readonly showPath: ShowPath;
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}

/** What the facts depend on besides files; for sources: defines, include folders, which sources there are. */
function identityOf({ engine, setup }: FactCacheOptions): PackIdentity {
  const { symbolPath, trusted, ...forSources } = setup;
  return { engine, source: digest(forSources), image: digest({ symbolPath, trusted }) };
}

export class FactCache {
  readonly #folder: string;
  readonly #path: string;
  readonly #identity: PackIdentity;
  readonly #showPath: ShowPath;
  /** Open until the cache is closed. */
  #reader: PackReader | undefined;
  readonly #old: ReadonlyMap<string, PackEntry>;
  readonly #new = new IndexBuilder();
  readonly #stamps = new Map<string, FileStamp>();
  #writer: PackWriter | undefined;
  /** Nothing can be written there. */
  #closed = false;

  /** Opens the cache for a set of roots; empty when there is none that fits. */
  constructor(options: FactCacheOptions) {
    this.#folder = options.folder;
    this.#path = join(options.folder, `${digest([...options.roots].sort())}${CACHE_SUFFIX}`);
    this.#identity = identityOf(options);
    this.#showPath = options.showPath;
    this.#reader = PackReader.open(this.#path);
    this.#old = readPackIndex(this.#reader?.index, this.#identity);
  }

  /** What an earlier scan found in the file, if that still holds. */
  get(file: DiscoveredFile): ScannedFile | KeptImage | undefined {
    const entry = this.#old.get(file.path);
    if (entry?.kind !== file.kind || !sameStamp(entry.stamp, file)) return undefined;
    const { dependsOn } = entry;
    if (!dependsOn.every((stamp) => sameStamp(stamp, this.#stampOf(stamp.path)))) return undefined;
    const body = this.#reader?.body(entry.body);
    if (body === undefined) return undefined;
    if (entry.kind === 'source') return parseSource(body, dependsOn);
    const { size } = file;
    return new KeptImage({ ...entry, file: file.path, size }, () => this.#reader?.again(entry.body) ?? NOTHING);
  }

  /** What an earlier scan found in a source, whether that still holds or not. */
  stale({ path }: DiscoveredFile): ScannedFile | undefined {
    const entry = this.#old.get(path);
    const body = entry?.kind === 'source' ? this.#reader?.body(entry.body) : undefined;
    return entry && body && parseSource(body, entry.dependsOn);
  }

  /** Keeps what was found in a file. Gives the lines of an image, which are made for this. */
  put(file: DiscoveredFile, scanned: ScannedFile): KeptImage | undefined {
    const writer = this.#startWriting();
    if (writer === undefined || writer.size >= MOST_BYTES) return undefined;
    const { facts, dependsOn } = scanned;
    const { kind } = file;
    const isImage = kind === 'image';
    const text = isImage ? imageLines(facts, this.#showPath) : sourceBody(scanned);
    const bytes = Buffer.from(text);
    const fields = {
      shown: isImage ? this.#showPath(file.path) : '',
      sites: facts.sites.length,
      tags: isImage ? [...new Set(facts.sites.flatMap((site) => site.tags))] : [],
    };
    this.#write(() => {
      this.#new.add({ kind, stamp: file, dependsOn, body: writer.add(bytes), ...fields });
    });
    return isImage ? new KeptImage({ ...fields, file: file.path, size: file.size }, () => bytes) : undefined;
  }

  /** Writes what changed, keeping only the given files. A folder that can't be written to costs the cache, nothing else. */
  save(files: readonly DiscoveredFile[]): void {
    const gone = this.#old.size > files.length;
    const writer = gone ? this.#startWriting() : this.#writer;
    if (writer === undefined) touchInUse(this.#path);
    else {
      this.#write(() => {
        this.#keepOld(files, writer);
        this.#closeReader();
        writer.finish(this.#new.index(this.#identity));
        tidyCacheFolder(this.#folder);
      });
    }
    this.close();
  }

  /** Gives up what is not saved. */
  close(): void {
    this.#closeReader();
    if (!this.#closed) this.#writer?.abandon();
    this.#closed = true;
  }

  #closeReader(): void {
    this.#reader?.close();
    this.#reader = undefined;
  }

  #keepOld(files: readonly DiscoveredFile[], writer: PackWriter): void {
    for (const { path } of files) {
      const entry = this.#new.has(path) ? undefined : this.#old.get(path);
      const body = entry && this.#reader?.body(entry.body);
      if (entry !== undefined && body !== undefined) this.#new.add({ ...entry, body: writer.add(body) });
    }
  }

  #startWriting(): PackWriter | undefined {
    if (this.#writer === undefined && !this.#closed) {
      this.#write(() => {
        mkdirSync(this.#folder, { recursive: true });
        this.#writer = new PackWriter(this.#path);
      });
    }
    return this.#closed ? undefined : this.#writer;
  }

  #write(action: () => void): void {
    try {
      action();
    } catch {
      this.#closed = true;
      this.#writer?.abandon();
    }
  }

  #stampOf(path: string): FileStamp {
    let stamp = this.#stamps.get(path);
    if (stamp === undefined) {
      stamp = stampOf(path);
      this.#stamps.set(path, stamp);
    }
    return stamp;
  }
}

/** What a source includes is what it depends on, and each path stands in the index once: the body leaves it out. */
function sourceBody(scanned: ScannedFile): string {
  const { facts, dependsOn } = scanned;
  const { includes } = facts;
  const isSame = includes?.length === dependsOn.length && dependsOn.every(({ path }, at) => path === includes[at]);
  return JSON.stringify({ ...scanned, dependsOn: [], facts: isSame ? { ...facts, includes: [] } : facts });
}

/** The body was written by this very engine and has the right CRC: its shape is what was written. */
function parseSource(body: Buffer, dependsOn: readonly FileStamp[]): ScannedFile | undefined {
  try {
    const scanned = JSON.parse(body.toString()) as ScannedFile;
    const { facts } = scanned;
    if (facts.includes?.length !== 0) return { ...scanned, dependsOn };
    return { ...scanned, facts: { ...facts, includes: dependsOn.map(({ path }) => path) }, dependsOn };
  } catch {
    return undefined;
  }
}
