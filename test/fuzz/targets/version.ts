/** Fuzz target: version resources and certificates of otherwise sound images. Changes only the resource section. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { readVersionInfo } from '../../../server/core/binary/versionInfo';
import { edgeNumber, mutateBytes, numberAt, setNumber } from '../mutate';
import type { Random } from '../random';
import type { FuzzTarget } from '../target';
import { imageLayout, imagesIn } from './image';

/** File offset and size of the section that holds the resource directory. */
function resources(bytes: Uint8Array): { readonly start: number; readonly size: number } | undefined {
  const { directories, sections, sectionCount } = imageLayout(bytes);
  const rva = numberAt(bytes, directories + 16, 4);
  for (let header = sections; header < sections + sectionCount * 40; header += 40) {
    if (rva === 0 || numberAt(bytes, header + 12, 4) !== rva) continue;
    return { start: numberAt(bytes, header + 20, 4), size: numberAt(bytes, header + 16, 4) };
  }
  return undefined;
}

function mutateResources(input: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  const found = resources(input);
  if (found === undefined || random.chance(20)) return mutateBytes(input, random, other);
  const bytes = Uint8Array.from(input);
  const part = bytes.subarray(found.start, found.start + found.size);
  if (random.chance(3)) {
    part.set(mutateBytes(part, random, part).slice(0, part.length));
    return bytes;
  }
  for (let left = 1 + random.below(4); left > 0; left -= 1) {
    const at = random.below(part.length) & ~1;
    setNumber(part, at, random.pick([2, 4]), edgeNumber(random, part.length, numberAt(part, at, 2)));
  }
  return bytes;
}

export const versionTarget: FuzzTarget = {
  name: 'version',
  seeds: (root) => imagesIn(path.join(root, 'test/fixtures')).filter((image) => resources(image) !== undefined),
  accepts: (_file, bytes) =>
    bytes.length <= 128 * 1024 && numberAt(bytes, 0, 2) === 0x5a4d && resources(bytes) !== undefined,
  mutate: mutateResources,
  run: (input) => {
    for (const text of Object.values(readVersionInfo(input) ?? {})) {
      assert.ok(typeof text === 'string' && text.length <= 2048, 'an endless text');
      assert.doesNotMatch(text, /\p{Cc}/u, 'a control character for the terminal');
    }
  },
};
