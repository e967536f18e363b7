/**
 * Names of the parts of what can be pasted for a tag, and the whole of it as one document.
 */
import { l10n } from 'vscode';
import type { DebuggerSection } from '../shared/serverProtocol';

export interface PasteText {
  readonly title: string;
  /** What it does, in a sentence. */
  readonly note: string;
  readonly shell: 'windbg' | 'prompt';
  readonly lines: readonly string[];
}

const MACHINES = { x86: 'x86', x64: 'x64', arm64: 'ARM64', unknown: '' } as const;

export function pasteText({ id, machine, lines }: DebuggerSection): PasteText {
  switch (id) {
    case 'blocks':
      return {
        title: l10n.t('Pool usage and blocks'),
        note: l10n.t('Totals sorted by nonpaged and by paged bytes, then every block of either pool'),
        shell: 'windbg',
        lines,
      };
    case 'hits':
      return {
        title: l10n.t('Break on every allocation and free'),
        note: l10n.t('The kernel stops at each; the second line ends it'),
        shell: 'windbg',
        lines,
      };
    case 'breakpoints':
      return {
        title: l10n.t('Breakpoints on the allocators ({0})', MACHINES[machine ?? 'unknown']),
        note: l10n.t('Stop where the tag is allocated, go on otherwise'),
        shell: 'windbg',
        lines,
      };
    case 'search':
      return {
        title: l10n.t('Search all loaded modules'),
        note: l10n.t('Where the four bytes stand in code or data'),
        shell: 'windbg',
        lines,
      };
    case 'specialPool':
      return {
        title: l10n.t('Special pool for the tag (GFlags)'),
        note: l10n.t('Until the next start and its end, then kept over restarts and its end; for one tag at a time'),
        shell: 'prompt',
        lines,
      };
    case 'registry':
      return {
        title: l10n.t('Special pool for the tag (registry)'),
        note: l10n.t('Counts from the next start of Windows; the second line undoes it'),
        shell: 'prompt',
        lines,
      };
  }
}

/** Everything in one text, each part under its title. */
export function wholeText(heading: string, parts: readonly PasteText[]): string {
  const comment = { windbg: '$$', prompt: 'rem' } as const;
  const blocks = parts.map(({ title, note, shell, lines }) =>
    [`${comment[shell]} ${title}`, `${comment[shell]} ${note}`, ...lines].join('\n'),
  );
  return `${[heading, ...blocks].join('\n\n')}\n`;
}
