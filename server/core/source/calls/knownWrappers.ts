/**
 * Wrappers that a file may know before its own code is read: of the headers it includes, of its project, of the settings.
 * Tells from names alone whether a text leads to one; reads no calls.
 */
import type { NamedAllocator } from '../../tags/namedAllocators';
import { isOperatorNew, namesAny, namesOfWrappers } from '../changedNames';
import type { Externals, Wrapper } from '../externals';
import { mentionsAllocator } from '../firstLook';
import type { SourceCache } from '../sourceCache';
import type { SourceText } from '../text/sourceText';
import type { SourceFiles, TranslationUnit } from '../translationUnit';
import { calledAllocator } from './calls';
import type { WrapperTable } from './wrapperTable';

/** Of a function that is only named: it may have any number of arguments. */
const MOST_ARGUMENTS = 64;

export interface KnownWrapperSources {
  readonly root: SourceText;
  readonly cache: SourceCache;
  readonly files: SourceFiles;
  readonly externals: Externals;
  readonly allocators: readonly NamedAllocator[];
  /** Wrappers that an included file defines itself. */
  readonly ofHeader: (path: string) => readonly Wrapper[];
  /** Those of an included file in the place where it is included. */
  readonly ofIncluded: (path: string) => readonly Wrapper[];
}

/** A first look: does the text, or a wrapper it may name, lead to an allocator at all? `closure`: paths it includes. */
export function leadsToAllocator(sources: KnownWrapperSources, closure: readonly string[]): boolean {
  const { root, cache, files, externals, allocators, ofHeader } = sources;
  if (mentionsAllocator(root.text)) return true;
  const leading = new Set<string>(namesOfWrappers(externals));
  for (const { name } of allocators) leading.add(name);
  for (const path of closure) {
    for (const name of cache.leading(path, files)) leading.add(name);
    for (const { name, template } of ofHeader(path)) {
      leading.add(name);
      // `new T` calls the operator of a template that T derives from.
      if (template) leading.add(template.name).add(isOperatorNew(name) ? 'new' : name);
    }
  }
  if (leading.size === 0) return false;
  for (const name of cache.macrosOver(leading, closure, files)) leading.add(name);
  return namesAny(root.text, leading);
}

/** Puts them into the table; a macro that the unit defines is read from its definition instead. */
export function addKnownWrappers(
  table: WrapperTable,
  unit: TranslationUnit,
  { externals, allocators, ofIncluded }: KnownWrapperSources,
): void {
  const add = (wrapper: Wrapper): void => {
    if (wrapper.kind === 'macro' && unit.macros.all(wrapper.name).length > 0) return;
    table.add(wrapper);
  };
  for (const source of unit.files.slice(1)) {
    for (const wrapper of ofIncluded(source.path)) if (wrapper.kind === 'function') add(wrapper);
  }
  for (const list of externals.wrappers.values()) for (const wrapper of list) add(wrapper);
  for (const { name, tagPosition, role } of allocators) {
    if (table.has(name) || unit.macros.all(name).length > 0 || calledAllocator(name)) continue;
    const carries = [tagPosition - 1];
    // `Alloc(…)` gives the block back, `Free(block, tag)` takes it; of other forms a setting does not tell.
    const block = role === 'allocate' ? -1 : role === 'free' && tagPosition === 2 ? 0 : undefined;
    const parameterCount = MOST_ARGUMENTS;
    add({
      kind: 'function',
      name,
      parameterCount,
      api: name,
      role,
      carries,
      fixed: [],
      ...(block !== undefined && { block }),
    });
  }
}
