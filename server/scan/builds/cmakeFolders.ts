/**
 * What a CMakeLists.txt takes from the files around it: the text of `.cmake` files in its own folder that it includes, and
 * the folders its variables name (`CMAKE_SOURCE_DIR`, `NAME_SOURCE_DIR`). Over texts; reads nothing itself.
 */
import { dirname, relative, sep } from 'node:path';
import { isInside } from '../files/paths';

const INCLUDE = /^[ \t]*include[ \t]*\([ \t]*([\w-][\w.-]*\.cmake)[ \t]*\)/gim;
const PROJECT = /^[ \t]*project[ \t]*\([ \t\r\n]*([\w.+-]+)/gim;
const MOST_INCLUDES = 16;

/** Names of the `.cmake` files beside it that a text includes. */
export function includedNames(text: string): string[] {
  return [...new Set([...text.matchAll(INCLUDE)].map(([, name = '']) => name))].slice(0, MOST_INCLUDES);
}

/** The text with those files' texts in place of their `include`. */
export function withIncluded(text: string, texts: ReadonlyMap<string, string>): string {
  return text.replace(INCLUDE, (all, name: string) => texts.get(name) ?? all);
}

/** Of many CMakeLists: where they stand to each other. */
export class CMakeFolders {
  /** Folder → names of the projects it declares. */
  readonly #names = new Map<string, readonly string[]>();

  add(file: string, text: string): void {
    this.#names.set(
      dirname(file),
      [...text.matchAll(PROJECT)].map(([, name = '']) => name),
    );
  }

  /** Values of the variables that name folders, as a CMakeLists in `folder` sees them: relative to it, with `/`. */
  variablesAt(folder: string): ReadonlyMap<string, readonly string[]> {
    const to = (target: string): readonly string[] => [relative(folder, target).split(sep).join('/') || '.'];
    const found = new Map<string, readonly string[]>();
    const around = [...this.#names].filter(([at]) => at === folder || isInside(at, folder));
    // From the outermost on: what is nearer wins.
    for (const [at, names] of around.sort(([a], [b]) => a.length - b.length)) {
      if (found.size === 0) found.set('CMAKE_SOURCE_DIR', to(at));
      if (names.length > 0) found.set('PROJECT_SOURCE_DIR', to(at));
      for (const name of names) found.set(`${name}_SOURCE_DIR`, to(at));
    }
    for (const here of ['CMAKE_CURRENT_SOURCE_DIR', 'CMAKE_CURRENT_LIST_DIR']) found.set(here, ['.']);
    return found;
  }
}
