/**
 * Allocators that are named in a setting or on the command line, because their bodies are not at hand: name, position of
 * the tag, role. Says of each entry that can't be used why.
 */
import type { SiteRole } from '../../../src/shared/facts';

export interface NamedAllocator {
  /** Without its class. */
  readonly name: string;
  /** Argument that carries the tag, from 1, as in the catalogue. */
  readonly tagPosition: number;
  readonly role: SiteRole;
}

export const MOST_TAG_POSITION = 32;
export const NAMED_ROLES = ['allocate', 'free', 'bind', 'verify'] as const satisfies readonly SiteRole[];

export interface NamedAllocators {
  readonly value: readonly NamedAllocator[];
  /** One sentence for each entry that can't be used. */
  readonly issues: readonly string[];
}

/** Reads the entries of a setting, objects of unknown shape; the last one of a name counts. */
export function readNamedAllocators(entries: unknown): NamedAllocators {
  if (entries === undefined || entries === null) return { value: [], issues: [] };
  if (!Array.isArray(entries)) return { value: [], issues: ['expected a list of objects with name and position'] };
  const value = new Map<string, NamedAllocator>();
  const issues: string[] = [];
  for (const [at, entry] of (entries as readonly unknown[]).entries()) {
    const read = readEntry(entry);
    if (typeof read === 'string') issues.push(`entry ${String(at + 1)}: ${read}`);
    else value.set(read.name, read);
  }
  return { value: [...value.values()], issues };
}

/** `NAME:POSITION` or `NAME:POSITION:ROLE`; a sentence where it can't be used. */
export function parseNamedAllocator(text: string): NamedAllocator | string {
  const [name, position, role, ...more] = text.split(':');
  if (position === undefined || more.length > 0 || !/^\d{1,3}$/.test(position)) return 'expected NAME:POSITION:ROLE';
  return readEntry({ name, position: Number(position), ...(role !== undefined && { role }) });
}

function readEntry(entry: unknown): NamedAllocator | string {
  if (typeof entry !== 'object' || entry === null) return 'expected an object with name and position';
  const { name, position, role = 'allocate' } = entry as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || !/^[A-Za-z_]\w{0,199}$/.test(name))
    return 'name: expected the name of a function or macro, without its class';
  if (typeof position !== 'number' || !Number.isInteger(position) || position < 1 || position > MOST_TAG_POSITION)
    return `position of ${name}: expected a number from 1 to ${String(MOST_TAG_POSITION)}, counted from 1`;
  const known = NAMED_ROLES.find((one) => one === role);
  if (known === undefined) return `role of ${name}: expected one of ${NAMED_ROLES.join(', ')}`;
  return { name, tagPosition: position, role: known };
}
