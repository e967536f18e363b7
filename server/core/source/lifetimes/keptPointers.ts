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

/** What all files of a project should look at. */
export interface Watched {
  readonly members: Set<string>;
  /** Names of the structures they belong to: who fills one as a whole need not name the member. */
  readonly structures: Set<string>;
}

/** Members that are freed with a tag that none of their allocations has. */
export function membersToWatch(kept: readonly KeptPointer[]): Watched {
  const byKey = new Map<string, { readonly allocated: Set<number>; readonly freed: Set<number> }>();
  for (const { key, role, tags } of kept) {
    const known = byKey.get(key) ?? { allocated: new Set(), freed: new Set() };
    byKey.set(key, known);
    for (const tag of tags) (role === 'allocate' ? known.allocated : known.freed).add(withoutProtection(tag));
  }
  const watched: Watched = { members: new Set(), structures: new Set() };
  for (const [key, { allocated, freed }] of byKey) {
    if (allocated.size === 0 || ![...freed].some((tag) => tag !== 0 && !allocated.has(tag))) continue;
    watched.members.add(memberOf(key));
    const [owner = ''] = key.split('.');
    if (owner !== '') for (const name of [owner, `_${owner}`, `P${owner}`]) watched.structures.add(name);
  }
  return watched;
}
