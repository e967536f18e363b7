/**
 * Structure members that carry a tag: initializers and assignments of the catalogue's structures.
 */
import type { FunctionDefinition } from './functions';
import type { MaskedSource } from './mask';
import type { RawSite, SiteReader } from './rawSites';

/** Sites at initializers and assignments of tag members. */
export function readFieldSites(
  _masked: MaskedSource,
  _functions: readonly FunctionDefinition[],
  _reader: SiteReader,
): RawSite[] {
  return [];
}
