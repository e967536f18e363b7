/**
 * What to paste for a tag: into WinDbg to find its blocks and who allocates them, into a command prompt to give it special
 * pool. Text only; every line is safe to paste whatever characters the tag has.
 * Sources: debugger documentation of !poolused, !poolfind, s, .if; "Example 14: Configuring Special Pool" of GFlags.
 */
import type { Machine, TagSite } from '../../../src/shared/facts';
import { tagToHex, withoutProtection, type PoolTag } from '../../../src/shared/poolTag';
import type { DebuggerSection } from '../../../src/shared/serverProtocol';
import { allocatorBreakpoints, USUAL_ALLOCATORS } from './allocatorBreakpoints';
import { byteText, editText, findText, isPlainTag, usedText } from './debuggerText';

const MEMORY_MANAGEMENT = String.raw`HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management`;

/** @param machines Of the images known to use the tag; x64 when there is none. */
export function debuggerSections(
  tag: PoolTag,
  sites: readonly TagSite[],
  machines: readonly Machine[],
): readonly DebuggerSection[] {
  const shown = withoutProtection(tag);
  return [
    { id: 'blocks', lines: blocks(shown) },
    { id: 'hits', lines: hits(shown) },
    ...breakpoints(tag, sites, machines),
    { id: 'search', lines: search(shown) },
    { id: 'specialPool', lines: specialPool(shown) },
    { id: 'registry', lines: registry(shown) },
  ];
}

function blocks(tag: PoolTag): string[] {
  const text = findText(tag);
  return [`!poolused 2 ${usedText(tag)}`, `!poolused 4 ${usedText(tag)}`, `!poolfind ${text}`, `!poolfind ${text} 1`];
}

function hits(tag: PoolTag): string[] {
  return [`ed nt!poolhittag ${editText(tag)}`, 'ed nt!poolhittag 0'];
}

function breakpoints(tag: PoolTag, sites: readonly TagSite[], machines: readonly Machine[]): DebuggerSection[] {
  const used = sites.filter((site) => site.role === 'allocate').map((site) => site.api);
  const known = [...new Set(machines.filter((machine) => machine !== 'unknown'))];
  const targets: readonly Machine[] = known.length === 0 ? ['x64'] : known;
  // The same memory may be asked for with PROTECTED_POOL and without.
  const values = [...new Set([tag, ...sites.flatMap((site) => site.tags)])].filter(
    (value) => withoutProtection(value) === withoutProtection(tag),
  );
  return targets.flatMap((machine) => {
    const lines = values.flatMap((value) => {
      const ofSites = allocatorBreakpoints(value, used, machine);
      return ofSites.length > 0 ? ofSites : allocatorBreakpoints(value, USUAL_ALLOCATORS, machine);
    });
    return [{ id: 'breakpoints' as const, machine, lines }];
  });
}

function search(tag: PoolTag): string[] {
  if (isPlainTag(tag)) return [`!for_each_module s -a @#Base @#End "${findText(tag)}"`];
  return [`!for_each_module s -b @#Base @#End ${byteText(tag)}`];
}

/** GFlags takes text, or a number that may as well be a size: text alone is sure. */
function specialPool(tag: PoolTag): string[] {
  if (!isPlainTag(tag)) return [];
  return [`gflags /k +spp ${findText(tag)}`, 'gflags /k -spp', `gflags /r +spp ${findText(tag)}`, 'gflags /r -spp'];
}

function registry(tag: PoolTag): string[] {
  return [
    `reg add "${MEMORY_MANAGEMENT}" /v PoolTag /t REG_DWORD /d ${tagToHex(tag)} /f`,
    `reg delete "${MEMORY_MANAGEMENT}" /v PoolTag /f`,
  ];
}
