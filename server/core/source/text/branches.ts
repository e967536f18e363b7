/**
 * Which arms of a file's `#if` groups are read together. The first reading takes what the preprocessor takes; further
 * readings take other arms that hold something of interest, since sites in both arms are wanted; the last ones take arms
 * that may be compiled as well as those of the first, and in which something else may be meant.
 */
import type { Branch } from '../translationUnit';

/** One reading of a file: the stretches left out, and those that no earlier reading showed. */
export interface Reading {
  readonly hidden: readonly Branch[];
  /** Undefined: everything is new (the first reading). */
  readonly revealed?: readonly Branch[];
  /** As likely compiled as the first reading: sites in front of and behind what it shows may have other tags in it. */
  readonly isOther?: true;
}

const MOST_READINGS = 6;
/** Of those that are as likely as the first. */
const MOST_OTHERS = 3;

type OfStretch = (start: number, end: number) => boolean;

/**
 * Plans the readings. `isInteresting` says whether a stretch of text names something that may be a site, `bearsOnTags`
 * whether the tags of sites elsewhere may depend on it.
 */
export function planReadings(
  branches: readonly Branch[],
  isInteresting: OfStretch,
  bearsOnTags: OfStretch = () => false,
): Reading[] {
  const arms = armParents(branches);
  const first = defaultChoice(branches);
  const visible = (choice: ReadonlyMap<number, number>): Set<Branch> => visibleBranches(branches, choice, arms);
  const shown = visible(first);
  const hidden = (seen: ReadonlySet<Branch>): Branch[] => branches.filter((branch) => !seen.has(branch));
  const readings: Reading[] = [{ hidden: hidden(shown) }];
  const more = (wanted: readonly Branch[], most: number, isOther?: true): void => {
    const known = new Set(shown);
    let open = wanted;
    for (let count = 0; open.length > 0 && count < most; count += 1) {
      const choice = new Map(first);
      const fixed = new Set<number>();
      for (const branch of open) choose(branch, choice, fixed, arms);
      const seen = visible(choice);
      const revealed = branches.filter((branch) => seen.has(branch) && !known.has(branch));
      if (revealed.length === 0) break;
      for (const branch of revealed) known.add(branch);
      readings.push({ hidden: hidden(seen), revealed, ...(isOther && { isOther }) });
      open = open.filter((branch) => !known.has(branch));
    }
  };
  const unseen = hidden(shown);
  more(
    unseen.filter(({ start, end }) => isInteresting(start, end)),
    MOST_READINGS - 1,
  );
  const likely = unseen.filter(({ reach }) => reach === 'maybe');
  more(
    likely.filter(({ start, end }) => bearsOnTags(start, end)),
    MOST_OTHERS,
    true,
  );
  return readings;
}

/** Per group the arm that is taken; where that is not known the first one that may be. */
function defaultChoice(branches: readonly Branch[]): Map<number, number> {
  const best = new Map<number, { arm: number; rank: number }>();
  const rank = { yes: 2, maybe: 1, no: 0 };
  for (const branch of branches) {
    const known = best.get(branch.group);
    if (known === undefined || rank[branch.reach] > known.rank)
      best.set(branch.group, { arm: branch.arm, rank: rank[branch.reach] });
  }
  const reaches = new Map<string, Branch['reach']>();
  // Only groups inside others ask.
  if (branches.some((branch) => branch.parent))
    for (const { group, arm, reach } of branches) reaches.set(`${String(group)}:${String(arm)}`, reach);
  const choice = new Map<number, number>();
  for (const branch of branches) {
    const found = best.get(branch.group);
    if (found === undefined) continue;
    const outer = branch.parent && reaches.get(`${String(branch.parent.group)}:${String(branch.parent.arm)}`);
    // A group that is reached but takes none of its arms shows none; inside an untaken arm the first arm stands for all.
    choice.set(branch.group, found.rank === 0 && outer !== 'no' ? -1 : found.arm);
  }
  return choice;
}

function armParents(branches: readonly Branch[]): Map<number, Branch['parent']> {
  return new Map(branches.map((branch) => [branch.group, branch.parent]));
}

function choose(
  branch: Branch,
  choice: Map<number, number>,
  fixed: Set<number>,
  arms: ReadonlyMap<number, Branch['parent']>,
): void {
  const chain: { group: number; arm: number }[] = [];
  for (let arm: Branch['parent'] = branch; arm; arm = arms.get(arm.group))
    chain.push({ group: arm.group, arm: arm.arm });
  // An arm can only be shown where no other open stretch has claimed its groups for another arm.
  if (chain.some((arm) => fixed.has(arm.group) && choice.get(arm.group) !== arm.arm)) return;
  for (const arm of chain) {
    fixed.add(arm.group);
    choice.set(arm.group, arm.arm);
  }
}

function visibleBranches(
  branches: readonly Branch[],
  choice: ReadonlyMap<number, number>,
  arms: ReadonlyMap<number, Branch['parent']>,
): Set<Branch> {
  const groups = new Map<number, boolean>();
  const isShown = (group: number, arm: number, parent: Branch['parent']): boolean => {
    if (choice.get(group) !== arm) return false;
    if (parent === undefined) return true;
    const known = groups.get(group);
    if (known !== undefined) return known;
    const shown = isShown(parent.group, parent.arm, arms.get(parent.group));
    groups.set(group, shown);
    return shown;
  };
  return new Set(branches.filter((branch) => isShown(branch.group, branch.arm, branch.parent)));
}
