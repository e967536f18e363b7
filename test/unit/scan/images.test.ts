/**
 * Images with and without their PDBs: where it is found, and whom it may be read from.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { FileScanner } from '../../../server/scan/scanFile';
import { EMPTY_SETUP, type ScanSetup, type ScannedFile } from '../../../server/scan/scanTypes';
import { sourceParsers } from '../../../server/scan/threads/parserModules';
import { temporaryFolder } from '../../support/temporaryFolder';

const BUILD = resolve(__dirname, '../../fixtures/demo/build/x64');
const SYS = readFileSync(join(BUILD, 'leaky.sys'));
const PDB = readFileSync(join(BUILD, 'leaky.pdb'));

async function scanner(setup: Partial<ScanSetup> = {}): Promise<(file: string) => ScannedFile> {
  const parsers = await sourceParsers();
  const files = new FileScanner({ ...EMPTY_SETUP, ...setup }, () => parsers);
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
