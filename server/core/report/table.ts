/**
 * Sites as a table for a terminal: one line each, columns as wide as their widest cell.
 */
import type { ImageMaker, Place, TagSite } from '../../../src/shared/facts';
import { tagToText } from '../../../src/shared/poolTag';
import type { ShowPath } from './contractLines';
import { makerText } from './makerText';
import { printable } from './printable';

const HEADINGS = ['Tag', 'Role', 'Evidence', 'Module', 'API', 'Place', 'Function'] as const;
const COMPANY = 'Company';

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

/** What is known of the image a place is in. */
export type MakerOfFile = (file: string) => ImageMaker | undefined;

/** The company of the version resource; the signer where there is none. */
function companyText(maker: ImageMaker | undefined): string {
  return maker === undefined ? '' : (maker.company ?? makerText(maker));
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

/** Lines of the table, headings first; with a company column when an image names its maker. */
export function siteTable(sites: readonly TagSite[], showPath: ShowPath, makerOfFile?: MakerOfFile): string[] {
  const companies = sites.map(({ place }) => printable(companyText(makerOfFile?.(place.file))));
  const withCompany = companies.some((company) => company !== '');
  const headings = withCompany ? [...HEADINGS, COMPANY] : HEADINGS;
  const rows = [
    [...headings],
    ...sites.map((site, index) => [...cells(site, showPath), ...(withCompany ? [companies[index] ?? ''] : [])]),
  ];
  const widths = headings.map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
