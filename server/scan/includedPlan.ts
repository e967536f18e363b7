/**
 * Which sources a scan of everything has to read once more in the places where units include them: those that leave names
 * open, and those that may name what only their includers' projects have. Scans nothing.
 */
import type { IncludeIndex } from '../core/index/includeIndex';
import type { CrossFile } from './crossFile';
import { isUnit, unitsAmong } from './includedSources';
import type { ScanTask } from './scanTypes';

export class IncludedPlan {
  /** Other projects by whose names a source was chosen. */
  readonly #asked = new Map<string, string>();

  /** `includes`: what the units include, at least. */
  constructor(
    private readonly crossFile: CrossFile,
    private readonly includes: IncludeIndex,
  ) {}

  /** Sources that are to be read in other units, or for the first time in some; none of `planned`. */
  tasks(planned: readonly ScanTask[]): ScanTask[] {
    const { included } = this.crossFile;
    const left = new Set(planned.map(({ path }) => path));
    const tasks: ScanTask[] = [];
    for (const path of included.open) {
      const units = this.#unitsOf(path);
      if (left.has(path) || units.length === 0 || included.isReadIn(path, units)) continue;
      left.add(path);
      tasks.push({ path, kind: 'source', project: this.crossFile.projectOf(path), includedBy: units });
    }
    for (const [path, projects] of this.#namedElsewhere()) {
      const units = this.#unitsOf(path);
      const names = projects.flatMap((project) => this.crossFile.wrapperNames(project));
      const asked = `${projects.join('\n')} ${String(names.length)}`;
      if (left.has(path) || this.#asked.get(path) === asked || included.isReadIn(path, units)) continue;
      this.#asked.set(path, asked);
      const project = this.crossFile.projectOf(path);
      tasks.push({ path, kind: 'source', project, includedBy: units, onlyIfNaming: names });
    }
    return tasks;
  }

  /** A task with the units in whose places its source is read. */
  complete(task: ScanTask): ScanTask {
    const { included } = this.crossFile;
    if (!included.open.has(task.path) && !included.wasReadInUnits(task.path)) return task;
    return { ...task, includedBy: this.#unitsOf(task.path) };
  }

  #unitsOf(path: string): readonly string[] {
    return unitsAmong(this.includes.includersOf(path));
  }

  /** Sources that units of other projects include, which have wrappers, with those projects. */
  #namedElsewhere(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const unit of this.includes.files().filter(isUnit).sort()) {
      const project = this.crossFile.projectOf(unit);
      if (this.crossFile.wrapperNames(project).length === 0) continue;
      for (const path of this.includes.includesOf(unit)) {
        if (this.crossFile.projectOf(path) === project) continue;
        const known = found.get(path);
        if (known === undefined) found.set(path, [project]);
        else if (!known.includes(project)) known.push(project);
      }
    }
    return found;
  }
}
