/**
 * Sources that say themselves what the scanner should find. A comment under a line marks a site:
 *     p = ExAllocatePoolWithTag(NonPagedPool, 8, 'derF');
 *     //  ^^^^^^^^^^^^^^^^^^^^^                  ~~~~~~ Fred
 * Carets stand under the called name, tildes under the tag's expression; behind them what `describe` says of the site.
 * Every site must be marked and every mark must be found.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { changedNames, namesAny } from '../../../../server/core/source/changedNames';
import { mergeExports, NO_EXTERNALS } from '../../../../server/core/source/externals';
import {
  loadSourceParsers,
  scanSource,
  type ScannedSource,
  type SourceFiles,
  type SourceParsers,
} from '../../../../server/core/source/scanSource';
import { SourceCache } from '../../../../server/core/source/sourceCache';
import type { TagSite } from '../../../../src/shared/facts';
import { tagToText } from '../../../../src/shared/poolTag';

function moduleBytes(file: string): Uint8Array {
  return fs.readFileSync(path.join(import.meta.dirname, '../../../../node_modules', file));
}

let loading: Promise<SourceParsers> | undefined;

/** The parsers, loaded once per test process. */
export function parsers(): Promise<SourceParsers> {
  loading ??= loadSourceParsers({
    runtime: moduleBytes('web-tree-sitter/web-tree-sitter.wasm'),
    c: moduleBytes('tree-sitter-c/tree-sitter-c.wasm'),
    cpp: moduleBytes('tree-sitter-cpp/tree-sitter-cpp.wasm'),
  });
  return loading;
}

/** Name → text. Includes lead to the files of the same name. */
export type Tree = Readonly<Record<string, string>>;

export function treeFiles(tree: Tree): SourceFiles {
  return {
    readText: (file) => tree[file.slice(1)],
    resolveInclude: (_from, name) => (tree[name] === undefined ? undefined : `/${name}`),
  };
}

/** Scans one file of a tree on its own. */
export async function scanFile(
  tree: Tree,
  file: string,
  defines?: ReadonlyMap<string, string>,
): Promise<ScannedSource> {
  return scanSource(tree[file] ?? '', {
    file: `/${file}`,
    module: 'toaster',
    files: treeFiles(tree),
    parsers: await parsers(),
    ...(defines && { defines }),
  });
}

/** Scans all files as one project, in as many rounds as they need to learn of each other. */
export async function scanProject(tree: Tree): Promise<ReadonlyMap<string, ScannedSource>> {
  const shared = { module: 'toaster', files: treeFiles(tree), parsers: await parsers(), cache: new SourceCache() };
  const results = new Map<string, ScannedSource>();
  let externals = NO_EXTERNALS;
  let open = Object.keys(tree);
  for (let round = 0; round < 8 && open.length > 0; round += 1) {
    for (const file of open)
      results.set(file, scanSource(tree[file] ?? '', { ...shared, file: `/${file}`, externals }));
    const next = mergeExports([...results.values()].map((result) => result.exports));
    const changed = changedNames(externals, next);
    externals = next;
    open = Object.keys(tree).filter((file) => namesAny(tree[file] ?? '', changed));
  }
  return results;
}

/** `Fred`, `Bert|Fred`, `open: reason`, with ` (role)` unless it allocates and ` via NAME` for a wrapper. */
export function describeSite(site: TagSite): string {
  const tags = site.tags.map(tagToText).sort().join('|');
  const open = site.unresolved === undefined ? '' : `${tags === '' ? '' : ' '}open: ${site.unresolved}`;
  const role = site.role === 'allocate' ? '' : ` (${site.role})`;
  return `${tags}${open}${role}${site.via === undefined ? '' : ` via ${site.via}`}`;
}

interface Mark {
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly tag?: string;
  readonly text: string;
}

function readMarks(text: string): Mark[] {
  const lines = text.split('\n');
  const marks: Mark[] = [];
  let code = 0;
  for (const [index, line] of lines.entries()) {
    const match = /^\s*\/\/(\s*)(\^+)(\s*)(~*)\s*(.*?)\s*$/.exec(line);
    if (match === null) {
      code = index;
      continue;
    }
    const column = line.indexOf('^');
    const tilde = line.indexOf('~');
    const tag = match[4] === '' ? undefined : `${String(tilde)}+${String(match[4]?.length)}`;
    marks.push({
      line: code,
      column,
      length: match[2]?.length ?? 0,
      ...(tag !== undefined && { tag }),
      text: match[5] ?? '',
    });
  }
  return marks;
}

function siteMark(site: TagSite, wantsTag: boolean): Mark {
  assert.equal(site.place.kind, 'source');
  const place = site.place.kind === 'source' ? site.place : undefined;
  assert.ok(place);
  const { start, end } = place.range;
  const range = place.tagRange;
  const tag = range && `${String(range.start.column)}+${String(range.end.column - range.start.column)}`;
  return {
    line: start.line,
    column: start.column,
    length: end.column - start.column,
    ...(wantsTag && tag !== undefined && { tag }),
    text: describeSite(site),
  };
}

/** Compares a file's sites with the marks in its text. */
export function assertSites(text: string, found: Pick<ScannedSource, 'sites' | 'issues'>): void {
  assert.deepEqual(found.issues, []);
  const wanted = readMarks(text);
  const actual = found.sites.map((site) => {
    const start = site.place.kind === 'source' ? site.place.range.start : undefined;
    const mark = wanted.find((one) => one.line === start?.line && one.column === start.column);
    return siteMark(site, mark?.tag !== undefined);
  });
  const order = (a: Mark, b: Mark): number => a.line - b.line || a.column - b.column;
  assert.deepEqual(actual.sort(order), wanted.sort(order));
}

/** Scans one marked text and compares. `headers` are files it may include. */
export async function checkSource(text: string, headers: Tree = {}, file = 'driver.c'): Promise<void> {
  const found = await scanFile({ ...headers, [file]: text }, file);
  assertSites(text, found);
}

/** Scans marked files as one project and compares each. */
export async function checkProject(tree: Tree): Promise<void> {
  const results = await scanProject(tree);
  for (const [file, text] of Object.entries(tree)) {
    const found = results.get(file);
    assert.ok(found, file);
    assertSites(text, found);
  }
}
