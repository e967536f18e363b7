/**
 * Rule known-tag: a driver allocates with a tag that pooltag.txt lists for another binary, so that the debugger calls
 * its memory by another one's name. Runs only with a pooltag.txt that the user names. Default tags are default-tag's.
 */
import { moduleKey, type TagSite } from '../../../../src/shared/facts';
import { tagToText, type PoolTag } from '../../../../src/shared/poolTag';
import type { PoolTagEntry } from '../../tags/poolTagFile';
import { isWildcard, literalCount } from '../../tags/poolTagPattern';
import { findDefaultTag } from '../../tags/wellKnownTags';
import { allocatingModules } from '../allocatingModules';
import type { LintContext, LintRule, RuleFinding } from '../rule';

/** A wildcard of fewer characters (`G???`) covers what nobody meant. */
const FEWEST_LITERALS = 2;
/** What pooltag.txt says of tags whose owner its authors did not know: often the very driver that is checked. */
const NO_ONE = '<unknown>';
/** File names of the kernel, which pooltag.txt calls nt. */
const KERNELS = new Set(['ntoskrnl.exe', 'ntkrnlmp.exe', 'ntkrnlpa.exe', 'ntkrpamp.exe', 'ntkrla57.exe']);

interface ListedEntry extends PoolTagEntry {
  readonly binary: string;
}

function binaryKey(name: string): string {
  const key = moduleKey(name);
  return KERNELS.has(key) ? 'nt' : key;
}

/** `nt!mm`, `win32k!Function`, `<vendor.sys>`, `nt!store or rdyboost.sys`, `old.sys/new.sys`. */
function names(entry: ListedEntry, module: string): boolean {
  const binaries = entry.binary.split(/\/|,| or /).map((name) => name.replace(/!.*|[<>]/g, '').trim());
  return binaries.some((name) => binaryKey(name) === binaryKey(module));
}

function counts(entry: PoolTagEntry): entry is ListedEntry {
  if (entry.binary === undefined || entry.binary === NO_ONE) return false;
  return !isWildcard(entry.pattern) || literalCount(entry.pattern) >= FEWEST_LITERALS;
}

/** The entry that gives the tag to others. Exact ones decide; where there are none, wildcards do. */
function listedElsewhere(entries: readonly ListedEntry[], module: string): ListedEntry | undefined {
  const exact = entries.filter((entry) => !isWildcard(entry.pattern));
  const deciding = exact.length > 0 ? exact : entries;
  return deciding.some((entry) => names(entry, module)) ? undefined : deciding[0];
}

function describe(tag: PoolTag, site: TagSite, { pattern, binary, description }: ListedEntry): string {
  const as = isWildcard(pattern) ? ` as ${pattern.trimEnd()}` : '';
  const text = description.replace(/\.+$/, '');
  const what = `pool tag ${tagToText(tag)} of ${site.module} is listed in pooltag.txt${as} for ${binary}`;
  return text === '' ? what : `${what}: ${text}`;
}

function check({ index, poolTagFile }: LintContext): RuleFinding[] {
  if (poolTagFile === undefined) return [];
  return index.tags().flatMap((tag) => {
    if (tag === 0 || findDefaultTag(tag) !== undefined) return [];
    const entries = poolTagFile.describe(tag).filter(counts);
    return allocatingModules(index, tag).flatMap((site) => {
      const entry = listedElsewhere(entries, site.module);
      return entry === undefined ? [] : { tag, place: site.place, message: describe(tag, site, entry), related: [] };
    });
  });
}

export const knownTag: LintRule = {
  id: 'known-tag',
  severity: 'information',
  summary: 'A tag is allocated that pooltag.txt lists for another binary.',
  documentation: `\`!poolused\`, PoolMon and other tools describe tags with pooltag.txt. A driver that allocates with a
tag listed there for another binary has its memory shown under the other one's name, and both are counted together.

Choose a tag that is not listed. The rule needs the file, which comes with the Debugging Tools for Windows (\`triage\`)
and the WDK: the setting \`poollens.pooltag.file\`, or \`poollens lint --pooltag-file FILE\`. Lines that name no binary don't count, nor do wildcards of fewer
than two characters.`,
  check,
};
