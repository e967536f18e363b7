/**
 * All facts of one image as one text: its lines of the contract. What caches keep, and what is printed
 * without being taken apart; `readImageLines` gives the facts back.
 */
import type {
  FileFacts,
  HybridForm,
  ImageSigner,
  ImageSummary,
  Machine,
  ParseIssue,
  TagSite,
  VersionInfo,
} from '../../../src/shared/facts';
import { imagePlace, imageSite } from '../binary/imageSite';
import { fileLine, issueLine, siteLine, type ShowPath } from './contractLines';

/** What the lines hold. A field that is added to the facts of an image has to find its place here, or this won't compile. */
export const KEPT_IN_LINES: Readonly<
  Record<Exclude<keyof FileFacts, 'mentions' | 'includes' | 'stores'> | keyof ImageSummary, true>
> = {
  ...{ file: true, kind: true, size: true, sites: true, issues: true, image: true, sha256: true, milliseconds: true },
  ...{ machine: true, hybrid: true, version: true, signer: true, pdb: true },
};

/** The lines of an image: its sites, itself, its issues; each ended by a newline. */
export function imageLines(facts: FileFacts, showPath: ShowPath): string {
  let lines = '';
  const print = (line: Record<string, unknown>): void => {
    lines += `${JSON.stringify(line)}\n`;
  };
  for (const site of facts.sites) print(siteLine(site, showPath));
  print(fileLine(facts, showPath));
  for (const issue of facts.issues) print(issueLine(facts.file, issue, showPath));
  return lines;
}

/** The lines with the image's path shown in another way. */
export function withPath(lines: string, shownBefore: string, shownNow: string): string {
  const [before, now] = [shownBefore, shownNow].map((path) => `"file":${JSON.stringify(path)}`);
  if (before === undefined || now === undefined) return lines;
  // The image's own path is the first `file` of a line, and no string before it holds a plain quote.
  return lines
    .split('\n')
    .map((line) => line.replace(before, () => now))
    .join('\n');
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

type SignerField = ImageSigner & { readonly verified: false };

interface FileLine {
  readonly type: 'file';
  readonly machine?: Machine;
  readonly hybrid?: HybridForm;
  readonly sha256?: string;
  readonly size: number;
  readonly version?: VersionInfo;
  readonly signer?: SignerField;
  readonly pdb?: string;
  readonly milliseconds: number;
}

type Line = SiteLine | FileLine | ({ readonly type: 'issue' } & ParseIssue);

/** The facts that `imageLines` made the lines of, for the image at this path. Throws on other texts. */
export function readImageLines(lines: string, file: string): FileFacts {
  const json = `[${lines.trimEnd().replaceAll('\n', ',')}]`;
  const sites: TagSite[] = [];
  const issues: ParseIssue[] = [];
  let own: FileLine | undefined;
  for (const line of JSON.parse(json) as readonly Line[]) {
    if (line.type === 'site') sites.push(readSite(line, file));
    else if (line.type === 'file') own = line;
    else issues.push({ message: line.message, ...(line.offset === undefined ? {} : { offset: line.offset }) });
  }
  if (own === undefined) throw new Error('no line of the image itself');
  const { size, sha256, milliseconds } = own;
  const image = readSummary(own);
  return {
    ...{ file, kind: 'image', size, sites, issues, milliseconds },
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(image === undefined ? {} : { image }),
  };
}

function readSummary({ machine, hybrid, version, signer, pdb }: FileLine): ImageSummary | undefined {
  if (machine === undefined) return undefined;
  return {
    machine,
    ...(hybrid === undefined ? {} : { hybrid }),
    ...(version === undefined ? {} : { version }),
    ...(signer === undefined ? {} : { signer: readSigner(signer) }),
    ...(pdb === undefined ? {} : { pdb }),
  };
}

function readSigner({ name, issuer, program, also }: SignerField): ImageSigner {
  return {
    name,
    ...(issuer === undefined ? {} : { issuer }),
    ...(program === undefined ? {} : { program }),
    ...(also === undefined ? {} : { also }),
  };
}

function readSite(line: SiteLine, file: string): TagSite {
  const { source, unresolved, via } = line;
  const ownLine = source && { file: source.file, line: source.line - 1 };
  const place = imagePlace(file, Number(line.rva), line.function, ownLine);
  const { api, role, evidence, module } = line;
  return imageSite({ tags: line.tags.map(Number), unresolved, api, role, evidence, module, via, place });
}
