/**
 * The section `poollens` of the client's configuration, read as what it should be: anything else is the default.
 */
import type { ServerSettings } from '../../src/shared/serverProtocol';
import { SEVERITIES, type RuleSetting } from '../core/lint/rule';
import { readNamedAllocators } from '../core/tags/namedAllocators';
import { DEFAULT_BUILD } from '../scan/builds/msbuild';

export const DEFAULT_SETTINGS: ServerSettings = {
  lint: { enable: true, rules: {} },
  scan: { enable: true, exclude: [], folders: [] },
  source: DEFAULT_BUILD,
  allocators: { named: [], issues: [] },
  symbols: { path: '', sourceMap: {} },
  pooltag: { file: '' },
};

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}

function textRecord(value: unknown): Record<string, string> {
  const entries = Object.entries(record(value));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** A text that says something. */
function word(value: unknown, fallback: string): string {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : fallback;
}

function flag(value: unknown, fallback: boolean): boolean {
  return typeof value === 'boolean' ? value : fallback;
}

function ruleSettings(value: unknown): Record<string, RuleSetting> {
  const settings: Record<string, RuleSetting> = {};
  for (const [rule, wanted] of Object.entries(record(value))) {
    const setting = (['off', ...SEVERITIES] as const).find((candidate) => candidate === wanted);
    if (setting !== undefined) settings[rule] = setting;
  }
  return settings;
}

/** Settings out of a configuration answer of unknown shape. */
export function parseSettings(value: unknown): ServerSettings {
  const { lint, scan, source, allocators, symbols, pooltag } = record(value);
  const { value: named, issues } = readNamedAllocators(allocators);
  const { path, sourceMap } = record(symbols);
  const { file } = record(pooltag);
  return {
    lint: { enable: flag(record(lint)['enable'], true), rules: ruleSettings(record(lint)['rules']) },
    scan: {
      enable: flag(record(scan)['enable'], true),
      exclude: texts(record(scan)['exclude']),
      folders: texts(record(scan)['folders']),
    },
    source: {
      configuration: word(record(source)['configuration'], DEFAULT_BUILD.configuration),
      platform: word(record(source)['platform'], DEFAULT_BUILD.platform),
    },
    allocators: { named, issues },
    symbols: { path: typeof path === 'string' ? path : '', sourceMap: textRecord(sourceMap) },
    pooltag: { file: typeof file === 'string' ? file : '' },
  };
}
