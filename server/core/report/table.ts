/**
 * Sites as a table for a terminal: one line each, columns as wide as their widest cell.
 */
import type { Place, TagSite } from '../../../src/shared/facts';
import { tagToText } from '../../../src/shared/poolTag';
import type { ShowPath } from './contractLines';
import { printable } from './printable';

const HEADINGS = ['Tag', 'Role', 'Evidence', 'Module', 'API', 'Place', 'Function'] as const;

/** `drivers/a.c:12:9`, `bin/a.sys+0x2d6f`. */
export function placeText(place: Place, showPath: ShowPath): string {
  const where =
    place.kind === 'source'
      ? `:${String(place.range.start.line + 1)}:${String(place.range.start.column + 1)}`
      : `+0x${place.rva.toString(16)}`;
  return printable(`${showPath(place.file)}${where}`);
}

function tagCell(site: TagSite): string {
  const tags = site.tags.map(tagToText).join(' | ');
  return site.unresolved === undefined ? tags : `${tags}${tags === '' ? '' : ' | '}?`;
}

function cells(site: TagSite, showPath: ShowPath): string[] {
  const api = site.via === undefined ? site.api : `${site.via} → ${site.api}`;
  return [
    tagCell(site),
    site.role,
    site.evidence,
    site.module,
    api,
    placeText(site.place, showPath),
    site.place.function ?? '',
  ].map(printable);
}

/** Lines of the table, headings first. */
export function siteTable(sites: readonly TagSite[], showPath: ShowPath): string[] {
  const rows = [[...HEADINGS], ...sites.map((site) => cells(site, showPath))];
  const widths = HEADINGS.map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
