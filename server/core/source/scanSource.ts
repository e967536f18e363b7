/**
 * Entry of the source scanner: text of a C or C++ file in, tag sites and mentions out.
 * Reads no files: included text comes through `SourceFiles`. Never throws on input.
 */
import type { FileFacts } from '../../../src/shared/facts';

/** How the scanner reaches other files. Paths are absolute. The caller caches; the same path gives the same text within a scan. */
export interface SourceFiles {
  /** Text of a file, or undefined when it can't be read. */
  readText(path: string): string | undefined;
  /** Where `#include "name"` or `<name>` (angled) in the file `from` leads; undefined when it is not at hand (WDK headers). */
  resolveInclude(from: string, name: string, angled: boolean): string | undefined;
}

/** tree-sitter parsers, loaded once per thread. */
export interface SourceParsers {
  readonly c: unknown;
  readonly cpp: unknown;
}

/** Bytes of the three WebAssembly modules. */
export interface ParserModules {
  readonly runtime: Uint8Array;
  readonly c: Uint8Array;
  readonly cpp: Uint8Array;
}

export interface ScanSourceOptions {
  /** Absolute path; its extension chooses C or C++. */
  readonly file: string;
  /** Driver or project the file belongs to. */
  readonly module: string;
  readonly files: SourceFiles;
  readonly parsers: SourceParsers;
  /** Macros from the build or the command line, over the WDK's defaults: NAME → replacement text. */
  readonly defines?: ReadonlyMap<string, string>;
}

export type ScannedSource = Required<Pick<FileFacts, 'sites' | 'issues' | 'mentions' | 'includes'>>;

/** Loads the parsers; call once per thread. */
export function loadSourceParsers(_modules: ParserModules): Promise<SourceParsers> {
  return Promise.resolve({ c: undefined, cpp: undefined });
}

/** Finds every tag site and mention in a source text. */
export function scanSource(_text: string, _options: ScanSourceOptions): ScannedSource {
  return { sites: [], issues: [], mentions: [], includes: [] };
}
