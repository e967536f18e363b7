/**
 * Files with the same bytes in one scan: the first that a thread takes on is scanned, the others get its facts under
 * their own name. Keeps facts only as long as files of their size are to come. Reads no file.
 */
import { baseName } from '../../../src/shared/baseName';
import type { FileFacts, TagSite } from '../../../src/shared/facts';
import type { FileStamp, ScannedFile, ScanTask } from '../scanTypes';
import type { PdbPlaces } from '../symbols/pdbPlaces';
import { ContentClaims } from './contentClaims';
import type { DiscoveredFile } from './discoverFiles';

/** Sites kept for copies to come. Copies of what is not kept are scanned themselves. */
const MOST_KEPT_SITES = 100_000;

interface Content {
  original?: ScannedFile;
  readonly waiting: ScannedFile[];
}

export class Copies {
  readonly #claims: ContentClaims | undefined;
  /** Images to come, by size. */
  readonly #left = new Map<number, number>();
  /** Size → hash → what is known of that content. */
  readonly #contents = new Map<number, Map<string, Content>>();
  readonly #alone: ScannedFile[] = [];
  /** Path of a file that is scanned for others of the same bytes → those. */
  readonly #followers = new Map<string, readonly ScannedFile[]>();
  #keptSites = 0;
  #count = 0;

  constructor(
    files: readonly DiscoveredFile[],
    private readonly pdbs: PdbPlaces,
  ) {
    const images = files.filter((file) => file.kind === 'image');
    for (const { size } of images) this.#left.set(size, (this.#left.get(size) ?? 0) + 1);
    const candidates = images.filter(({ size }) => (this.#left.get(size) ?? 0) > 1).length;
    if (candidates > 0) this.#claims = ContentClaims.forFiles(candidates);
  }

  /** Files that were not scanned because another had their bytes. */
  get count(): number {
    return this.#count;
  }

  task({ path, size }: DiscoveredFile): ScanTask {
    const claims = (this.#left.get(size) ?? 0) > 1 ? this.#claims : undefined;
    return { path, kind: 'image', size, ...(claims === undefined ? {} : { claims: claims.memory }) };
  }

  /** Takes the result of an image's task; gives the files whose facts are known now. */
  settle(result: ScannedFile, { size }: DiscoveredFile): ScannedFile[] {
    const known = this.#known(result, size);
    const left = (this.#left.get(size) ?? 0) - 1;
    this.#left.set(size, left);
    if (left === 0) this.#forget(size);
    return known;
  }

  /**
   * What is to be scanned once everything else is: copies whose first file came to no end, one of each content, and
   * copies that have a PDB at hand which the first had not. To be called again after each round, until nothing comes.
   */
  takeLeftOver(): ScanTask[] {
    return this.#alone.splice(0).map(({ facts }) => ({ path: facts.file, kind: 'image', size: facts.size }));
  }

  /** Takes the result of a left over task; gives the files whose facts are known now. */
  settleLeftOver(result: ScannedFile): ScannedFile[] {
    const followers = this.#followers.get(result.facts.file) ?? [];
    this.#followers.delete(result.facts.file);
    if (result.failed === undefined) return [result, ...this.#copied(result, followers)];
    const { issues } = result.facts;
    return [
      result,
      ...followers.map(({ facts, ...rest }) => ({ ...rest, facts: { ...facts, issues }, failed: true as const })),
    ];
  }

  #known(result: ScannedFile, size: number): ScannedFile[] {
    const { sha256 } = result.facts;
    if (sha256 === undefined) return [result];
    const content = this.#content(size, sha256);
    if (result.isCopy === true) {
      if (content.original === undefined) {
        content.waiting.push(result);
        return [];
      }
      return this.#copied(content.original, [result]);
    }
    const sites = result.facts.sites.length;
    if (this.#keptSites + sites <= MOST_KEPT_SITES) {
      content.original = result;
      this.#keptSites += sites;
    }
    return [result, ...this.#copied(result, content.waiting.splice(0))];
  }

  #content(size: number, sha256: string): Content {
    let ofSize = this.#contents.get(size);
    if (ofSize === undefined) this.#contents.set(size, (ofSize = new Map<string, Content>()));
    let content = ofSize.get(sha256);
    if (content === undefined) ofSize.set(sha256, (content = { waiting: [] }));
    return content;
  }

  #copied(original: ScannedFile, copies: readonly ScannedFile[]): ScannedFile[] {
    const known: ScannedFile[] = [];
    for (const copy of copies) {
      const facts = this.#factsFor(copy, original);
      if (facts === undefined) this.#alone.push(copy);
      else known.push(facts);
    }
    this.#count += known.length;
    return known;
  }

  /** The copy with the first file's facts; undefined when a PDB beside either of them makes a difference. */
  #factsFor(copy: ScannedFile, original: ScannedFile): ScannedFile | undefined {
    const places = original.pdb === undefined ? [] : this.pdbs.stamps(copy.facts.file, original.pdb);
    const isThere = ({ size }: FileStamp): boolean => size >= 0;
    const hasPdb = original.facts.image?.pdb !== undefined;
    if (!hasPdb && (places.some(isThere) || original.dependsOn.some(isThere))) return undefined;
    const elsewhere = original.dependsOn.filter(({ path }) => !places.some((place) => place.path === path));
    return {
      facts: renamed(original.facts, copy.facts),
      dependsOn: [...places, ...elsewhere],
      ...(original.pdb === undefined ? {} : { pdb: original.pdb }),
    };
  }

  /** No file of this size is to come: what still waits is scanned after all. */
  #forget(size: number): void {
    for (const { original, waiting } of this.#contents.get(size)?.values() ?? []) {
      this.#keptSites -= original?.facts.sites.length ?? 0;
      const [first, ...others] = waiting;
      if (first === undefined) continue;
      this.#alone.push(first);
      if (others.length > 0) this.#followers.set(first.facts.file, others);
    }
    this.#contents.delete(size);
  }
}

/** The facts of an image for a copy of it elsewhere. */
function renamed(original: FileFacts, copy: FileFacts): FileFacts {
  const module = baseName(copy.file);
  // Functions without a name are called by the module and their address.
  const [before, after] = [`${baseName(original.file)}+0x`, `${module}+0x`];
  const sites = original.sites.map((site): TagSite => {
    const via = site.via?.startsWith(before) === true ? after + site.via.slice(before.length) : site.via;
    const unresolved = site.unresolved?.replace(before, () => after);
    return {
      ...site,
      module,
      place: { ...site.place, file: copy.file },
      ...(via === undefined ? {} : { via }),
      ...(unresolved === undefined ? {} : { unresolved }),
    };
  });
  return { ...original, file: copy.file, sites, milliseconds: copy.milliseconds };
}
