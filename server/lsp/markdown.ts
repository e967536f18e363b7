/**
 * Markdown for hovers out of hostile text: tags, paths and symbols never become markup, links or HTML.
 */
import { printable } from '../core/report/printable';

/** Text that shows as it is. */
export function escapeMarkdown(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]()#+\-.!|<>&~$:@/=^"']/g, (char) =>
    /[\\`*_{}[\]()#+\-.!|~]/.test(char) ? `\\${char}` : `&#${String(char.charCodeAt(0))};`,
  );
}

/** Text in code font; the fence is longer than any run of backticks inside. */
export function codeSpan(text: string): string {
  const safe = printable(text);
  const longest = Math.max(0, ...(safe.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 || safe.startsWith(' ') || safe.endsWith(' ') ? ' ' : '';
  return `${fence}${pad}${safe}${pad}${fence}`;
}

/** Lines in code font; the fence is longer than any run of backticks inside. */
export function codeBlock(text: string): string {
  const lines = text.split('\n').map(printable);
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...lines, fence].join('\n');
}

/** A link to a line (from 0) of a document. The URI comes from uris.ts, which encodes what could end the link. */
export function fileLink(label: string, uri: string, line: number): string {
  const target = uri.replace(/[()<>\s]/g, (char) => encodeURIComponent(char).replace('(', '%28').replace(')', '%29'));
  return `[${escapeMarkdown(label)}](${target}#L${String(line + 1)})`;
}
