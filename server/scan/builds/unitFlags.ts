/**
 * Which settings hold for a source: its entry in a compilation database, else its project's and those of the folders it
 * lies in; the command line's come last and win. Answers for one setup; sources compiled alike share one answer.
 */
import { isInside } from '../files/paths';
import type { ScanSetup } from '../scanTypes';
import { joinFlags, type CompileFlags, type UnitFlags } from './compileFlags';
import type { ProjectMap } from './projects';

export class UnitFlagsMap {
  readonly #numbers = new Map<CompileFlags, number>();
  readonly #joined = new Map<string, UnitFlags>();
  /**
   * By what they say: units that define the same and look for includes in the same folders share one object, by which
   * the scanner knows that a header reads the same.
   */
  readonly #macros = new Map<string, Pick<UnitFlags, 'defines' | 'undefines'>>();
  readonly #given: CompileFlags;

  constructor(
    private readonly setup: Pick<ScanSetup, 'compileFlags' | 'folderFlags' | 'defines'>,
    private readonly projects: ProjectMap,
  ) {
    const { defines } = setup;
    this.#given = { defines, undefines: [], includeFolders: [], forcedIncludes: [], origin: 'command line' };
  }

  of(file: string): UnitFlags {
    const layers = [...this.#layers(file), this.#given];
    const key = layers.map((layer) => this.#number(layer)).join();
    let joined = this.#joined.get(key);
    if (joined === undefined) {
      const flags = joinFlags(layers);
      joined = { ...flags, ...this.#sharedMacros(flags) };
      this.#joined.set(key, joined);
    }
    return joined;
  }

  #sharedMacros({
    defines,
    undefines,
    includeFolders,
    forcedIncludes,
  }: UnitFlags): Pick<UnitFlags, 'defines' | 'undefines'> {
    const key = JSON.stringify([[...defines].sort(byName), [...undefines].sort(), includeFolders, forcedIncludes]);
    const known = this.#macros.get(key) ?? { defines, undefines };
    this.#macros.set(key, known);
    return known;
  }

  #layers(file: string): readonly CompileFlags[] {
    const entry = this.setup.compileFlags[file];
    // A command says everything; the rest would be another build's.
    if (entry !== undefined) return [entry];
    const project = this.projects.projectOf(file);
    const own = project?.flagsOf?.[file] ?? project?.flags;
    const folders = this.setup.folderFlags.filter(({ folder }) => isInside(folder, file)).map(({ flags }) => flags);
    return own === undefined ? folders : [own, ...folders];
  }

  #number(layer: CompileFlags): number {
    const known = this.#numbers.get(layer) ?? this.#numbers.size;
    this.#numbers.set(layer, known);
    return known;
  }
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
