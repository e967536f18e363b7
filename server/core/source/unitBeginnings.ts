/**
 * What preprocessors' walks have passed behind the includes that files begin with, so that files which begin alike (the
 * sources of a driver) walk their headers once. Holds what the walk tells it; walks nothing.
 */
import type { PassedMacros } from './text/macroTable';
import type { SourceText } from './text/sourceText';

/** State of a walk behind one of its root's includes; of the root itself nothing is in it. */
export interface WalkState {
  readonly macros: PassedMacros;
  readonly files: readonly SourceText[];
  /** Path → how often the walk entered it. */
  readonly visits: ReadonlyMap<string, number>;
  readonly once: ReadonlySet<string>;
  readonly budget: number;
}

/** Includes a file begins with, up to one of them, and what the walk knows there. */
export class Beginning {
  state: WalkState | undefined;
  private readonly next = new Map<string, Beginning>();

  /** One include further. `path`: where it leads. */
  behind(path: string): Beginning {
    let found = this.next.get(path);
    if (found === undefined) this.next.set(path, (found = new Beginning()));
    return found;
  }
}

/** Beginnings of the files that are compiled alike and scanned one after the other: of the last build only. */
export class UnitBeginnings {
  private build: ReadonlyMap<string, string> | undefined;
  private readonly byLanguage = new Map<'c' | 'cpp', Beginning>();

  /** `build`: its macros, by identity; they stand for all that is the same for files compiled alike, include folders too. */
  of(build: ReadonlyMap<string, string>, language: 'c' | 'cpp'): Beginning {
    if (this.build !== build) this.clear();
    this.build = build;
    let found = this.byLanguage.get(language);
    if (found === undefined) this.byLanguage.set(language, (found = new Beginning()));
    return found;
  }

  /** Some header reads otherwise now, or leads elsewhere. */
  clear(): void {
    this.build = undefined;
    this.byLanguage.clear();
  }
}
