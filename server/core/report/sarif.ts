/**
 * Findings as a SARIF 2.1.0 log (OASIS standard, sections in comments), for code scanning and SARIF viewers.
 * Suppressed findings stay in, with their suppression, as the standard asks.
 */
import type { Location, Log, PhysicalLocation, ReportingDescriptor, Result } from 'sarif';
import type { Place } from '../../../src/shared/facts';
import { tagToHex, tagToText } from '../../../src/shared/poolTag';
import type { Finding, LintRule, Severity } from '../lint/rule';
import { rangeNumbers, type ShowPath } from './contractLines';
import { findingRange } from './lintJson';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const LEVELS: Readonly<Record<Severity, 'note' | 'warning' | 'error'>> = {
  information: 'note',
  warning: 'warning',
  error: 'error',
};

export interface SarifTool {
  readonly version: string;
  readonly rules: readonly LintRule[];
}

/** Path as a URI reference: relative ones stay relative to %SRCROOT%, absolute ones become file URIs. */
function artifact(path: string): { readonly uri: string; readonly uriBaseId?: string } {
  const segments = path.split('/').map((part) => encodeURIComponent(part));
  if (path.startsWith('/')) return { uri: `file://${segments.join('/')}` };
  if (/^[A-Za-z]:\//.test(path)) return { uri: `file:///${[path.slice(0, 2), ...segments.slice(1)].join('/')}` };
  return { uri: segments.join('/'), uriBaseId: '%SRCROOT%' };
}

/** Physical location (3.29): a region in a source, an address (3.32) in an image. */
function physicalLocation(place: Place, showPath: ShowPath): PhysicalLocation {
  const artifactLocation = artifact(showPath(place.file));
  const range = findingRange(place);
  if (range !== undefined) {
    const [startLine, startColumn, endLine, endColumn] = rangeNumbers(range);
    return { artifactLocation, region: { startLine, startColumn, endLine, endColumn } };
  }
  return place.kind === 'image'
    ? { artifactLocation, address: { relativeAddress: place.rva, kind: 'instruction' } }
    : { artifactLocation };
}

function location(place: Place, showPath: ShowPath): Location {
  return {
    physicalLocation: physicalLocation(place, showPath),
    ...(place.function === undefined ? {} : { logicalLocations: [{ name: place.function, kind: 'function' }] }),
  };
}

function descriptor(rule: LintRule): ReportingDescriptor {
  return {
    id: rule.id,
    shortDescription: { text: rule.summary },
    help: { text: rule.documentation, markdown: rule.documentation },
    defaultConfiguration: { level: LEVELS[rule.severity] },
  };
}

function result(finding: Finding, rules: readonly LintRule[], showPath: ShowPath): Result {
  return {
    ruleId: finding.rule,
    ruleIndex: rules.findIndex((rule) => rule.id === finding.rule),
    level: LEVELS[finding.severity],
    message: { text: finding.message },
    locations: [location(finding.place, showPath)],
    ...(finding.related.length === 0
      ? {}
      : {
          relatedLocations: finding.related.map((related) => ({
            ...location(related.place, showPath),
            message: { text: related.message },
          })),
        }),
    ...(finding.suppressed ? { suppressions: [{ kind: 'inSource' }] } : {}),
    // Stays the same when lines move.
    partialFingerprints: { 'poolTag/v1': `${finding.rule}:${showPath(finding.place.file)}:${tagToHex(finding.tag)}` },
    properties: { poolTag: tagToText(finding.tag), poolTagValue: tagToHex(finding.tag) },
  };
}

/** The log of one run. */
export function sarifLog(findings: readonly Finding[], tool: SarifTool, showPath: ShowPath): Log {
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'PoolLens', version: tool.version, rules: tool.rules.map(descriptor) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => result(finding, tool.rules, showPath)),
      },
    ],
  };
}
