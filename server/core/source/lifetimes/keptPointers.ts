/**
 * Members of structures that a project allocates or frees, and which of them all its files should look at: those whose
 * frees may not fit. Pure values that cross threads; decides nothing about a single place.
 */
import { withoutProtection } from '../../../../src/shared/poolTag';

/** A member that is allocated or freed somewhere: what other files of the project need of it. */
export interface KeptPointer {
  readonly key: string;
  readonly role: 'allocate' | 'free';
  /** Empty: not known. */
  readonly tags: readonly number[];
}

/** The last name in a key. */
export function memberOf(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}

/** Names of members that are freed with a tag that none of their allocations has. */
export function membersToWatch(kept: readonly KeptPointer[]): Set<string> {
  const byKey = new Map<string, { readonly allocated: Set<number>; readonly freed: Set<number> }>();
  for (const { key, role, tags } of kept) {
    const known = byKey.get(key) ?? { allocated: new Set(), freed: new Set() };
    byKey.set(key, known);
    for (const tag of tags) (role === 'allocate' ? known.allocated : known.freed).add(withoutProtection(tag));
  }
  const watched = new Set<string>();
  for (const [key, { allocated, freed }] of byKey) {
    if (allocated.size > 0 && [...freed].some((tag) => tag !== 0 && !allocated.has(tag))) watched.add(memberOf(key));
  }
  return watched;
}
