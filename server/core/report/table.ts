/**
 * Sites for people: a block for each file, a line for each site, columns aligned and fitted to the terminal. Decides
 * what is shown and in which role of colour; the colours themselves, and whether there are any, are the caller's.
 */
import { baseName } from '../../../src/shared/baseName';
import { makerOf, type FileFacts, type ParseIssue, type TagSite } from '../../../src/shared/facts';
import { tagToText } from '../../../src/shared/poolTag';
import type { ShowPath } from './contractLines';
import { makerText } from './makerText';
import { printable } from './printable';
import { cutEnd, cutMiddle, cutStart, padTo, textWidth } from './textWidth';

/** What a piece of the table is; free names are for the roles and evidences of sites. */
export type TableStyle = 'file' | 'dim' | 'tag' | 'unknown' | 'issue' | 'source' | 'plain' | TagSite['role'] | 'weak';

/** Colours a piece of text; its width stays as it is. */
export type Paint = (style: TableStyle, text: string) => string;

export interface TableOptions {
  readonly showPath: ShowPath;
  readonly paint: Paint;
  /** Columns of the terminal; undefined: as many as it takes. */
  readonly width?: number | undefined;
}

interface Cell {
  readonly text: string;
  readonly style: TableStyle;
}

interface Column {
  readonly heading: string;
  readonly of: (site: TagSite) => Cell;
  /** What it has in each block where there is room, so that blocks line up mostly. */
  readonly least: number;
  /** What is left of a text that is cut; its beginning, unless said otherwise. */
  readonly keeps?: 'end' | 'both';
}

const INDENT = '  ';
const GAP = '  ';

/** The columns in their order. */
const COLUMNS: readonly Column[] = [
  { heading: 'Tag', least: 4, of: tagCell },
  { heading: 'Role', least: 8, of: (site) => ({ text: site.role, style: site.role }) },
  { heading: 'Evidence', least: 8, of: evidenceCell },
  { heading: 'API', least: 21, of: apiCell, keeps: 'both' },
  { heading: 'Place', least: 8, of: placeCell },
  { heading: 'Function', least: 8, of: functionCell },
  { heading: 'Source', least: 0, of: sourceCell, keeps: 'end' },
];

/** What is cut where lines don't fit, one after the other until they do: a heading, and how narrow the column gets. */
const CUTS: readonly (readonly [heading: string, width: number])[] = [
  ['Tag', 25],
  ['Function', 16],
  ['API', 17],
  ['Function', 12],
  ['Source', 12],
  ['Tag', 18],
  ['API', 15],
  ['Tag', 11],
  ['API', 12],
  ['Function', 9],
  ['Source', 10],
];

function tagCell({ tags, unresolved }: TagSite): Cell {
  const all = [...tags.map(tagToText), ...(unresolved === undefined ? [] : ['?'])].join(' | ');
  return { text: all === '' ? '-' : all, style: all === '' ? 'dim' : unresolved === undefined ? 'tag' : 'unknown' };
}

function evidenceCell({ evidence }: TagSite): Cell {
  return { text: evidence, style: evidence === 'constant' || evidence === 'bytes' ? 'weak' : 'plain' };
}

function apiCell({ api, via }: TagSite): Cell {
  return { text: via === undefined ? api : `${via} → ${api}`, style: 'plain' };
}

/** Within the file that heads the block: line and column, or the address of the call. */
function placeCell({ place }: TagSite): Cell {
  if (place.kind === 'image') return { text: `+0x${place.rva.toString(16)}`, style: 'dim' };
  const { line, column } = place.range.start;
  return { text: `${String(line + 1)}:${String(column + 1)}`, style: 'source' };
}

function functionCell({ place }: TagSite): Cell {
  return { text: place.function ?? '', style: 'plain' };
}

/** The PDB's path is another machine's: its name says enough here. */
function sourceCell({ place }: TagSite): Cell {
  if (place.kind === 'source' || place.source === undefined) return { text: '', style: 'plain' };
  return { text: `${baseName(place.source.file)}:${String(place.source.line + 1)}`, style: 'source' };
}

function cut(text: string, width: number, keeps: Column['keeps']): string {
  if (keeps === 'both') return cutMiddle(text, width);
  return keeps === 'end' ? cutStart(text, width) : cutEnd(text, width);
}

function lineWidth(widths: readonly number[]): number {
  const used = widths.filter((width) => width > 0);
  return INDENT.length + used.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, used.length - 1);
}

/** The blocks of a table, one for each file that has something to show. */
export class SiteTable {
  /** Columns that have been headed: a block that has others heads all of its own. */
  readonly #headed = new Set<number>();

  constructor(private readonly options: TableOptions) {}

  /** Lines of a file's block, an empty one first; none for a file without sites and issues. */
  block(facts: FileFacts): string[] {
    if (facts.sites.length === 0 && facts.issues.length === 0) return [];
    return ['', this.#title(facts), ...this.#rows(facts.sites), ...facts.issues.map((issue) => this.#issue(issue))];
  }

  /** Lines for a file or folder that could not be looked into. */
  failure(file: string, message: string): string[] {
    const path = this.options.paint('file', printable(this.options.showPath(file)));
    return ['', path, this.#issue({ message })];
  }

  #title(facts: FileFacts): string {
    const { paint, showPath, width = Infinity } = this.options;
    const { image } = facts;
    const maker = makerOf(image);
    const about = [
      image === undefined ? facts.sites[0]?.module : (image.hybrid ?? image.machine),
      maker === undefined ? undefined : makerText(maker),
      image?.pdb,
    ].filter((part) => part !== undefined && part !== '');
    const path = printable(showPath(facts.file));
    const rest = printable(about.join(', '));
    const room = width - textWidth(path) - GAP.length;
    if (rest === '' || room < 1) return paint('file', path);
    return `${paint('file', path)}${GAP}${paint('dim', cutEnd(rest, room))}`;
  }

  #rows(sites: readonly TagSite[]): string[] {
    const rows = sites.map((site) => COLUMNS.map(({ of }): Cell => ({ ...of(site), text: printable(of(site).text) })));
    const used = COLUMNS.map((_, column) => rows.some((cells) => cells[column]?.text !== ''));
    const headings = COLUMNS.map(({ heading }, column): Cell => ({ text: used[column] ? heading : '', style: 'dim' }));
    const isNew = used.some((isUsed, column) => isUsed && !this.#headed.has(column));
    used.forEach((isUsed, column) => {
      if (isUsed) this.#headed.add(column);
    });
    const head = isNew ? [headings] : [];
    const widths = this.#widths([...head, ...rows]);
    return [
      ...head.map((cells) => this.#line(cells, widths)),
      ...rows.flatMap((cells, at) => [this.#line(cells, widths), ...this.#reason(sites[at])]),
    ];
  }

  /** Natural widths, cut until the line fits. An empty column takes no room. */
  #widths(rows: readonly (readonly Cell[])[]): number[] {
    const most = this.options.width ?? Infinity;
    const natural = COLUMNS.map((_, column) =>
      rows.reduce((widest, cells) => Math.max(widest, textWidth(cells[column]?.text ?? '')), 0),
    );
    const aligned = natural.map((width, column) => (width === 0 ? 0 : Math.max(width, COLUMNS[column]?.least ?? 0)));
    if (lineWidth(aligned) <= most) return aligned;
    for (const [heading, least] of CUTS) {
      const column = COLUMNS.findIndex((candidate) => candidate.heading === heading);
      const width = natural[column] ?? 0;
      natural[column] = Math.max(Math.min(width, least), width - Math.max(0, lineWidth(natural) - most));
    }
    return natural;
  }

  #line(cells: readonly Cell[], widths: readonly number[]): string {
    const last = cells.findLastIndex(({ text }) => text !== '');
    const pieces = cells.slice(0, last + 1).flatMap(({ text, style }, column) => {
      const width = widths[column] ?? 0;
      if (width === 0) return [];
      const fitted = cut(text, width, COLUMNS[column]?.keeps);
      const blanks = column === last ? '' : padTo('', width - textWidth(fitted));
      return [`${fitted === '' ? '' : this.options.paint(style, fitted)}${blanks}`];
    });
    return `${INDENT}${pieces.join(GAP)}`;
  }

  /** Why a tag is not known, whole: under its line, a terminal wraps it. */
  #reason(site: TagSite | undefined): string[] {
    if (site?.unresolved === undefined) return [];
    return [`${INDENT}${INDENT}${this.options.paint('dim', `? ${printable(site.unresolved)}`)}`];
  }

  #issue({ message, offset }: ParseIssue): string {
    const where = offset === undefined ? '' : ` (at offset ${String(offset)})`;
    return `${INDENT}${this.options.paint('issue', `! ${printable(message)}${where}`)}`;
  }
}
