/**
 * The sites of an image on their way from a thread: numbers in one array, each text once. Copying them as objects took a
 * fifth of a thread's time.
 */
import { EVIDENCE_KINDS, type ImagePlace, type PdbLine, type SiteRole, type TagSite } from '../../../src/shared/facts';
import { imagePlace, imageSite } from '../../core/binary/imageSite';

export interface PackedSites {
  /** The image, and its name as a module: the same for all sites. */
  readonly file: string;
  readonly module: string;
  readonly texts: readonly string[];
  /** Per site what `add` below writes. */
  readonly numbers: Uint32Array;
}

const ROLES: readonly SiteRole[] = ['allocate', 'free', 'bind', 'verify', 'untagged'];
const NONE = 0xffffffff;

/** A type of which every field is carried: one more in it, and this no longer compiles. */
type Whole<T, Carried extends Record<keyof T, true>> = Pick<T, keyof Carried & keyof T>;
/** Pointers and parameters are known of sources only. */
type CarriedSite = Whole<
  Omit<TagSite, 'pointer' | 'isPassedIn'>,
  {
    tags: true;
    unresolved: true;
    api: true;
    role: true;
    evidence: true;
    module: true;
    via: true;
    place: true;
  }
>;
type CarriedPlace = Whole<ImagePlace, { kind: true; file: true; rva: true; function: true; source: true }>;
type CarriedLine = Whole<PdbLine, { file: true; line: true }>;

/** Undefined when the sites are not those of one image. */
export function packSites(sites: readonly TagSite[]): PackedSites | undefined {
  const [first] = sites;
  if (first === undefined) return undefined;
  const { module } = first;
  const { file } = first.place;
  const texts = new Map<string, number>();
  const numberOf = (text: string | undefined): number => {
    if (text === undefined) return NONE;
    const known = texts.get(text);
    if (known !== undefined) return known;
    texts.set(text, texts.size);
    return texts.size - 1;
  };
  const numbers: number[] = [];
  const add = (site: CarriedSite, place: CarriedPlace, line: CarriedLine | undefined): void => {
    numbers.push(numberOf(site.api), ROLES.indexOf(site.role), EVIDENCE_KINDS.indexOf(site.evidence));
    numbers.push(numberOf(site.via), numberOf(site.unresolved), place.rva, numberOf(place.function));
    numbers.push(numberOf(line?.file), line?.line ?? NONE, site.tags.length, ...site.tags);
  };
  for (const site of sites) {
    const { place } = site;
    if (place.kind !== 'image' || place.file !== file || site.module !== module) return undefined;
    add(site, place, place.source);
  }
  return { file, module, texts: [...texts.keys()], numbers: Uint32Array.from(numbers) };
}

export function unpackSites({ file, module, texts, numbers }: PackedSites): TagSite[] {
  const sites: TagSite[] = [];
  let at = 0;
  const next = (): number => numbers[at++] ?? NONE;
  const text = (): string | undefined => texts[next()];
  while (at < numbers.length) {
    const [api, role, evidence] = [text() ?? '', ROLES[next()] ?? 'allocate', EVIDENCE_KINDS[next()] ?? 'call'];
    const [via, unresolved, rva, name] = [text(), text(), next(), text()];
    const [source, line] = [text(), next()];
    const count = next();
    const tags: number[] = [];
    for (const end = at + count; at < end; at += 1) tags.push(numbers[at] ?? 0);
    const place = imagePlace(file, rva, name, source === undefined ? undefined : { file: source, line });
    sites.push(imageSite({ tags, unresolved, api, role, evidence, module, via, place }));
  }
  return sites;
}
