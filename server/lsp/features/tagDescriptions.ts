/**
 * Request of ours: what pooltag.txt says of tags (poollens/tagDescriptions), for the panel's Description column.
 */
import type { TagDescriptionsParams, TagDescriptionsResult } from '../../../src/shared/serverProtocol';
import { ServerRequest } from '../../../src/shared/serverProtocol';
import { describeTag } from '../../core/tags/tagDescription';
import type { ServerContext } from '../context';

export function registerTagDescriptions({ connection, workspace }: ServerContext): void {
  /** A file that can't be read is told of once, not with every question. */
  let told = '';
  connection.onRequest(ServerRequest.tagDescriptions, ({ tags }: TagDescriptionsParams): TagDescriptionsResult => {
    const { list, problem, revision } = workspace.poolTagList();
    if (problem !== undefined && problem !== told) connection.console.warn(`pooltag.txt: ${problem}`);
    told = problem ?? '';
    const descriptions = list === undefined ? [] : tags.flatMap((tag) => describeTag(list.file, tag) ?? []);
    return { descriptions, revision };
  });
}
