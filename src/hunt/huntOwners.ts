/** Who owns the tags of a report, and where: lines for people, from the language server; none while it is down. */
import type { LanguageService } from '../language/languageService';
import { baseName } from '../shared/baseName';
import type { TagSite } from '../shared/facts';
import type { HuntOwners } from '../shared/hunt/huntReport';
import { ServerRequest, type OwnersParams, type OwnersResult } from '../shared/serverProtocol';

const MOST_PLACES = 6;

export async function huntOwners(language: LanguageService, tags: readonly number[]): Promise<HuntOwners> {
  const found = new Map<number, readonly string[]>();
  for (const tag of tags) {
    const params: OwnersParams = { tag };
    try {
      const { owners } = await language.request<OwnersResult>(ServerRequest.owners, params);
      const lines = owners.flatMap(({ module, evidence, places }) =>
        places.slice(0, MOST_PLACES).map(({ site }) => `${module} (${evidence}): ${site.api} at ${placeText(site)}`),
      );
      found.set(tag, lines);
    } catch {
      return found;
    }
  }
  return found;
}

function placeText({ place }: TagSite): string {
  if (place.kind === 'source') return `${baseName(place.file)}:${String(place.range.start.line + 1)}`;
  const at = `${baseName(place.file)}+0x${place.rva.toString(16)}`;
  if (place.source !== undefined) return `${at}, ${baseName(place.source.file)}:${String(place.source.line + 1)}`;
  return place.function === undefined ? at : `${at}, ${place.function}`;
}
