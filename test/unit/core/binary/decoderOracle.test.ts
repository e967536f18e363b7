/**
 * Our readers of machine code against iced-x86 and capstone: the fixtures' code, and bytes at random, in which the rare
 * encodings stand that compilers don't write. `npm run check:decoder` does the same over whole folders of images.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { DecoderCheck } from '../../../oracle/decoderCheck';

const FIXTURES = path.join(__dirname, '../../../fixtures');
const MACHINES = ['x64', 'x86', 'arm64'];

async function compared(check: DecoderCheck): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { machine, tally } of await check.finish()) {
    assert.deepEqual([...tally.differences], [], machine);
    counts.set(machine, tally.compared);
  }
  return counts;
}

test('the code of the fixtures', async () => {
  const check = new DecoderCheck('fixtures');
  for (const name of readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.sys')) check.image(new Uint8Array(readFileSync(path.join(FIXTURES, name))), name);
  }
  const counts = await compared(check);
  for (const machine of MACHINES) assert.ok((counts.get(machine) ?? 0) > 300, machine);
});

test('bytes at random', async () => {
  const check = new DecoderCheck('bytes at random');
  check.noise(12_000);
  const counts = await compared(check);
  for (const machine of MACHINES) assert.ok((counts.get(machine) ?? 0) > 1000, machine);
});
