/**
 * Facts of earlier scans, kept in one file for each set of scanned folders. An entry holds while its file, and every
 * file its facts depend on, has the same size and time. Whatever is old or corrupt is dropped without a word.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiscoveredFile } from './discoverFiles';
import { sameStamp, stampOf } from './fileStamp';
import type { FileStamp, ScannedFile, ScanSetup } from './scanTypes';

const SUFFIX = '.facts.ndjson';
const DAYS_KEPT = 30;

export interface FactCacheOptions {
  /** Made when it does not exist. */
  readonly folder: string;
  /** Absolute paths that are scanned. */
  readonly roots: readonly string[];
  /** Identity of the code that made the facts. */
  readonly engine: string;
  readonly setup: ScanSetup;
}

interface Header {
  readonly engine: string;
  /** What the facts of sources depend on besides files: defines, include folders, which sources there are. */
  readonly sources: string;
  readonly images: string;
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}

function headerOf({ engine, setup }: FactCacheOptions): Header {
  const { symbolPath, trusted, ...forSources } = setup;
  return { engine, sources: digest(forSources), images: digest({ symbolPath, trusted }) };
}

/** The parsed JSON, or undefined. */
function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

export class FactCache {
  readonly #file: string;
  readonly #header: Header;
  /** Path → the entry's line: stamp, tab, ScannedFile. */
  readonly #lines: Map<string, string>;
  readonly #stamps = new Map<string, FileStamp>();
  #changed: boolean;

  private constructor(file: string, header: Header, lines: Map<string, string>, changed: boolean) {
    this.#file = file;
    this.#header = header;
    this.#lines = lines;
    this.#changed = changed;
  }

  /** Opens the cache for a set of roots; empty when there is none that fits. */
  static async open(options: FactCacheOptions): Promise<FactCache> {
    const file = join(options.folder, `${digest([...options.roots].sort())}${SUFFIX}`);
    const header = headerOf(options);
    const [first, ...rest] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
    const old = parse(first) as Partial<Header> | undefined;
    const lines = new Map<string, string>();
    if (old?.engine !== header.engine) return new FactCache(file, header, lines, true);
    const same = { source: old.sources === header.sources, image: old.images === header.images };
    for (const line of rest) {
      const stamp = parse(line.slice(0, line.indexOf('\t')));
      if (!isEntryStamp(stamp)) continue;
      if (same[stamp[0]]) lines.set(stamp[1], line);
    }
    return new FactCache(file, header, lines, !same.source || !same.image);
  }

  /** What an earlier scan found in the file, if that still holds. */
  get(file: DiscoveredFile): ScannedFile | undefined {
    const line = this.#lines.get(file.path);
    if (line === undefined) return undefined;
    const tab = line.indexOf('\t');
    if (line.slice(0, tab) !== entryStamp(file)) return undefined;
    const entry = parse(line.slice(tab + 1));
    if (!isScannedFile(entry) || !entry.dependsOn.every((stamp) => sameStamp(stamp, this.#stampOf(stamp.path)))) {
      return undefined;
    }
    return entry;
  }

  /** What an earlier scan found in the file, whether it still holds or not. */
  stale(file: DiscoveredFile): ScannedFile | undefined {
    const line = this.#lines.get(file.path);
    const entry = parse(line?.slice(line.indexOf('\t') + 1));
    return isScannedFile(entry) ? entry : undefined;
  }

  put(file: DiscoveredFile, scanned: ScannedFile): void {
    this.#lines.set(file.path, `${entryStamp(file)}\t${JSON.stringify(scanned)}`);
    this.#changed = true;
  }

  /** Writes what changed, keeping only the given files. A folder that can't be written to costs the cache, nothing else. */
  async save(files: readonly DiscoveredFile[]): Promise<void> {
    const kept = new Set(files.map((file) => file.path));
    for (const path of [...this.#lines.keys()]) {
      if (kept.has(path)) continue;
      this.#lines.delete(path);
      this.#changed = true;
    }
    if (!this.#changed) return;
    const folder = join(this.#file, '..');
    const draft = `${this.#file}.${String(process.pid)}.tmp`;
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(draft, [JSON.stringify(this.#header), ...this.#lines.values(), ''].join('\n'));
      await rename(draft, this.#file);
      this.#changed = false;
      await removeOld(folder);
    } catch {
      await rm(draft, { force: true }).catch(() => undefined);
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

function entryStamp(file: DiscoveredFile): string {
  return JSON.stringify([file.kind, file.path, file.size, file.mtimeMs]);
}

function isEntryStamp(value: unknown): value is readonly ['image' | 'source', string, number, number] {
  return Array.isArray(value) && (value[0] === 'image' || value[0] === 'source') && typeof value[1] === 'string';
}

/** The file was written by this very engine; this guards against truncated lines and foreign content. */
function isScannedFile(value: unknown): value is ScannedFile {
  if (typeof value !== 'object' || value === null || !('facts' in value) || !('dependsOn' in value)) return false;
  const { facts, dependsOn } = value;
  return (
    Array.isArray(dependsOn) && typeof facts === 'object' && facts !== null && 'sites' in facts && 'issues' in facts
  );
}

/** Caches of folders nobody scans any more. */
async function removeOld(folder: string): Promise<void> {
  const oldest = Date.now() - DAYS_KEPT * 24 * 3600 * 1000;
  for (const name of await readdir(folder)) {
    if (!name.includes(SUFFIX)) continue;
    const file = join(folder, name);
    if ((await stat(file)).mtimeMs < oldest) await rm(file, { force: true });
  }
}
