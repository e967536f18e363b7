/**
 * Images with and without their PDBs: where it is found, whom it may be read from, and copies of one file.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { FileScanner } from '../../../server/scan/scanFile';
import { sourceParsers } from '../../../server/scan/parserModules';
import { EMPTY_SETUP, type ScanSetup, type ScannedFile } from '../../../server/scan/scanTypes';
import { temporaryFolder } from '../../support/temporaryFolder';

const BUILD = resolve(__dirname, '../../fixtures/demo/build/x64');
const SYS = readFileSync(join(BUILD, 'leaky.sys'));
const PDB = readFileSync(join(BUILD, 'leaky.pdb'));

async function scanner(setup: Partial<ScanSetup> = {}): Promise<(file: string) => ScannedFile> {
  const files = new FileScanner({ ...EMPTY_SETUP, ...setup }, await sourceParsers());
  return (path) => {
    const scanned = files.scan({ path, kind: 'image' });
    assert.ok(scanned);
    return scanned;
  };
}

const pdbOf = (file: ScannedFile): string | undefined => file.facts.image?.pdb;

function tree(t: TestContext, files: Readonly<Record<string, Uint8Array>>): (name: string) => string {
  const root = temporaryFolder(t, files);
  return (name) => join(root, name);
}

test('the PDB beside the image, or in a folder of the symbol path', async (t) => {
  const at = tree(t, { 'a/leaky.sys': SYS, 'a/leaky.pdb': PDB, 'b/leaky.sys': SYS, 'syms/leaky.pdb': PDB });
  assert.equal(pdbOf((await scanner())(at('a/leaky.sys'))), 'leaky.pdb');
  assert.equal(pdbOf((await scanner())(at('b/leaky.sys'))), undefined);
  assert.equal(pdbOf((await scanner({ symbolPath: at('syms') }))(at('b/leaky.sys'))), 'leaky.pdb');
});

test('a PDB of another build beside the image does not hide the right one in the symbol path', async (t) => {
  const other = readFileSync(join(BUILD, 'steady.pdb'));
  const at = tree(t, { 'leaky.sys': SYS, 'leaky.pdb': other, 'syms/leaky.pdb': PDB });
  const { facts } = (await scanner({ symbolPath: at('syms') }))(at('leaky.sys'));
  assert.equal(facts.image?.pdb, 'leaky.pdb');
  assert.deepEqual(facts.issues, []);
});

test('facts depend on the places where a PDB was looked for, there or not', async (t) => {
  const at = tree(t, { 'leaky.sys': SYS });
  const { dependsOn } = (await scanner())(at('leaky.sys'));
  assert.deepEqual(
    dependsOn.map((stamp) => [stamp.path, stamp.size]),
    [[at('leaky.pdb'), -1]],
  );
});

test('a copy is told by its bytes: same sites, its own name and path', async (t) => {
  const at = tree(t, { 'leaky.sys': SYS, 'copy/renamed.sys': SYS });
  const scan = await scanner();
  const first = scan(at('leaky.sys'));
  const copy = scan(at('copy/renamed.sys'));
  assert.ok(first.facts.sites.length > 0);
  assert.equal(copy.facts.sha256, first.facts.sha256);
  const alone = (await scanner())(at('copy/renamed.sys'));
  assert.deepEqual({ ...copy.facts, milliseconds: 0 }, { ...alone.facts, milliseconds: 0 });
  for (const { module, place } of copy.facts.sites) {
    assert.deepEqual([module, place.file], ['renamed.sys', at('copy/renamed.sys')]);
  }
});

test('a copy with its PDB beside it knows more than the one before', async (t) => {
  const at = tree(t, { 'a/leaky.sys': SYS, 'b/leaky.sys': SYS, 'b/leaky.pdb': PDB });
  const scan = await scanner();
  assert.equal(pdbOf(scan(at('a/leaky.sys'))), undefined);
  assert.equal(pdbOf(scan(at('b/leaky.sys'))), 'leaky.pdb');
  assert.ok(scan(at('b/leaky.sys')).facts.sites.some((site) => site.place.kind === 'image' && site.place.source));
});

test('a PDB that belongs to another build, or is none, is an issue and not believed', async (t) => {
  const other = readFileSync(join(BUILD, 'steady.pdb'));
  const at = tree(t, {
    'a/leaky.sys': SYS,
    'a/leaky.pdb': other,
    'b/leaky.sys': SYS,
    'b/leaky.pdb': PDB.subarray(0, 100),
  });
  const scan = await scanner();
  for (const name of ['a/leaky.sys', 'b/leaky.sys']) {
    const { facts } = scan(at(name));
    assert.equal(facts.image?.pdb, undefined, name);
    assert.ok(facts.issues.length > 0, name);
    assert.ok(facts.sites.length > 0, name);
  }
});
