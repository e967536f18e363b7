/** Where a PDB is looked for, and the places that are never named: shares, devices, servers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pdbCandidates } from '../../../../../server/core/binary/pdb/pdbCandidates';

const GUID = '0123456789ABCDEF0123456789ABCDEF';
const reference = (path: string, age = 1) => ({ path, guid: GUID, age });

test('Windows: beside the image, where the linker put it, then every layout of each symbol folder', () => {
  const found = pdbCandidates(
    reference('D:\\build\\drv.pdb', 26),
    'C:\\drivers\\drv.sys',
    'srv*C:\\sym*https://symbols.example/download;E:\\flat',
  );
  assert.deepEqual(found, [
    'C:\\drivers\\drv.pdb',
    'D:\\build\\drv.pdb',
    'C:\\sym\\drv.pdb',
    `C:\\sym\\drv.pdb\\${GUID}1A\\drv.pdb`,
    `C:\\sym\\dr\\drv.pdb\\${GUID}1A\\drv.pdb`,
    'E:\\flat\\drv.pdb',
    `E:\\flat\\drv.pdb\\${GUID}1A\\drv.pdb`,
    `E:\\flat\\dr\\drv.pdb\\${GUID}1A\\drv.pdb`,
  ]);
});

test('POSIX: the same with slashes, also for a path that Windows wrote', () => {
  const found = pdbCandidates(reference('Drv.pdb'), '/images/drv.sys', ' /sym/ ;cache*/cache');
  assert.deepEqual(found, [
    '/images/Drv.pdb',
    '/images/drv.pdb',
    '/sym/Drv.pdb',
    `/sym/Drv.pdb/${GUID}1/Drv.pdb`,
    `/sym/Dr/Drv.pdb/${GUID}1/Drv.pdb`,
    '/cache/Drv.pdb',
    `/cache/Drv.pdb/${GUID}1/Drv.pdb`,
    `/cache/Dr/Drv.pdb/${GUID}1/Drv.pdb`,
  ]);
  assert.ok(pdbCandidates(reference('D:\\build\\drv.pdb'), '/images/x.sys', '').includes('/images/drv.pdb'));
  assert.deepEqual(pdbCandidates(reference('d.pdb'), '/d.sys', '/').slice(0, 2), ['/d.pdb', `/d.pdb/${GUID}1/d.pdb`]);
});

test('a renamed image also looks for a PDB under its own name', () => {
  const found = pdbCandidates(reference('drv.pdb'), 'C:\\old\\drv-2019.sys', '');
  assert.deepEqual(found, ['C:\\old\\drv.pdb', 'C:\\old\\drv-2019.pdb']);
});

test('shares, devices, relative paths and URLs are never named', () => {
  const hostile = [
    '\\\\server\\share\\drv.pdb',
    '//server/share/drv.pdb',
    '/\\server\\share\\drv.pdb',
    '\\\\?\\UNC\\server\\share\\drv.pdb',
    '\\\\.\\pipe\\drv.pdb',
    '\\/server/drv.pdb',
    'C:\\\\server\\drv.pdb',
    'C:drv.pdb',
    '..\\drv.pdb',
    'https://server/drv.pdb',
  ];
  for (const path of hostile) {
    assert.deepEqual(pdbCandidates(reference(path), 'C:\\d\\drv.sys', ''), ['C:\\d\\drv.pdb'], path);
    const folder = path.slice(0, -'/drv.pdb'.length);
    for (const symbolPath of [
      folder,
      `srv*${folder}`,
      `srv*${folder}*https://server/x`,
      `symsrv*symsrv.dll*${folder}`,
    ]) {
      const found = pdbCandidates(reference('drv.pdb'), 'C:\\d\\drv.sys', symbolPath);
      assert.deepEqual(found, ['C:\\d\\drv.pdb'], symbolPath);
    }
  }
});

test('names that are no PDB files are not looked for', () => {
  for (const name of [
    '',
    '..',
    '.pdb:x',
    'con.pdb',
    'NUL.pdb',
    'com1.x.pdb',
    'drv.exe',
    'a\nb.pdb',
    'a?.pdb',
    'drv.pdb:s.pdb',
  ]) {
    assert.deepEqual(pdbCandidates(reference(`D:\\b\\${name}`), '/i/drv.sys', '/sym'), ['/i/drv.pdb'], name);
  }
});

test('whatever the image says, every candidate is a local .pdb file, named once', () => {
  const part = fc.constantFrom('\\', '/', ':', 'C', 'a', '.', '..', '*', ';', 'srv', '.pdb', '?', ' ', '\0', 'con');
  const text = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, (path, symbolPath) => {
      const found = pdbCandidates(reference(path), '/images/drv.sys', symbolPath);
      assert.equal(new Set(found).size, found.length);
      for (const candidate of found) assert.match(candidate, /^(\/(?![\\/])|[A-Za-z]:[\\/](?![\\/])).*\.pdb$/s);
    }),
  );
});
