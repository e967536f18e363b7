/**
 * The cache's file against damage, other engines, other processes and folders that can't be written to.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { FactCache } from '../../../../server/scan/cache/factCache';
import { KeptImage } from '../../../../server/scan/cache/keptImage';
import type { DiscoveredFile } from '../../../../server/scan/files/discoverFiles';
import { stampOf } from '../../../../server/scan/files/fileStamp';
import { EMPTY_SETUP, type ScannedFile, type ScanSetup } from '../../../../server/scan/scanTypes';
import { factsOf, imagePlace, site, sourcePlace } from '../../../support/facts';
import { temporaryFolder } from '../../../support/temporaryFolder';

interface World {
  readonly folder: string;
  readonly files: readonly DiscoveredFile[];
  readonly pdb: string;
  readonly open: (setup?: Partial<ScanSetup>, engine?: string) => FactCache;
  readonly scanned: (file: DiscoveredFile) => ScannedFile;
}

/** Two images, one of them with a PDB, and a source. */
function world(t: TestContext): World {
  const root = temporaryFolder(t, { 'a.sys': 'aaaa', 'b.sys': 'bb', 'c.c': 'c', 'a.pdb': 'pdb' });
  const folder = join(temporaryFolder(t), 'cache');
  const pdb = join(root, 'a.pdb');
  const files = ['a.sys', 'b.sys', 'c.c'].map((name): DiscoveredFile => {
    return { ...stampOf(join(root, name)), kind: name.endsWith('.c') ? 'source' : 'image' };
  });
  const scanned = ({ path, kind, size }: DiscoveredFile): ScannedFile => {
    const place = kind === 'image' ? imagePlace(path, 16) : sourcePlace(path, 3);
    const dependsOn = path.endsWith('a.sys') ? [stampOf(pdb), stampOf(join(root, 'none.pdb'))] : [];
    return { facts: factsOf(path, [site(place)], { size }), dependsOn };
  };
  const open = (setup: Partial<ScanSetup> = {}, engine = 'e1'): FactCache =>
    new FactCache({ folder, roots: [root], engine, setup: { ...EMPTY_SETUP, ...setup }, showPath: (path) => path });
  return { folder, files, pdb, open, scanned };
}

function fill({ files, scanned }: World, cache: FactCache, wanted = files): void {
  for (const file of wanted) cache.put(file, scanned(file));
  cache.save(files);
}

/** What the cache gives for each file, as facts. */
function known({ files }: World, cache: FactCache): unknown[] {
  const found = files.map((file) => {
    const entry = cache.get(file);
    return entry instanceof KeptImage ? entry.facts() : entry?.facts;
  });
  cache.close();
  return found;
}

const NOTHING = [undefined, undefined, undefined];

test('what was put comes back, and only of files that are as they were', (t) => {
  const w = world(t);
  fill(w, w.open());
  const all = w.files.map((file) => w.scanned(file).facts);
  assert.deepEqual(known(w, w.open()), all);
  utimesSync(w.pdb, 1, 1);
  assert.deepEqual(known(w, w.open()), [undefined, ...all.slice(1)]);
  const touched = w.files.map((file) => ({ ...file, mtimeMs: file.mtimeMs + 1 }));
  assert.deepEqual(known({ ...w, files: touched }, w.open()), NOTHING);
  const other = w.files.map((file) => ({ ...file, kind: 'source' as const }));
  assert.deepEqual(known({ ...w, files: other }, w.open()).slice(0, 2), [undefined, undefined]);
});

test('another engine drops all; another symbol path the images, other defines the sources', (t) => {
  const w = world(t);
  fill(w, w.open());
  const is = (found: unknown[]): boolean[] => found.map((facts) => facts !== undefined);
  assert.deepEqual(is(known(w, w.open({}, 'e2'))), [false, false, false]);
  assert.deepEqual(is(known(w, w.open({ symbolPath: '/symbols' }))), [false, false, true]);
  assert.deepEqual(is(known(w, w.open({ defines: { A: '1' } }))), [true, true, false]);
});

test('damage anywhere in the file costs what it hit, and nothing wrong is believed', (t) => {
  const w = world(t);
  fill(w, w.open());
  const [name = ''] = readdirSync(w.folder);
  const path = join(w.folder, name);
  const whole = readFileSync(path);
  const all = w.files.map((file) => w.scanned(file).facts);
  for (let at = 0; at < whole.length; at += 3) {
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 0x20, at);
    writeFileSync(path, damaged);
    const found = known(w, w.open());
    assert.ok(found.some((facts) => facts === undefined));
    for (const [index, facts] of found.entries()) if (facts !== undefined) assert.deepEqual(facts, all[index]);
  }
  for (let length = 0; length < whole.length; length += 7) {
    writeFileSync(path, whole.subarray(0, length));
    assert.deepEqual(known(w, w.open()), NOTHING);
  }
});

test('an index that is none, with the right sum, is nothing', async (t) => {
  const w = world(t);
  fill(w, w.open());
  const [name = ''] = readdirSync(w.folder);
  const { PackWriter } = await import('../../../../server/scan/cache/factPack');
  const wrong = [null, 1, 'x', [], {}, { engine: 'e1' }, { engine: 'e1', stamps: [], entries: null }];
  for (const index of wrong) {
    new PackWriter(join(w.folder, name)).finish(index);
    assert.deepEqual(known(w, w.open()), NOTHING, JSON.stringify(index));
  }
});

test('only what changed is put again, the rest is taken along; files that are gone are not', (t) => {
  const w = world(t);
  fill(w, w.open());
  const [a, , c] = w.files;
  assert.ok(a && c);
  fill({ ...w, files: [a, c] }, w.open(), [c]);
  const all = w.files.map((file) => w.scanned(file).facts);
  assert.deepEqual(known(w, w.open()), [all[0], undefined, all[2]]);
});

test('two at once: each reads whole facts, the last to end is kept, no draft stays', (t) => {
  const w = world(t);
  fill(w, w.open());
  const [one, two] = [w.open(), w.open()];
  for (const file of w.files) one.put(file, w.scanned(file));
  for (const file of w.files) two.put(file, w.scanned(file));
  one.save(w.files);
  const reader = w.open();
  two.save(w.files);
  const all = w.files.map((file) => w.scanned(file).facts);
  assert.deepEqual(known(w, reader), all);
  assert.deepEqual(known(w, w.open()), all);
  assert.equal(readdirSync(w.folder).length, 1);
});

test('a scan that is given up leaves what was there, and no draft', (t) => {
  const w = world(t);
  fill(w, w.open());
  const cache = w.open();
  for (const file of w.files) cache.put({ ...file, mtimeMs: 1 }, w.scanned(file));
  assert.equal(readdirSync(w.folder).length, 2);
  cache.close();
  assert.equal(readdirSync(w.folder).length, 1);
  assert.equal(known(w, w.open()).includes(undefined), false);
});

test('a folder that is no folder costs the cache, and nothing else', (t) => {
  const w = world(t);
  writeFileSync(w.folder, '');
  fill(w, w.open());
  assert.deepEqual(known(w, w.open()), NOTHING);
  rmSync(w.folder);
  const cache = w.open();
  for (const file of w.files) cache.put(file, w.scanned(file));
  rmSync(w.folder, { recursive: true });
  cache.save(w.files);
  assert.equal(existsSync(w.folder), false);
});

test('drafts of killed scans and caches nobody uses go, other files stay', (t) => {
  const w = world(t);
  mkdirSync(w.folder);
  const names = ['x.facts.1.abc.tmp', 'old.facts', 'older.facts.ndjson', 'other.txt', 'new.facts', 'y.facts.2.abc.tmp'];
  for (const name of names) writeFileSync(join(w.folder, name), '');
  for (const name of names.slice(0, 4)) utimesSync(join(w.folder, name), 1, 1);
  fill(w, w.open());
  const left = readdirSync(w.folder).filter((name) => names.includes(name));
  assert.deepEqual(left.sort(), ['new.facts', 'other.txt', 'y.facts.2.abc.tmp']);
});
