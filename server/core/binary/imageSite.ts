/**
 * Sites of images from their parts. The one place where such objects are made: parts that are missing are left out by
 * plain assignments, since spreading them in took more time than finding a site's names.
 */
import type { ImagePlace, PdbLine, TagSite } from '../../../src/shared/facts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
/** Every field is named; one that is missing is undefined. */
type Parts<T> = { readonly [Key in keyof Required<T>]: T[Key] | undefined };

export type SiteParts = Required<Pick<TagSite, 'tags' | 'api' | 'role' | 'evidence' | 'module' | 'place'>> &
  Parts<Pick<TagSite, 'unresolved' | 'via'>>;

export function imageSite(parts: SiteParts): TagSite {
  const { tags, unresolved, api, role, evidence, module, via, place } = parts;
  const site: Writable<TagSite> = { tags, api, role, evidence, module, place };
  if (unresolved !== undefined) site.unresolved = unresolved;
  if (via !== undefined) site.via = via;
  return site;
}

/** `name`: of the function; `source`: from the PDB. */
export function imagePlace(
  file: string,
  rva: number,
  name: string | undefined,
  source: PdbLine | undefined,
): ImagePlace {
  const place: Writable<ImagePlace> = { kind: 'image', file, rva };
  if (name !== undefined) place.function = name;
  if (source !== undefined) place.source = source;
  return place;
}
