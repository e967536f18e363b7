/**
 * Occurrences of a tag's value gathered by driver, the better evidence first. They may be chance: this ranks them among
 * themselves, behind every owner the index knows, and puts nothing into the index.
 */
import { baseName } from '../../../src/shared/baseName';
import { makerOf, moduleKey, type ImageSummary } from '../../../src/shared/facts';
import type { OccurrenceModule, TagOccurrence } from '../../../src/shared/tagOccurrence';
import { groupBy } from './groupBy';

/** Occurrences listed of one driver: a person looks at a few. */
export const MOST_LISTED = 20;

function isConstant({ evidence }: TagOccurrence): boolean {
  return evidence === 'constant';
}

/** Order inside a driver: constants first, those whose function has a name before the others, then file and offset. */
function compare(a: TagOccurrence, b: TagOccurrence): number {
  return (
    Number(isConstant(b)) - Number(isConstant(a)) ||
    Number(b.function !== undefined) - Number(a.function !== undefined) ||
    (a.file === b.file ? a.offset - b.offset : a.file < b.file ? -1 : 1)
  );
}

export interface OccurrenceContext {
  /** Modules that facts name for the tag already: an occurrence in them says nothing new and is left out. */
  readonly known?: readonly string[];
  /** What is known of an image besides. */
  readonly imageOf?: (file: string) => ImageSummary | undefined;
}

/** One entry for each driver that holds one tag's value. */
export function occurrenceModules(
  occurrences: readonly TagOccurrence[],
  { known = [], imageOf }: OccurrenceContext = {},
): OccurrenceModule[] {
  const left = new Set(known.map(moduleKey));
  const groups = groupBy(
    occurrences.filter((found) => !left.has(moduleKey(found.file))),
    (found) => moduleKey(found.file),
  );
  const modules = [...groups.values()].map((group) => {
    const sorted = [...group].sort(compare);
    const [best] = sorted;
    const constants = sorted.filter(isConstant).length;
    return { best, constants, sorted };
  });
  return modules
    .sort((a, b) => b.constants - a.constants || b.sorted.length - a.sorted.length || order(a.best, b.best))
    .flatMap(({ best, sorted }) => (best === undefined ? [] : describe(best, sorted, imageOf)));
}

function describe(
  best: TagOccurrence,
  sorted: readonly TagOccurrence[],
  imageOf: OccurrenceContext['imageOf'],
): OccurrenceModule {
  const files = imageOf === undefined ? [] : [...new Set(sorted.map((found) => found.file))];
  const maker = files.map((file) => makerOf(imageOf?.(file))).find((found) => found !== undefined);
  return {
    tag: best.tag,
    module: baseName(best.file),
    evidence: best.evidence,
    ...(maker === undefined ? {} : { maker }),
    count: sorted.length,
    occurrences: sorted.slice(0, MOST_LISTED),
  };
}

function order(a: TagOccurrence | undefined, b: TagOccurrence | undefined): number {
  return (a?.file ?? '') < (b?.file ?? '') ? -1 : 1;
}
