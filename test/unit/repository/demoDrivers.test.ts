/**
 * The committed demo drivers against the sources beside them: a source changed without `npm run fixtures`, or a build that
 * names a folder of somebody's machine, is a defect.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './sourceTree';

const DEMO = join(ROOT, 'test/fixtures/demo');
const MACHINES = ['x64', 'x86', 'arm64'];

for (const driver of ['leaky', 'steady']) {
  for (const machine of MACHINES) {
    const pdb = readFileSync(join(DEMO, 'build', machine, `${driver}.pdb`));

    test(`${driver} for ${machine} was built from the sources beside it`, () => {
      const sources = readdirSync(join(DEMO, driver)).filter((name) => name.endsWith('.c'));
      assert.ok(sources.length > 0);
      for (const name of sources) {
        // The PDB keeps each source's path and MD5 (C13 file checksums).
        const sum = createHash('md5')
          .update(readFileSync(join(DEMO, driver, name)))
          .digest();
        assert.ok(pdb.includes(sum), `${name} has changed: run npm run fixtures`);
        assert.ok(pdb.includes(`D:\\demo\\${driver}\\${name}`), `the PDB does not name D:\\demo\\${driver}\\${name}`);
      }
    });

    test(`${driver} for ${machine} names no folder of the machine that built it`, () => {
      for (const bytes of [pdb, readFileSync(join(DEMO, 'build', machine, `${driver}.sys`))]) {
        assert.doesNotMatch(bytes.toString('latin1'), /\/(?:home|root|usr|tmp|work|Users)\//);
      }
    });
  }
}

test('the projects list every source of their driver', () => {
  for (const driver of ['leaky', 'steady']) {
    const project = readFileSync(join(DEMO, driver, `${driver}.vcxproj`), 'utf8');
    const listed = [...project.matchAll(/<(?:ClCompile|ClInclude|ResourceCompile|Inf) Include="([^"]+)"/g)].map(
      (match) => match[1] ?? '',
    );
    const present = readdirSync(join(DEMO, driver)).filter((name) => !name.endsWith('.vcxproj'));
    assert.deepEqual(listed.sort(), present.sort());
    for (const name of listed) assert.ok(existsSync(join(DEMO, driver, name)), name);
  }
});
