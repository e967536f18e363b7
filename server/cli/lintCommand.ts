/**
 * `poollens lint`: runs the rules over what a scan finds.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { TagIndex } from '../core/index/tagIndex';
import { applyBaseline, readBaseline } from '../core/lint/baseline';
import { SEVERITIES, type Finding, type RuleSetting } from '../core/lint/rule';
import { findRule, RULES } from '../core/lint/rules';
import { runLint } from '../core/lint/runLint';
import type { ShowPath } from '../core/report/contractLines';
import { countFindings, lintDocument } from '../core/report/lintJson';
import { githubLines, lintTextLines } from '../core/report/lintText';
import { sarifLog } from '../core/report/sarif';
import { decodeText } from '../scan/files/decodeText';
import { pathShower } from '../scan/files/paths';
import { ExitStatus, UsageError, type Command, type Io } from './command';
import { fileOutput } from './output';
import { loadPoolTagFile, readNamed, warnOf } from './poolTagOption';
import { choice, parseCommandLine, runScan, SCAN_OPTIONS, SCAN_OPTIONS_HELP } from './scanArguments';
import { productVersion } from './version';

const OPTIONS = {
  ...SCAN_OPTIONS,
  format: { type: 'string' },
  out: { type: 'string' },
  'fail-on': { type: 'string' },
  baseline: { type: 'string' },
  rule: { type: 'string', multiple: true },
  'pooltag-file': { type: 'string' },
} as const;
const FORMATS = ['text', 'json', 'sarif', 'github'] as const;

export const lintCommand: Command = {
  help: `poollens lint <path…>

Checks the pool tags in the given files and folders.

  --format text|sarif|json|github
                         lines, SARIF 2.1.0, one JSON document, GitHub workflow commands (default: text)
  --out FILE             write to FILE instead of standard output
  --fail-on error|warning|information
                         exit with 1 when a finding of this severity or above stands (default: warning)
  --baseline FILE        findings of an earlier --format json that are accepted
  --rule ID=off|information|warning|error
                         severity of a rule; may be repeated
  --pooltag-file FILE    pooltag.txt of the Debugging Tools or the WDK, for known-tag
${SCAN_OPTIONS_HELP}

Rules:
${RULES.map((rule) => `  ${rule.id.padEnd(22)} ${rule.summary}`).join('\n')}

A comment switches a rule off: // poollens-disable-line RULE, // poollens-disable-next-line RULE -- reason

Exit status: 0 done; 1 findings at or above --fail-on; 2 wrong usage, or a given path can't be read.`,
  run,
};

async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals: paths } = parseCommandLine(args, OPTIONS);
  if (paths.length === 0) throw new UsageError('lint: name at least one file or folder');
  const format = choice('format', values.format ?? 'text', FORMATS);
  const failOn = choice('fail-on', values['fail-on'] ?? 'warning', SEVERITIES);
  const settings = new Map((values.rule ?? []).map(parseRuleSetting));
  const showPath = pathShower(paths, io.cwd);
  const accept = values.baseline === undefined ? undefined : await loadBaseline(values.baseline, io, showPath);
  const listed = values['pooltag-file'];
  const poolTagFile = listed === undefined ? undefined : await loadPoolTagFile(listed, io);

  const index = new TagIndex();
  const outcome = await runScan(paths, values, io, {
    facts: (facts) => {
      index.replace(facts);
      warnOf(showPath(facts.file), facts.issues, io);
    },
    issue: ({ file, message }) => {
      if (!outcomeNames(paths, io, file)) warnOf(showPath(file), [{ message }], io);
    },
  });
  const found = runLint(index, { settingOf: (rule) => settings.get(rule), readText, poolTagFile });
  const findings = accept?.(found) ?? found;
  const output = values.out === undefined ? io.stdout : fileOutput(resolve(io.cwd, values.out));
  for (const line of render(format, findings, showPath)) output.line(line);
  if (output !== io.stdout) output.end();
  if (outcome.unreadableRoots.length > 0) return ExitStatus.usage;
  return fails(findings, failOn) ? ExitStatus.findings : ExitStatus.done;
}

/** A root that can't be read is reported once, by runScan. */
function outcomeNames(paths: readonly string[], io: Io, file: string): boolean {
  return paths.some((path) => resolve(io.cwd, path) === file);
}

function render(format: (typeof FORMATS)[number], findings: readonly Finding[], showPath: ShowPath): string[] {
  switch (format) {
    case 'text':
      return lintTextLines(findings, showPath);
    case 'github':
      return githubLines(findings, showPath);
    case 'json':
      return [JSON.stringify(lintDocument(findings, showPath))];
    case 'sarif':
      return [JSON.stringify(sarifLog(findings, { version: productVersion(), rules: RULES }, showPath), undefined, 2)];
  }
}

function fails(findings: readonly Finding[], failOn: (typeof SEVERITIES)[number]): boolean {
  const counts = countFindings(findings);
  return SEVERITIES.slice(SEVERITIES.indexOf(failOn)).some((severity) => counts[severity] > 0);
}

function parseRuleSetting(text: string): [string, RuleSetting] {
  const at = text.indexOf('=');
  const id = at < 0 ? text : text.slice(0, at);
  if (findRule(id) === undefined) {
    throw new UsageError(`--rule ${text}: no rule '${id}'; there are ${RULES.map((rule) => rule.id).join(', ')}`);
  }
  return [id, choice('rule', at < 0 ? '' : text.slice(at + 1), ['off', ...SEVERITIES])];
}

async function loadBaseline(
  path: string,
  io: Io,
  showPath: ShowPath,
): Promise<(findings: readonly Finding[]) => Finding[]> {
  const baseline = readBaseline((await readNamed(path, io)).toString('utf8'));
  if (baseline === undefined) throw new UsageError(`${path}: not the output of poollens lint --format json`);
  return (findings) => applyBaseline(findings, baseline, showPath);
}

function readText(file: string): string | undefined {
  try {
    return decodeText(readFileSync(file));
  } catch {
    return undefined;
  }
}
