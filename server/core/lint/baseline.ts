/**
 * A baseline: findings of an earlier `lint --format json` that are accepted. They match by rule, file and tag, so that
 * moved lines don't bring them back. Reads JSON of unknown origin and trusts none of it.
 */
import { tagToHex } from '../../../src/shared/poolTag';
import type { Finding } from './rule';

/** How many findings of one key are accepted. */
export type Baseline = ReadonlyMap<string, number>;

function key(rule: string, file: string, tag: string): string {
  return JSON.stringify([rule, file, tag]);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The baseline in a JSON document, or undefined when the text is not one. */
export function readBaseline(text: string): Baseline | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(document) || !Array.isArray(document['findings'])) return undefined;
  const accepted = new Map<string, number>();
  for (const entry of document['findings'] as readonly unknown[]) {
    if (!isRecord(entry)) return undefined;
    const { rule, file, tag } = entry;
    if (typeof rule !== 'string' || typeof file !== 'string' || typeof tag !== 'string') return undefined;
    const at = key(rule, file, tag);
    accepted.set(at, (accepted.get(at) ?? 0) + 1);
  }
  return accepted;
}

/** The findings, with those the baseline accepts marked as suppressed. `showPath` as when the baseline was written. */
export function applyBaseline(
  findings: readonly Finding[],
  baseline: Baseline,
  showPath: (path: string) => string,
): Finding[] {
  const left = new Map(baseline);
  return findings.map((finding) => {
    const at = key(finding.rule, showPath(finding.place.file), tagToHex(finding.tag));
    const count = left.get(at) ?? 0;
    if (count === 0) return finding;
    left.set(at, count - 1);
    return { ...finding, suppressed: true };
  });
}
