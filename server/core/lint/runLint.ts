/**
 * Runs the rules over an index: applies settings, comments in the sources and the order of output.
 * Reads no files; source texts come through a callback, and only of files that have findings.
 */
import type { Place } from '../../../src/shared/facts';
import type { TagIndex } from '../index/tagIndex';
import type { PoolTagFile } from '../tags/poolTagFile';
import type { Finding, LintContext, RuleFinding, RuleSetting } from './rule';
import { RULES } from './rules';
import { isSuppressed, readSuppressions, type Suppressions } from './suppressions';

export interface LintOptions {
  /** Severity over the rule's own, for findings in this file; undefined: the rule's own. */
  readonly settingOf?: (rule: string, file: string) => RuleSetting | undefined;
  /** Text of a source, for suppression comments; undefined when it can't be read. */
  readonly readText: (file: string) => string | undefined;
  /** The pooltag.txt the user named, for the rules that need one. */
  readonly poolTagFile?: PoolTagFile | undefined;
}

/** Every finding, suppressed ones marked, in the order of file and place. */
export function runLint(index: TagIndex, options: LintOptions): Finding[] {
  const context: LintContext = { index, poolTagFile: options.poolTagFile };
  const suppressionsOf = memoize((file: string): Suppressions => readSuppressions(options.readText(file) ?? ''));
  const findings: Finding[] = [];
  for (const rule of RULES) {
    for (const found of rule.check(context)) {
      const { place } = found;
      const setting = options.settingOf?.(rule.id, place.file) ?? rule.severity;
      if (setting === 'off') continue;
      const suppressed = place.kind === 'source' && isSuppressed(suppressionsOf(place.file), rule.id, place);
      findings.push({ ...found, rule: rule.id, severity: setting, suppressed });
    }
  }
  return findings.sort(inOrder);
}

function position(place: Place): readonly [number, number] {
  return place.kind === 'source' ? [place.range.start.line, place.range.start.column] : [place.rva, 0];
}

function inOrder(a: RuleFinding, b: RuleFinding): number {
  if (a.place.file !== b.place.file) return a.place.file < b.place.file ? -1 : 1;
  const [lineA, columnA] = position(a.place);
  const [lineB, columnB] = position(b.place);
  return lineA - lineB || columnA - columnB;
}

function memoize<K, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
