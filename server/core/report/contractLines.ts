/**
 * The lines of `poollens scan` and `owners` as other programs read them: the one place where a fact becomes contract
 * text, with lines and columns from 1. Fields may be added, never renamed.
 */
import {
  siteTag,
  type FileFacts,
  type ImageMaker,
  type ImageSigner,
  type ParseIssue,
  type TagSite,
  type TextRange,
} from '../../../src/shared/facts';
import { tagToHex, tagToText } from '../../../src/shared/poolTag';
import type { TagOwner } from '../../../src/shared/serverProtocol';
import type { OccurrenceModule } from '../../../src/shared/tagOccurrence';
import type { CatalogueOwner } from '../tags/catalogue';

/** How a path is shown: relative to where the user asked, with forward slashes. */
export type ShowPath = (path: string) => string;

export interface ScanTotals {
  readonly files: number;
  readonly bytes: number;
  readonly sites: number;
  readonly tags: number;
  readonly milliseconds: number;
}

/** `[start line, start column, end line, end column]`, all from 1. */
export function rangeNumbers(range: TextRange): readonly [number, number, number, number] {
  return [range.start.line + 1, range.start.column + 1, range.end.line + 1, range.end.column + 1];
}

/** Fields of a place, of a site: those a line has, in no order. */
type PlaceFields = { file?: string; rva?: string; line?: number; column?: number };
type SiteFields = PlaceFields & {
  type: 'site';
  tag: string | null;
  text: string | null;
  tags: readonly string[];
  tagRange?: ReturnType<typeof rangeNumbers>;
  function?: string;
  source?: { readonly file: string; readonly line: number };
} & { -readonly [Field in 'unresolved' | 'api' | 'role' | 'evidence' | 'module' | 'via']?: TagSite[Field] };

/** Where a place is, for a line of output: `line` and `column` in a source, `rva` in an image. */
export function placeFields(place: TagSite['place'], showPath: ShowPath): Record<string, unknown> {
  const fields: PlaceFields = {};
  addPlace(fields, place, showPath);
  return fields;
}

function addPlace(to: PlaceFields, place: TagSite['place'], showPath: ShowPath): void {
  to.file = showPath(place.file);
  if (place.kind === 'image') to.rva = `0x${place.rva.toString(16)}`;
  else [to.line, to.column] = rangeNumbers(place.range);
}

/** `{"type":"site",…}`. */
export function siteLine(site: TagSite, showPath: ShowPath): Record<string, unknown> {
  const tag = siteTag(site);
  const { place } = site;
  const line: SiteFields = {
    type: 'site',
    tag: tag === undefined ? null : tagToHex(tag),
    text: tag === undefined ? null : tagToText(tag),
    tags: site.tags.map(tagToHex),
  };
  // One after the other, in the order of the contract: spreading them in took most of the time of a line.
  if (site.unresolved !== undefined) line.unresolved = site.unresolved;
  line.api = site.api;
  line.role = site.role;
  line.evidence = site.evidence;
  line.module = site.module;
  addPlace(line, place, showPath);
  if (place.kind === 'source' && place.tagRange !== undefined) line.tagRange = rangeNumbers(place.tagRange);
  if (place.function !== undefined) line.function = place.function;
  if (site.via !== undefined) line.via = site.via;
  if (place.kind === 'image' && place.source !== undefined)
    line.source = { file: place.source.file, line: place.source.line + 1 };
  return line;
}

/** `{"type":"file",…}`. */
export function fileLine(facts: FileFacts, showPath: ShowPath): Record<string, unknown> {
  const { image } = facts;
  return {
    type: 'file',
    file: showPath(facts.file),
    kind: facts.kind,
    ...(image === undefined ? {} : { machine: image.machine }),
    ...(image?.hybrid === undefined ? {} : { hybrid: image.hybrid }),
    ...(facts.sha256 === undefined ? {} : { sha256: facts.sha256 }),
    size: facts.size,
    ...(image?.version === undefined ? {} : { version: image.version }),
    ...signerField(image?.signer),
    ...(image?.pdb === undefined ? {} : { pdb: image.pdb }),
    sites: facts.sites.length,
    milliseconds: Math.round(facts.milliseconds * 10) / 10,
  };
}

/** `verified` stands in every line, so that no program takes the names for checked ones. */
function signerField(signer: ImageSigner | undefined): Record<string, unknown> {
  return signer === undefined ? {} : { signer: { ...signer, verified: false } };
}

/** `{"type":"issue",…}`. `issue.offset` is a byte offset in the file. */
export function issueLine(file: string, issue: ParseIssue, showPath: ShowPath): Record<string, unknown> {
  return {
    type: 'issue',
    file: showPath(file),
    ...(issue.offset === undefined ? {} : { offset: issue.offset }),
    message: issue.message,
  };
}

/** `{"type":"summary",…}`. */
export function summaryLine(totals: ScanTotals): Record<string, unknown> {
  return { type: 'summary', ...totals, milliseconds: Math.round(totals.milliseconds) };
}

function makerFields(maker: ImageMaker | undefined): Record<string, unknown> {
  return {
    ...(maker?.company === undefined ? {} : { company: maker.company }),
    ...(maker?.product === undefined ? {} : { product: maker.product }),
    ...signerField(maker?.signer),
  };
}

/** `{"type":"owner",…}`; the place is the owner's best one. */
export function ownerLine(owner: TagOwner, showPath: ShowPath): Record<string, unknown> {
  const best = owner.places[0]?.site;
  return {
    type: 'owner',
    tag: tagToHex(owner.tag),
    text: tagToText(owner.tag),
    module: owner.module,
    evidence: owner.evidence,
    sites: owner.siteCount,
    ...(best === undefined ? {} : placeFields(best.place, showPath)),
    ...makerFields(owner.maker),
    ...(best?.place.function === undefined ? {} : { function: best.place.function }),
  };
}

/** `{"type":"owner",…}` for what pooltag.txt says: no site, but its words. */
export function catalogueLine({ tag, binary, pattern, description }: CatalogueOwner): Record<string, unknown> {
  return {
    type: 'owner',
    tag: tagToHex(tag),
    text: tagToText(tag),
    module: binary,
    evidence: 'catalogue',
    sites: 0,
    pattern,
    description,
  };
}

/**
 * `{"type":"owner",…}` for a driver in which the tag's value only occurs. `sites` counts the occurrences; the place is
 * the first of the best: `rva` of the instruction or bytes where they lie in a section, `offset` in the file always.
 */
export function occurrenceLine(module: OccurrenceModule, showPath: ShowPath): Record<string, unknown> {
  const [best] = module.occurrences;
  return {
    type: 'owner',
    tag: tagToHex(module.tag),
    text: tagToText(module.tag),
    module: module.module,
    evidence: module.evidence,
    sites: module.count,
    ...(best === undefined
      ? {}
      : {
          file: showPath(best.file),
          ...(best.rva === undefined ? {} : { rva: `0x${best.rva.toString(16)}` }),
          offset: best.offset,
          ...(best.section === undefined ? {} : { section: best.section }),
          ...(best.function === undefined ? {} : { function: best.function }),
          ...(best.source === undefined ? {} : { source: { file: best.source.file, line: best.source.line + 1 } }),
        }),
    ...makerFields(module.maker),
  };
}
