/**
 * The list of all lint rules. A rule that is not here does not run.
 */
import type { LintRule } from './rule';
import { defaultTag } from './rules/defaultTag';
import { duplicateTag } from './rules/duplicateTag';
import { knownTag } from './rules/knownTag';
import { mismatchedFree } from './rules/mismatchedFree';

export const RULES: readonly LintRule[] = [duplicateTag, defaultTag, mismatchedFree, knownTag];

export function findRule(id: string): LintRule | undefined {
  return RULES.find((rule) => rule.id === id);
}
