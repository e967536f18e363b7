/**
 * What a lint rule is and what it finds. A rule looks at what is in its context: whole modules, no text and no files.
 */
import type { Place, TagSite } from '../../../src/shared/facts';
import type { PoolTag } from '../../../src/shared/poolTag';
import type { TagIndex } from '../index/tagIndex';
import type { PoolTagFile } from '../tags/poolTagFile';

export const SEVERITIES = ['information', 'warning', 'error'] as const;
export type Severity = (typeof SEVERITIES)[number];
/** What a rule may be set to. */
export type RuleSetting = Severity | 'off';

/** What a rule looks at. */
export interface LintContext {
  readonly index: TagIndex;
  /** The pooltag.txt the user named. Without it, rules that need it find nothing. */
  readonly poolTagFile?: PoolTagFile | undefined;
}

export interface RelatedPlace {
  readonly place: Place;
  readonly message: string;
  /** The site that stands there, if it is one. */
  readonly site?: TagSite;
}

/** What a rule reports; severity and suppression come from outside. */
export interface RuleFinding {
  readonly tag: PoolTag;
  readonly place: Place;
  /** One sentence, no full stop at its end. */
  readonly message: string;
  readonly related: readonly RelatedPlace[];
}

export interface LintRule {
  /** Stable; people write it in comments and settings. */
  readonly id: string;
  readonly severity: Severity;
  /** One sentence for lists of rules. */
  readonly summary: string;
  /** Markdown: why it matters, what to do. */
  readonly documentation: string;
  check(context: LintContext): RuleFinding[];
}

export interface Finding extends RuleFinding {
  readonly rule: string;
  readonly severity: Severity;
  /** By a comment in the source, or a baseline. */
  readonly suppressed: boolean;
}
