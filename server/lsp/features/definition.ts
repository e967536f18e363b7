/**
 * Go to Definition on a tag (textDocument/definition): the macro or constant that defines it; on a literal, the
 * definitions of that value elsewhere, else the places that allocate with it.
 */
import type { Location } from 'vscode-languageserver/node';
import { ownersOf } from '../../core/index/owners';
import type { ServerContext } from '../context';
import { placesIn } from '../placesIn';
import { toLocation } from '../positions';
import { tagAt, type TagAt } from '../tagAt';

export function registerDefinition(context: ServerContext): void {
  context.connection.onDefinition(async ({ textDocument, position }, token): Promise<Location[] | null> => {
    const found = await tagAt(context, textDocument.uri, position, token);
    return found === undefined ? null : definitions(context, found);
  });
}

function definitions(context: ServerContext, found: TagAt): Location[] {
  if (found.definedAt !== undefined) return [toLocation(found.definedAt)];
  // The definition itself: clients then show the references.
  if (found.kind === 'definition') return [toLocation(found)];
  const { index } = context.workspace;
  const defined = index
    .filesMentioning(found.tag)
    .flatMap((facts) =>
      (facts.mentions ?? [])
        .filter((mention) => mention.kind === 'definition' && mention.tag === found.tag)
        .map(({ range }) => toLocation({ file: facts.file, range })),
    );
  if (defined.length > 0) return defined;
  const [owner] = ownersOf(index, found.tag);
  return owner === undefined
    ? []
    : placesIn(
        context.workspace,
        owner.places.map(({ site }) => site),
      );
}
