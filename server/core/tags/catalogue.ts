/**
 * What pooltag.txt says of a tag's owner, as an answer of its own: weaker than anything seen in a driver, and shown as
 * what a list says. Says nothing of whether the list is right.
 */
import type { PoolTag } from '../../../src/shared/poolTag';
import type { ListedOwner } from '../../../src/shared/serverProtocol';
import type { PoolTagFile } from './poolTagFile';

/** What the file writes for tags its authors did not know. */
const NO_ONE = '<unknown>';

export interface CatalogueOwner extends ListedOwner {
  readonly tag: PoolTag;
}

/** Binaries the file names for the tag, the more exact lines first, each binary once. */
export function catalogueOwners(file: PoolTagFile, tag: PoolTag): CatalogueOwner[] {
  const owners = new Map<string, CatalogueOwner>();
  for (const { binary, description, pattern } of file.describe(tag)) {
    if (binary === undefined || binary === NO_ONE || owners.has(binary)) continue;
    owners.set(binary, { tag, binary, description, pattern });
  }
  return [...owners.values()];
}
