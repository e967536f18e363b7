/**
 * Hover on a tag (textDocument/hover): its four spellings, what is known of it, and which modules use it where.
 * All text in it is hostile: markdown.ts makes it safe.
 */
import { basename } from 'node:path';
import { MarkupKind, type Hover } from 'vscode-languageserver/node';
import type { TagSite } from '../../../src/shared/facts';
import { Command } from '../../../src/shared/ids';
import { PROTECTED_POOL, tagSpellings, tagToText, withoutProtection, type PoolTag } from '../../../src/shared/poolTag';
import type { TagOwner } from '../../../src/shared/serverProtocol';
import { ownersOf } from '../../core/index/owners';
import { makerText } from '../../core/report/makerText';
import { describeTag } from '../../core/tags/tagDescription';
import { findDefaultTag } from '../../core/tags/wellKnownTags';
import type { ServerContext } from '../context';
import { definedWhere } from '../definedWhere';
import { localSource } from '../localSource';
import { codeBlock, codeSpan, escapeMarkdown, fileLink } from '../markdown';
import { toRange } from '../positions';
import { tagAt, type TagAt } from '../tagAt';
import { uriOfKey } from '../uris';
import type { Workspace } from '../workspace';

const MOST_MODULES = 8;
const MOST_PLACES = 4;

export function registerHover(context: ServerContext): void {
  context.connection.onHover(async ({ textDocument, position }, token): Promise<Hover | null> => {
    const found = await tagAt(context, textDocument.uri, position, token);
    if (found === undefined) return null;
    const links = context.commandLinks ? [debuggerLink(found.tag)] : [];
    const value = [hoverText(context.workspace, found), ...links].join('\n\n');
    return { contents: { kind: MarkupKind.Markdown, value }, range: toRange(found.range) };
  });
}

/** The tag goes in as a number: nothing hostile can be in the link. */
function debuggerLink(tag: PoolTag): string {
  return `[Debugger commands](command:${Command.copyDebuggerCommands}?${encodeURIComponent(JSON.stringify([tag]))})`;
}

function hoverText(workspace: Workspace, found: TagAt): string {
  const { tag } = found;
  return [
    spellings(tag),
    ...notes(tag),
    ...alternatives(found),
    ...definedWhere(found),
    ...listed(workspace, tag),
    usedBy(workspace, ownersOf(workspace.index, tag)),
  ].join('\n\n');
}

/** An expression that several values reach: the other ones. */
function alternatives({ others = [] }: TagAt): string[] {
  if (others.length === 0) return [];
  return [
    `One of ${String(others.length + 1)} tags it may be here; also ${others.map((tag) => codeSpan(tagToText(tag))).join(', ')}.`,
  ];
}

function spellings(tag: PoolTag): string {
  const { text, literal, hex, debugger: command } = tagSpellings(tag);
  const rows = [
    ['shown as', text],
    ['in C', literal],
    ['value', hex],
    ['debugger', `!poolused 2 ${command}`],
  ] as const;
  return [
    '| pool tag | |',
    '|:--|:--|',
    // A bar would end the cell, even in code font.
    ...rows.map(([name, value]) => `| ${name} | ${codeSpan(value).replaceAll('|', '\\|')} |`),
  ].join('\n');
}

function notes(tag: PoolTag): string[] {
  const known: string[] = [];
  const origin = findDefaultTag(withoutProtection(tag))?.origin;
  if (origin !== undefined) known.push(`A default tag: of ${escapeMarkdown(origin)}.`);
  if ((tag & PROTECTED_POOL) !== 0) known.push('With PROTECTED\\_POOL: the block must be freed with the same tag.');
  return known;
}

/** What pooltag.txt says, as what a list says. */
function listed(workspace: Workspace, tag: PoolTag): string[] {
  const { list } = workspace.poolTagList();
  const found = list === undefined ? undefined : describeTag(list.file, tag);
  return found === undefined ? [] : [`Listed in pooltag\\.txt:\n\n${codeBlock(found.detail)}`];
}

function usedBy(workspace: Workspace, owners: readonly TagOwner[]): string {
  if (owners.length === 0) return 'No allocation with this tag is known.';
  const lines = owners.slice(0, MOST_MODULES).map((owner) => {
    const places = owner.places.slice(0, MOST_PLACES).map(({ site }) => placeLink(workspace, site));
    const more = owner.places.length - places.length;
    if (more > 0) places.push(`and ${String(more)} more`);
    const maker = owner.maker === undefined ? '' : escapeMarkdown(makerText(owner.maker));
    return `- **${escapeMarkdown(owner.module)}** (${owner.evidence}): ${places.join(', ')}${maker === '' ? '' : ` — ${maker}`}`;
  });
  if (owners.length > lines.length) lines.push(`- and ${String(owners.length - lines.length)} more modules`);
  return [owners.length === 1 ? 'Used by one module:' : `Used by ${String(owners.length)} modules:`, '', ...lines].join(
    '\n',
  );
}

/** A link where a line can be opened; for a place in an image without one, what is known of it. */
function placeLink(workspace: Workspace, site: TagSite): string {
  const { place } = site;
  if (place.kind === 'source') return lineLink(place.file, place.range.start.line);
  const local = localSource(workspace, site);
  if (local !== undefined) return lineLink(local.file, local.line);
  return escapeMarkdown(`${basename(place.file)} ${place.function ?? `0x${place.rva.toString(16)}`}`);
}

function lineLink(file: string, line: number): string {
  return fileLink(`${basename(file)}:${String(line + 1)}`, uriOfKey(file), line);
}
