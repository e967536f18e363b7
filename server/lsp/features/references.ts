/**
 * Find All References on a tag (textDocument/references): every mention in the sources, every site in sources and images.
 */
import type { Location } from 'vscode-languageserver/node';
import { withoutProtection, type PoolTag } from '../../../src/shared/poolTag';
import type { ServerContext } from '../context';
import { placesIn } from '../placesIn';
import { toLocation } from '../positions';
import { tagAt } from '../tagAt';

export function registerReferences(context: ServerContext): void {
  context.connection.onReferences(
    async ({ textDocument, position, context: wanted }, token): Promise<Location[] | null> => {
      const found = await tagAt(context, textDocument.uri, position, token);
      return found === undefined ? null : references(context, found.tag, wanted.includeDeclaration);
    },
  );
}

function references({ workspace }: ServerContext, tag: PoolTag, withDefinitions: boolean): Location[] {
  const key = withoutProtection(tag);
  const mentions = workspace.index
    .filesMentioning(tag)
    .flatMap((facts) =>
      (facts.mentions ?? [])
        .filter((mention) => withoutProtection(mention.tag) === key && (withDefinitions || mention.kind === 'use'))
        .map(({ range }) => toLocation({ file: facts.file, range })),
    );
  const lines = new Set(mentions.map(({ uri, range }) => `${uri}#${String(range.start.line)}`));
  const sites = placesIn(workspace, workspace.index.sites(tag));
  return [...mentions, ...sites.filter(({ uri, range }) => !lines.has(`${uri}#${String(range.start.line)}`))];
}
