/** Drivers that clang compiled from test/fixtures/calls/src, scanned, as short lines. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { scanImage } from '../../../../server/core/binary/scanImage';
import { tagToText } from '../../../../src/shared/poolTag';

const FOLDER = path.join(__dirname, '../../../fixtures/calls');

export const MACHINES = ['x64', 'x86', 'arm64'] as const;
export type CompiledMachine = (typeof MACHINES)[number];

/** Facts by the function they are in: `api tag|tag`, and the reason after `?`. */
export function compiledSites(
  name: string,
  machine: CompiledMachine,
  withSymbols = false,
): ReadonlyMap<string, readonly string[]> {
  const file = path.join(FOLDER, `${name}-${machine}`);
  const pdb = `${file}.pdb`;
  const { sites } = scanImage(readFileSync(`${file}.sys`), {
    file: `${file}.sys`,
    ...(withSymbols ? { loadPdb: () => ({ file: pdb, bytes: readFileSync(pdb) }) } : {}),
  });
  const found = new Map<string, string[]>();
  for (const { place, api, tags, unresolved } of sites) {
    const [name = ''] = (place.kind === 'image' ? (place.function ?? '') : '').split('+');
    const reason = unresolved === undefined ? '' : `? ${unresolved}`;
    const line = `${api} ${tags.map(tagToText).join('|')}${reason}`;
    found.set(name, [...(found.get(name) ?? []), line]);
  }
  return found;
}
