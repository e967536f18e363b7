/**
 * Requests of ours: who owns a tag (poollens/owners), labels for the panel (poollens/ownerLabels), where an image's
 * place leads (poollens/resolvePlace).
 */
import type { OwnersParams, OwnersResult } from '../../../src/shared/serverProtocol';
import { ServerRequest } from '../../../src/shared/serverProtocol';
import type {
  OwnerLabelsParams,
  OwnerLabelsResult,
  ResolvePlaceParams,
  ResolvePlaceResult,
} from '../../../src/shared/serverProtocol';
import { ownersOf, ownerText } from '../../core/index/owners';
import { catalogueOwners } from '../../core/tags/catalogue';
import type { ServerContext } from '../context';
import { localSources } from '../localSource';

export function registerOwners({ connection, workspace }: ServerContext): void {
  connection.onRequest(ServerRequest.owners, ({ tag }: OwnersParams): OwnersResult => {
    const { list } = workspace.poolTagList();
    const listed = list === undefined ? [] : catalogueOwners(list.file, tag);
    return { owners: ownersOf(workspace.index, tag), listed };
  });
  connection.onRequest(ServerRequest.ownerLabels, ({ tags }: OwnerLabelsParams): OwnerLabelsResult => {
    const wanted = tags ?? workspace.index.tags();
    return { labels: wanted.flatMap((tag) => ownerText(workspace.index, tag) ?? []) };
  });
  connection.onRequest(ServerRequest.resolvePlace, ({ site }: ResolvePlaceParams): ResolvePlaceResult => {
    const { place } = site;
    if (place.kind === 'source') {
      return { lines: [{ file: place.file, line: place.range.start.line, column: place.range.start.column }] };
    }
    return { lines: localSources(workspace, site) };
  });
}
