/**
 * Findings as lines: for people (and problem matchers), and as GitHub workflow commands. Suppressed ones are left out.
 */
import type { Place } from '../../../src/shared/facts';
import type { Finding, Severity } from '../lint/rule';
import { rangeNumbers, type ShowPath } from './contractLines';
import { findingRange } from './lintJson';
import { printable } from './printable';

/** `drivers/a.c:26:46`, `bin/a.sys+0x2d6f`. */
function position(place: Place, showPath: ShowPath): string {
  const range = findingRange(place);
  if (range !== undefined)
    return `${showPath(place.file)}:${String(range.start.line + 1)}:${String(range.start.column + 1)}`;
  return `${showPath(place.file)}${place.kind === 'image' ? `+0x${place.rva.toString(16)}` : ''}`;
}

/** `file:line:column: warning: message [rule]`, with a `note` line for each related place. */
export function lintTextLines(findings: readonly Finding[], showPath: ShowPath): string[] {
  return findings
    .filter((finding) => !finding.suppressed)
    .flatMap((finding) => [
      `${position(finding.place, showPath)}: ${finding.severity}: ${finding.message} [${finding.rule}]`,
      ...finding.related.map(({ place, message }) => `  ${position(place, showPath)}: note: ${message}`),
    ])
    .map(printable);
}

const GITHUB_LEVELS: Readonly<Record<Severity, string>> = { information: 'notice', warning: 'warning', error: 'error' };

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** `::warning file=…,line=…::message`, which GitHub Actions shows at the line of a pull request. */
export function githubLines(findings: readonly Finding[], showPath: ShowPath): string[] {
  return findings
    .filter((finding) => !finding.suppressed)
    .map((finding) => {
      const { place } = finding;
      const range = findingRange(place);
      const properties: [string, string][] = [['file', showPath(place.file)]];
      if (range !== undefined) {
        const [line, col, endLine, endColumn] = rangeNumbers(range).map(String);
        properties.push(
          ['line', line ?? ''],
          ['col', col ?? ''],
          ['endLine', endLine ?? ''],
          ['endColumn', endColumn ?? ''],
        );
      }
      properties.push(['title', finding.rule]);
      const listed = properties.map(([name, value]) => `${name}=${escapeProperty(value)}`).join(',');
      const at = place.kind === 'image' ? ` (at +0x${place.rva.toString(16)})` : '';
      return `::${GITHUB_LEVELS[finding.severity]} ${listed}::${escapeData(finding.message + at)}`;
    });
}
