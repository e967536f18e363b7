/** A call site with the tags that were found for it: what the search hands to whoever makes facts of it. Plain data. */
import type { Evidence } from '../../../src/shared/facts';
import type { CallSite } from './code/callSearch';
import type { ResolvedTags } from './code/tagResolution';

export interface TaggedCall {
  readonly site: CallSite;
  readonly resolved: ResolvedTags;
  /** How the tag is known, where that does not follow from the call. */
  readonly evidence?: Evidence;
}
