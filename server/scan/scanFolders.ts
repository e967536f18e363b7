/**
 * A whole scan: discover, take from the cache what still holds, scan the rest, deliver facts in the order of paths.
 * Knows no output format and no protocol.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { dirname } from 'node:path';
import type { FileFacts } from '../../src/shared/facts';
import { discoverFiles, type DiscoveredFile, type Discovery, type FileIssue, type ScanRoot } from './discoverFiles';
import { FactCache } from './factCache';
import type { Project } from './projectFile';
import { loadProjects, projectFilesAbove } from './projects';
import type { Scanner } from './scanner';
import type { ScannedFile, ScanSetup } from './scanTypes';

export interface ScanRequest {
  readonly roots: readonly ScanRoot[];
  readonly includeFolders?: readonly string[];
  readonly defines?: Readonly<Record<string, string>>;
  /** As in _NT_SYMBOL_PATH. */
  readonly symbolPath?: string;
  readonly trusted?: boolean;
  /** Absent: nothing is cached. */
  readonly cache?: { readonly folder: string; readonly engine: string };
}

export interface ScanEvents {
  facts(facts: FileFacts): void;
  /** Something that keeps a file or folder from being scanned at all; issues inside a file are in its facts. */
  issue(issue: FileIssue): void;
  /** After discovery: what holds for all files of this scan. */
  setUp?(setup: ScanSetup): void;
  /** After discovery, and after each file. */
  progress?(done: number, total: number): void;
}

export interface ScanOutcome {
  readonly files: number;
  readonly bytes: number;
  readonly fromCache: number;
  readonly milliseconds: number;
  /** Roots that could not be read at all. */
  readonly unreadableRoots: readonly FileIssue[];
}

/** Files looked up in the cache before other work gets its turn. */
const LOOKUPS_PER_TURN = 100;

/** Scans; rejects with the signal's reason when it aborts, or when scanning can't work here at all. */
export async function scanFolders(
  scanner: Scanner,
  request: ScanRequest,
  events: ScanEvents,
  signal?: AbortSignal,
): Promise<ScanOutcome> {
  const started = performance.now();
  const discovery = await discoverFiles(request.roots, signal);
  for (const issue of discovery.issues) events.issue(issue);
  const setup = await setupFor(request, discovery);
  scanner.setUp(setup);
  events.setUp?.(setup);
  const roots = request.roots.map((root) => root.path);
  const cache = request.cache === undefined ? undefined : await FactCache.open({ ...request.cache, roots, setup });
  const progress = (done: number): void => events.progress?.(done, discovery.files.length);
  progress(0);
  const queue = new OrderedDelivery(discovery.files, events, progress);
  const missing = await takeFromCache(cache, discovery.files, queue, signal);
  const byPath = new Map(missing.map((file) => [file.path, file]));
  const scanned = (result: ScannedFile): void => {
    const file = byPath.get(result.facts.file);
    if (file !== undefined && result.failed === undefined) cache?.put(file, result);
    queue.add(result.facts);
  };
  await scanner.run(missing, scanned, signal);
  await cache?.save(discovery.files);
  return {
    files: discovery.files.length,
    bytes: queue.bytes,
    fromCache: discovery.files.length - missing.length,
    milliseconds: performance.now() - started,
    unreadableRoots: discovery.unreadableRoots,
  };
}

async function setupFor(request: ScanRequest, discovery: Discovery): Promise<ScanSetup> {
  return {
    sources: discovery.files.filter((file) => file.kind === 'source').map((file) => file.path),
    projects: await projectsFor(request.roots, discovery),
    includeFolders: request.includeFolders ?? [],
    defines: request.defines ?? {},
    symbolPath: request.symbolPath ?? '',
    trusted: request.trusted ?? true,
  };
}

/** Projects below the roots, and those above them that the roots may be a part of. */
async function projectsFor(roots: readonly ScanRoot[], discovery: Discovery): Promise<Project[]> {
  const above = new Set<string>();
  for (const folder of new Set(roots.map((root) => dirname(root.path)))) {
    for (const file of await projectFilesAbove(folder)) above.add(file);
  }
  return loadProjects([...new Set([...discovery.projectFiles, ...above])]);
}

async function takeFromCache(
  cache: FactCache | undefined,
  files: readonly DiscoveredFile[],
  queue: OrderedDelivery,
  signal: AbortSignal | undefined,
): Promise<DiscoveredFile[]> {
  if (cache === undefined) return [...files];
  const missing: DiscoveredFile[] = [];
  for (const [at, file] of files.entries()) {
    const known = cache.get(file);
    if (known === undefined) missing.push(file);
    else queue.add(known.facts);
    if (at % LOOKUPS_PER_TURN === LOOKUPS_PER_TURN - 1) {
      await nextTurn();
      signal?.throwIfAborted();
    }
  }
  return missing;
}

/** Passes facts on in the order of the files, whatever the order in which threads finish. */
class OrderedDelivery {
  bytes = 0;
  readonly #files: readonly DiscoveredFile[];
  readonly #events: ScanEvents;
  readonly #progress: (done: number) => void;
  readonly #waiting = new Map<string, FileFacts>();
  #next = 0;
  #done = 0;

  constructor(files: readonly DiscoveredFile[], events: ScanEvents, progress: (done: number) => void) {
    this.#files = files;
    this.#events = events;
    this.#progress = progress;
  }

  add(facts: FileFacts): void {
    this.bytes += facts.size;
    this.#done += 1;
    this.#waiting.set(facts.file, facts);
    for (let file = this.#files[this.#next]; file !== undefined; file = this.#files[this.#next]) {
      const ready = this.#waiting.get(file.path);
      if (ready === undefined) break;
      this.#waiting.delete(file.path);
      this.#next += 1;
      this.#events.facts(ready);
    }
    this.#progress(this.#done);
  }
}
