/**
 * All facts of one image as one text: its lines of the contract, with a NUL where the shown path stands. What caches
 * keep and what is printed without being taken apart; `readImageLines` gives the facts back.
 */
import type { FileFacts, ImageSummary, Machine, ParseIssue, TagSite, VersionInfo } from '../../../src/shared/facts';
import { fileLine, issueLine, siteLine } from './contractLines';

/** The facts that the lines hold. A field that is added to FileFacts has to find its place here, or this won't compile. */
type Kept = 'file' | 'kind' | 'size' | 'sites' | 'issues' | 'image' | 'sha256' | 'milliseconds';
type OfSources = 'mentions' | 'includes';
type KeptSummary = 'machine' | 'version' | 'pdb';
type NothingIsLost<T extends Record<never, unknown>> = keyof T extends never ? true : never;
const COMPLETE: NothingIsLost<Omit<FileFacts, Kept | OfSources>> & NothingIsLost<Omit<ImageSummary, KeptSummary>> =
  true;

/** Can't be part of JSON text, whatever the strings in it say. */
const PATH_MARK = '\0';
const MARKED_PATH = '"file":""';
const markPath = (): string => '';

/** The lines with the path shown in every place, each ended by a newline. */
export function withPath(lines: string, shownPath: string): string {
  return lines.split(PATH_MARK).join(JSON.stringify(shownPath));
}

/** The lines of an image: its sites, itself, its issues. */
export function imageLines(facts: FileFacts): string {
  const parts: Record<string, unknown>[] = [];
  for (const site of facts.sites) parts.push(siteLine(site, markPath));
  parts.push(fileLine(facts, markPath));
  for (const issue of facts.issues) parts.push(issueLine(facts.file, issue, markPath));
  // The image's own path comes before whatever else is called `file`, and no string before it holds a plain quote.
  return (
    COMPLETE && parts.map((part) => `${JSON.stringify(part).replace(MARKED_PATH, `"file":${PATH_MARK}`)}\n`).join('')
  );
}

interface SiteLine {
  readonly type: 'site';
  readonly tags: readonly string[];
  readonly unresolved?: string;
  readonly api: string;
  readonly role: TagSite['role'];
  readonly evidence: TagSite['evidence'];
  readonly module: string;
  readonly rva: string;
  readonly function?: string;
  readonly via?: string;
  readonly source?: { readonly file: string; readonly line: number };
}

interface FileLine {
  readonly type: 'file';
  readonly machine?: Machine;
  readonly sha256?: string;
  readonly size: number;
  readonly version?: VersionInfo;
  readonly pdb?: string;
  readonly milliseconds: number;
}

type Line = SiteLine | FileLine | ({ readonly type: 'issue' } & ParseIssue);

/** The facts that `imageLines` made the lines of, for the image at this path. Throws on other texts. */
export function readImageLines(lines: string, file: string): FileFacts {
  const json = `[${lines.trimEnd().replaceAll(PATH_MARK, '0').replaceAll('\n', ',')}]`;
  const sites: TagSite[] = [];
  const issues: ParseIssue[] = [];
  let own: FileLine | undefined;
  for (const line of JSON.parse(json) as readonly Line[]) {
    if (line.type === 'site') sites.push(readSite(line, file));
    else if (line.type === 'file') own = line;
    else issues.push({ message: line.message, ...(line.offset === undefined ? {} : { offset: line.offset }) });
  }
  if (own === undefined) throw new Error('no line of the image itself');
  const { machine, version, pdb, size, sha256, milliseconds } = own;
  return {
    ...{ file, kind: 'image', size, sites, issues, milliseconds },
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(machine === undefined
      ? {}
      : { image: { machine, ...(version === undefined ? {} : { version }), ...(pdb === undefined ? {} : { pdb }) } }),
  };
}

function readSite(line: SiteLine, file: string): TagSite {
  const { source, unresolved, via } = line;
  return {
    tags: line.tags.map(Number),
    ...(unresolved === undefined ? {} : { unresolved }),
    api: line.api,
    role: line.role,
    evidence: line.evidence,
    module: line.module,
    ...(via === undefined ? {} : { via }),
    place: {
      kind: 'image',
      file,
      rva: Number(line.rva),
      ...(line.function === undefined ? {} : { function: line.function }),
      ...(source === undefined ? {} : { source: { file: source.file, line: source.line - 1 } }),
    },
  };
}
