/**
 * Which tag stands at a position of a document, from its facts.
 */
import type { CancellationToken, Position } from 'vscode-languageserver/node';
import { siteTag, type TagMention, type TextRange } from '../../src/shared/facts';
import type { PoolTag } from '../../src/shared/poolTag';
import type { ServerContext } from './context';
import { contains } from './positions';
import { keyOfUri } from './uris';

export interface TagAt extends TagMention {
  /** Key of the document. */
  readonly file: string;
  /** Further tags the same expression may have. */
  readonly others?: readonly PoolTag[];
}

/** The tag under the cursor, once the document's newest text is scanned; undefined when there is none. */
export async function tagAt(
  { workspace }: ServerContext,
  uri: string,
  position: Position,
  token: CancellationToken,
): Promise<TagAt | undefined> {
  const file = keyOfUri(uri);
  if (file === undefined) return undefined;
  await workspace.flush(file);
  const facts = workspace.index.facts(file);
  if (token.isCancellationRequested || facts === undefined) return undefined;
  const mention = facts.mentions?.find(({ range }) => contains(range, position));
  if (mention !== undefined) {
    const { range, kind, tag } = mention;
    const same = facts.mentions?.filter((one) => one.kind === kind && one.tag !== tag && sameRange(one.range, range));
    return { ...mention, file, others: (same ?? []).map((one) => one.tag) };
  }
  for (const site of facts.sites) {
    const tag = siteTag(site);
    if (tag === undefined || site.place.kind !== 'source' || site.place.tagRange === undefined) continue;
    if (contains(site.place.tagRange, position)) return { tag, range: site.place.tagRange, kind: 'use', file };
  }
  return undefined;
}

function sameRange(a: TextRange, b: TextRange): boolean {
  return (
    a.start.line === b.start.line &&
    a.start.column === b.start.column &&
    a.end.line === b.end.line &&
    a.end.column === b.end.column
  );
}
