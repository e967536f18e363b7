/**
 * The work of one scan after discovery: take from the cache what still holds, scan the rest, then scan sources again
 * whose meaning another file of their project changed. Delivers facts in the order of paths.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FileFacts } from '../../src/shared/facts';
import type { FactCache } from './cache/factCache';
import { KeptImage } from './cache/keptImage';
import { followedNames, MOST_ROUNDS, TOO_MANY_ROUNDS, type CrossFile, type ProjectChange } from './crossFile';
import { Copies } from './files/copies';
import type { DiscoveredFile, FileIssue } from './files/discoverFiles';
import { IncludedPlan } from './includedPlan';
import { ProjectProgress } from './projectProgress';
import type { ScannedFile, ScanTask } from './scanTypes';
import type { PdbPlaces } from './symbols/pdbPlaces';
import type { Scanner } from './threads/scanner';
import type { WaitingResults } from './waitingResults';

/** Files looked up in the cache, or made tasks of, before other work gets its turn. */
const LOOKUPS_PER_TURN = 100;
/** Facts given out before other work gets its turn. */
const DELIVERIES_PER_TURN = 50;

/** The file that was scanned last, and the bytes scanned so far. */
export interface LastFile {
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
}

export interface PlanEvents {
  facts(facts: FileFacts): void;
  /** In the place of `facts`, where it is given: an image whose lines are made already. */
  kept?(image: KeptImage): void;
  /** Of a project whose files were not all told what they tell each other; `file` is its first. */
  issue(issue: FileIssue): void;
  progress?(done: number, total: number, last?: LastFile): void;
}

export class ScanPlan {
  readonly #byPath: ReadonlyMap<string, DiscoveredFile>;
  readonly #included: IncludedPlan;
  /** Rounds in which projects were settled as far as they were known then. */
  readonly #rounds = new Map<string, number>();
  #missing: DiscoveredFile[] = [];
  #delivered = 0;
  #bytes = 0;
  #copies = 0;

  constructor(
    private readonly scanner: Scanner,
    /** In the order of their paths. */
    private readonly files: readonly DiscoveredFile[],
    readonly crossFile: CrossFile,
    private readonly events: PlanEvents,
    private readonly pdbs: PdbPlaces,
    private readonly cache: FactCache | undefined,
    private readonly results: WaitingResults,
  ) {
    this.#byPath = new Map(files.map((file) => [file.path, file]));
    this.#included = new IncludedPlan(crossFile, results.includes);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Files that have the bytes of another one and were not scanned themselves. */
  get copies(): number {
    return this.#copies;
  }

  get fromCache(): number {
    return this.files.length - this.#missing.length;
  }

  /** Finds what the cache knows, and what has to be scanned. */
  async lookUp(signal: AbortSignal | undefined): Promise<void> {
    if (this.cache === undefined) {
      this.#missing = [...this.files];
      return;
    }
    for (const [at, file] of this.files.entries()) {
      const known = this.cache.get(file);
      if (known === undefined) this.#missing.push(file);
      else this.results.set(file.path, known);
      if (file.kind === 'source') {
        // The old exports of a changed file, too: the cached facts of others were made with them.
        const before = known instanceof KeptImage ? undefined : (known ?? this.cache.stale(file));
        if (before?.exports) this.crossFile.update(file.path, before.exports, before.facts.includes, before.includedBy);
      }
      if (at % LOOKUPS_PER_TURN === LOOKUPS_PER_TURN - 1) {
        await nextTurn();
        signal?.throwIfAborted();
      }
    }
    for (const { project, externals } of this.crossFile.settle()) this.scanner.setExternals(project, externals);
  }

  /** Scans what is missing, and again what that changes for others. Everything is delivered when this resolves. */
  async scan(signal: AbortSignal | undefined): Promise<void> {
    let done = this.fromCache;
    let bytes = 0;
    this.events.progress?.(done, this.files.length);
    this.#deliver(false);
    const copies = new Copies(this.#missing, this.pdbs);
    const took = (results: readonly ScannedFile[]): void => {
      for (const result of results) this.#take(result);
      done += results.length;
      for (const { facts } of results) bytes += facts.size;
      this.#deliver(false);
      const file = results.at(-1)?.facts.file;
      this.events.progress?.(done, this.files.length, file === undefined ? undefined : { file, bytes });
    };
    const tasks = await this.#firstTasks(copies, signal);
    const progress = new ProjectProgress((key) => this.crossFile.linkedTo(key));
    for (const { project } of tasks) if (project !== undefined) progress.expect(project);
    const settling: Promise<void>[] = [];
    await this.scanner.run(
      tasks,
      (result) => {
        const file = this.#byPath.get(result?.facts.file ?? '');
        if (result === undefined || file === undefined) return;
        took(file.kind === 'image' ? copies.settle(result, file) : [result]);
        if (file.kind !== 'source') return;
        for (const key of progress.done(this.crossFile.projectOf(file.path))) {
          const settled = this.#settle(key, signal);
          // When a scan is stopped nobody may get to wait for it.
          settled.catch(() => undefined);
          settling.push(settled);
        }
      },
      signal,
    );
    await Promise.all(settling);
    for (let left = copies.takeLeftOver(); left.length > 0; left = copies.takeLeftOver()) {
      await this.scanner.run(
        left,
        (result) => {
          if (result !== undefined) took(copies.settleLeftOver(result));
        },
        signal,
      );
    }
    this.#copies = copies.count;
    await this.#settleProjects(signal);
    while (this.#deliver(true)) await nextTurn();
  }

  async #settleProjects(signal: AbortSignal | undefined): Promise<void> {
    for (let round = 0; ; round += 1) {
      const tasks: ScanTask[] = [];
      for (const change of this.crossFile.changes()) {
        const again = this.#tasksOf(change, round + (this.#rounds.get(change.project) ?? 0));
        const [first] = again;
        if (round === MOST_ROUNDS && first) this.events.issue({ file: first.path, message: TOO_MANY_ROUNDS });
        tasks.push(...again.map((task) => this.#included.complete(task)));
        await nextTurn();
        signal?.throwIfAborted();
      }
      tasks.push(...this.#included.tasks(tasks));
      if (tasks.length === 0 || round === MOST_ROUNDS) return;
      await this.#scanAgain(tasks, signal);
    }
  }

  /** Settles one project as far as it is known: threads have its headers at hand now. */
  async #settle(key: string, signal: AbortSignal | undefined): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const change = this.crossFile.changeOf(key);
      if (change === undefined) return;
      this.#rounds.set(key, round);
      await this.#scanAgain(this.#tasksOf(change, round), signal);
    }
  }

  #tasksOf(change: ProjectChange, round: number): ScanTask[] {
    const { project, externals, files } = change;
    this.scanner.setExternals(project, externals);
    const names = followedNames(change, round);
    if (names.length === 0) return [];
    return files.map((path) => ({ path, kind: 'source', project, onlyIfNaming: names }));
  }

  #scanAgain(tasks: readonly ScanTask[], signal: AbortSignal | undefined): Promise<void> {
    return this.scanner.run(
      tasks,
      (result) => {
        if (result !== undefined) this.#take(result);
      },
      signal,
    );
  }

  async #firstTasks(copies: Copies, signal: AbortSignal | undefined): Promise<ScanTask[]> {
    const tasks: ScanTask[] = [];
    for (const file of this.#missing) {
      tasks.push(file.kind === 'image' ? copies.task(file) : this.#sourceTask(file));
      if (tasks.length % LOOKUPS_PER_TURN > 0) continue;
      // Which project a file is of is told by the folders above it: that adds up.
      await nextTurn();
      signal?.throwIfAborted();
    }
    return tasks;
  }

  #sourceTask({ path, kind }: DiscoveredFile): ScanTask {
    return { path, kind, project: this.crossFile.projectOf(path) };
  }

  #take(result: ScannedFile): void {
    const file = this.#byPath.get(result.facts.file);
    if (file === undefined) return;
    if (file.kind === 'source')
      this.crossFile.update(file.path, result.exports, result.facts.includes, result.includedBy);
    const kept = result.failed === undefined ? this.cache?.put(file, result) : undefined;
    this.results.set(file.path, this.events.kept === undefined ? result : (kept ?? result));
  }

  /** Delivers what is ready, in order; true: there is more than one turn's share. Sources are ready when their projects are. */
  #deliver(sources: boolean): boolean {
    const last = this.#delivered + DELIVERIES_PER_TURN;
    for (let file = this.files[this.#delivered]; file !== undefined; file = this.files[this.#delivered]) {
      if ((file.kind === 'source' && !sources) || !this.results.has(file.path)) return false;
      if (this.#delivered >= last) return true;
      const result = this.results.take(file.path);
      this.#delivered += 1;
      if (result !== undefined) this.#give(result);
    }
    return false;
  }

  #give(result: FileFacts | KeptImage): void {
    if (result instanceof KeptImage && this.events.kept !== undefined) {
      this.#bytes += result.fields.size;
      this.events.kept(result);
      return;
    }
    const facts = result instanceof KeptImage ? result.facts() : result;
    this.#bytes += facts.size;
    this.events.facts(facts);
  }
}
