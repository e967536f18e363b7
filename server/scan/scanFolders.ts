/**
 * A whole scan: discover, take from the cache what still holds, scan the rest, deliver facts in the order of paths.
 * Knows no output format and no protocol.
 */
import { dirname } from 'node:path';
import type { FileFacts } from '../../src/shared/facts';
import type { ShowPath } from '../core/report/contractLines';
import { loadBuildSettings } from './builds/buildSettings';
import type { CompileFlags } from './builds/compileFlags';
import { DEFAULT_BUILD, type BuildChoice } from './builds/msbuild';
import type { Project } from './builds/projectFile';
import { loadProjects, projectFilesAbove, ProjectMap, type ProjectOptions } from './builds/projects';
import { FactCache } from './cache/factCache';
import type { KeptImage } from './cache/keptImage';
import { CrossFile } from './crossFile';
import { discoverFiles, type Discovery, type FileIssue, type ScanRoot } from './files/discoverFiles';
import { isInside } from './files/paths';
import type { AllocatorsOfFolder } from './folderAllocators';
import { ScanPlan, type LastFile } from './scanPlan';
import type { ScanSetup } from './scanTypes';
import { PdbPlaces } from './symbols/pdbPlaces';
import type { Scanner } from './threads/scanner';
import { WaitingResults } from './waitingResults';

export interface ScanRequest {
  readonly roots: readonly ScanRoot[];
  readonly includeFolders?: readonly string[];
  readonly defines?: Readonly<Record<string, string>>;
  readonly allocators?: readonly AllocatorsOfFolder[];
  readonly compileFlags?: Readonly<Record<string, CompileFlags>>;
  /** As in _NT_SYMBOL_PATH. */
  readonly symbolPath?: string;
  readonly trusted?: boolean;
  /** The thread has nothing else to do: file systems may block it while files are looked for. */
  readonly blocking?: boolean;
  /** Facts say what the sources include. */
  readonly withIncludes?: boolean;
  /** Absent: nothing is cached. */
  readonly cache?: {
    readonly folder: string;
    readonly engine: string;
    /** How paths are shown in the lines that are kept; default: as they are. */
    readonly showPath?: ShowPath;
  };
}

export interface ScanEvents {
  facts(facts: FileFacts): void;
  /** In the place of `facts`, where it is given: an image whose lines are made already. */
  kept?(image: KeptImage): void;
  /** Something that keeps a file or folder from being scanned at all; issues inside a file are in its facts. */
  issue(issue: FileIssue): void;
  /** After discovery: what holds for all files of this scan. */
  setUp?(setup: ScanSetup): void;
  /** After discovery, and after each file. */
  progress?(done: number, total: number, last?: LastFile): void;
}

export interface ScanOutcome {
  readonly files: number;
  readonly bytes: number;
  readonly fromCache: number;
  /** Files that have the bytes of another one and were not scanned themselves. */
  readonly copies: number;
  readonly milliseconds: number;
  /** Roots that could not be read at all. */
  readonly unreadableRoots: readonly FileIssue[];
  /** What the files of each project tell each other, for scans of single files later on. */
  readonly crossFile: CrossFile;
}

/** Scans; rejects with the signal's reason when it aborts, or when scanning can't work here at all. */
export async function scanFolders(
  scanner: Scanner,
  request: ScanRequest,
  events: ScanEvents,
  signal?: AbortSignal,
): Promise<ScanOutcome> {
  const started = performance.now();
  const discovery = await discoverFiles(request.roots, { signal, blocking: request.blocking });
  for (const issue of discovery.issues) events.issue(issue);
  // Threads start while projects are read; where a cache may know everything, they may not be needed.
  if (request.cache === undefined) scanner.prepare(discovery.files);
  const setup = await setupFor(request, discovery, events);
  scanner.setUp(setup);
  events.setUp?.(setup);
  const roots = request.roots.map((root) => root.path);
  const showPath: ShowPath = (path) => path;
  const cache = request.cache && new FactCache({ showPath, ...request.cache, roots, setup });
  const crossFile = new CrossFile(new ProjectMap(setup.projects));
  const results = new WaitingResults(request.withIncludes === true);
  const pdbs = new PdbPlaces(setup.symbolPath, setup.trusted);
  const plan = new ScanPlan(scanner, discovery.files, crossFile, events, pdbs, cache, results);
  try {
    await plan.lookUp(signal);
    await plan.scan(signal);
    cache?.save(discovery.files);
  } finally {
    cache?.close();
  }
  return {
    files: discovery.files.length,
    bytes: plan.bytes,
    fromCache: plan.fromCache,
    copies: plan.copies,
    milliseconds: performance.now() - started,
    unreadableRoots: discovery.unreadableRoots,
    crossFile,
  };
}

async function setupFor(request: ScanRequest, discovery: Discovery, events: ScanEvents): Promise<ScanSetup> {
  const roots = request.roots.map((root) => root.path);
  const choiceOf = choiceFor(request.roots);
  const settings = loadBuildSettings(discovery.settingsFiles, { roots, choiceOf });
  for (const issue of settings.issues) events.issue(issue);
  return {
    sources: discovery.files.filter((file) => file.kind === 'source').map((file) => file.path),
    projects: await projectsFor(roots, discovery, { folders: roots, choiceOf, blocking: request.blocking }),
    includeFolders: request.includeFolders ?? [],
    defines: request.defines ?? {},
    allocators: request.allocators ?? [],
    // A database that was named says everything; those that lie about may be of other builds.
    compileFlags: request.compileFlags ?? settings.compileFlags,
    folderFlags: settings.folderFlags,
    symbolPath: request.symbolPath ?? '',
    trusted: request.trusted ?? true,
  };
}

/** Projects below the roots, and those above them that the roots may be a part of. */
async function projectsFor(
  roots: readonly string[],
  discovery: Discovery,
  options: ProjectOptions,
): Promise<Project[]> {
  const above = new Set<string>();
  for (const folder of new Set(roots.map((root) => dirname(root)))) {
    for (const file of await projectFilesAbove(folder)) above.add(file);
  }
  return loadProjects([...new Set([...discovery.projectFiles, ...above])], options);
}

/** What was asked for by the innermost root that a file lies in. */
function choiceFor(roots: readonly ScanRoot[]): (file: string) => BuildChoice {
  const inner = [...roots].sort((a, b) => b.path.length - a.path.length);
  return (file) => inner.find((root) => isInside(root.path, file))?.build ?? inner[0]?.build ?? DEFAULT_BUILD;
}
