/**
 * Findings as the JSON document of `poollens lint --format json`: contract text, positions from 1.
 */
import type { Place, TextRange } from '../../../src/shared/facts';
import { tagToHex } from '../../../src/shared/poolTag';
import type { Finding, Severity } from '../lint/rule';
import { placeFields, rangeNumbers, type ShowPath } from './contractLines';

export interface LintCounts extends Readonly<Record<Severity, number>> {
  readonly suppressed: number;
}

/** What a finding underlines in a source: the tag's expression, else the called name. Undefined in an image. */
export function findingRange(place: Place): TextRange | undefined {
  return place.kind === 'source' ? (place.tagRange ?? place.range) : undefined;
}

/** How many findings of each severity stand; suppressed ones are counted apart. */
export function countFindings(findings: readonly Finding[]): LintCounts {
  const counts = { information: 0, warning: 0, error: 0, suppressed: 0 };
  for (const finding of findings) counts[finding.suppressed ? 'suppressed' : finding.severity] += 1;
  return counts;
}

function where(place: Place, showPath: ShowPath): Record<string, unknown> {
  const range = findingRange(place);
  if (range === undefined) return placeFields(place, showPath);
  const [line, column, endLine, endColumn] = rangeNumbers(range);
  return { file: showPath(place.file), line, column, endLine, endColumn };
}

function findingObject(finding: Finding, showPath: ShowPath): Record<string, unknown> {
  return {
    rule: finding.rule,
    severity: finding.severity,
    ...where(finding.place, showPath),
    tag: tagToHex(finding.tag),
    message: finding.message,
    related: finding.related.map(({ place, message }) => ({ ...where(place, showPath), message })),
    suppressed: finding.suppressed,
  };
}

/** `{"findings":[…],"summary":{…}}`, suppressed findings included and marked. */
export function lintDocument(findings: readonly Finding[], showPath: ShowPath): Record<string, unknown> {
  return {
    findings: findings.map((finding) => findingObject(finding, showPath)),
    summary: { findings: findings.length, ...countFindings(findings) },
  };
}
