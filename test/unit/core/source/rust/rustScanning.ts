/** Scans Rust texts as the product does: one file, or the files of a project until they know of each other. */
import assert from 'node:assert/strict';
import type { Parser } from 'web-tree-sitter';
import { mergeExports, NO_EXTERNALS } from '../../../../../server/core/source/externals';
import { scanRust } from '../../../../../server/core/source/rust/scanRust';
import type { ScannedSource } from '../../../../../server/core/source/scanSource';
import { parsersFor } from '../../../../../server/scan/threads/parserModules';
import { tagToText } from '../../../../../src/shared/poolTag';

export const FRED = 'u32::from_ne_bytes(*b"Fred")';
export const WAIL = 'u32::from_ne_bytes(*b"Wail")';

export async function rustParser(): Promise<Parser> {
  const parsers = await parsersFor([{ path: '/x.rs', kind: 'source' }]);
  assert.ok(parsers?.rust);
  return parsers.rust;
}

export async function scan(text: string): Promise<ScannedSource> {
  return scanRust(text, { file: '/x.rs', module: 'x.sys', parser: await rustParser() });
}

/** `line api: tags` of each site; reasons behind a question mark. */
export function sitesOf({ sites, issues }: ScannedSource): string[] {
  assert.deepEqual(issues, []);
  return sites.map(({ place, api, tags, unresolved }) => {
    assert.ok(place.kind === 'source');
    const known = tags.map(tagToText).join(' ');
    return `${String(place.range.start.line)} ${api}: ${known}${unresolved === undefined ? '' : `? ${unresolved}`}`;
  });
}

/** Tags of each site in order; `?` where some are not known. */
export async function tagsOf(text: string): Promise<string[]> {
  return tagsIn(await scan(text));
}

export function tagsIn(scanned: ScannedSource): string[] {
  assert.deepEqual(scanned.issues, []);
  return scanned.sites.map(
    ({ tags, unresolved }) => `${tags.map(tagToText).join(' ')}${unresolved === undefined ? '' : '?'}`,
  );
}

/** The one tag of `ExAllocatePool2(flags, size, EXPRESSION)`, behind these items. */
export async function tagOf(expression: string, items = '', parameters = ''): Promise<string> {
  const text = `${items} fn f(${parameters}) { unsafe { ExAllocatePool2(FLAGS, 8, ${expression}); } }`;
  const [only, ...more] = sitesOf(await scan(text));
  assert.deepEqual(more, []);
  return only?.replace(/^\d+ ExAllocatePool2: /, '') ?? 'no site';
}

/** A crate's files, by paths under its folder; the crate is named as the first folder. */
export async function scanCrates(files: Readonly<Record<string, string>>): Promise<Map<string, ScannedSource>> {
  const parser = await rustParser();
  let externals = NO_EXTERNALS;
  let scanned = new Map<string, ScannedSource>();
  for (let round = 0; round < 4; round += 1) {
    scanned = new Map(
      Object.entries(files).map(([file, text]) => {
        const crate = file.split('/')[0] ?? '';
        return [file, scanRust(text, { file: `/${file}`, module: `${crate}.sys`, crate, parser, externals })];
      }),
    );
    externals = mergeExports([...scanned.values()].map(({ exports }) => exports));
  }
  return scanned;
}

/** Tags of one file's sites, when the others are known. */
export async function tagsAmong(files: Readonly<Record<string, string>>, file = 'drv/src/lib.rs'): Promise<string[]> {
  const scanned = (await scanCrates(files)).get(file);
  assert.ok(scanned);
  return tagsIn(scanned);
}
