/** The demo drivers as compilers built them: the same facts from x64, x86 and ARM64, with functions and lines of their PDBs. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { scanImage } from '../../../../server/core/binary/scanImage';
import { tagToText } from '../../../../src/shared/poolTag';

const BUILD = join(__dirname, '../../../fixtures/demo/build');

/** `function:line api tags evidence`, sorted; line from 1. */
function facts(machine: string, driver: string): string[] {
  const file = join(BUILD, machine, `${driver}.sys`);
  const { sites, issues, image } = scanImage(readFileSync(file), {
    file,
    loadPdb: () => ({ file: `${driver}.pdb`, bytes: readFileSync(join(BUILD, machine, `${driver}.pdb`)) }),
  });
  assert.deepEqual(issues, [], file);
  assert.equal(image?.machine, machine);
  assert.equal(image.pdb, `${driver}.pdb`);
  const lines = sites.map((site) => {
    assert.equal(site.unresolved, undefined, `${file} ${site.api}`);
    const { place } = site;
    const where =
      place.kind === 'image'
        ? `${place.function?.replace(/\+.*/, '') ?? ''}:${String((place.source?.line ?? -1) + 1)}`
        : '';
    return `${where} ${site.api} ${site.tags.map(tagToText).sort().join('|')} ${site.evidence}`;
  });
  return lines.sort();
}

for (const driver of ['leaky', 'steady']) {
  test(`${driver}: one set of facts on three machines`, () => {
    const x64 = facts('x64', driver);
    assert.ok(x64.length >= 5);
    assert.deepEqual(facts('x86', driver), x64);
    assert.deepEqual(facts('arm64', driver), x64);
  });
}

test('the leak is where the sources say', () => {
  const source = readFileSync(join(BUILD, '../leaky/leaky.c'), 'utf8').split('\n');
  const allocation = facts('x64', 'leaky').find((line) => line.includes('ExAllocatePool2 Leak'));
  const line = Number(/:(\d+) /.exec(allocation ?? '')?.[1]);
  assert.match(source.slice(line - 1, line + 2).join('\n'), /ExAllocatePool2/);
});
