/**
 * Runs the lint rules over C texts that annotate themselves: under a line, a comment with carets under the range, then
 * severity, rule and a part of the message (`//   ^^^^ warning default-tag: names no owner`). Every finding must be
 * annotated and every annotation found.
 */
import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { TagIndex } from '../../../../server/core/index/tagIndex';
import type { RuleSetting } from '../../../../server/core/lint/rule';
import { runLint } from '../../../../server/core/lint/runLint';
import { findingRange } from '../../../../server/core/report/lintJson';
import { scanSource } from '../../../../server/core/source/scanSource';
import { parsePoolTagFile } from '../../../../server/core/tags/poolTagFile';
import type { FileFacts } from '../../../../src/shared/facts';
import { parsers } from '../source/annotated';

interface Annotation {
  readonly file: string;
  /** `line:column-column warning rule`, from 0. */
  readonly where: string;
  readonly message: string;
}

function annotations(file: string, text: string): Annotation[] {
  const found: Annotation[] = [];
  let annotated = -1;
  for (const [number, line] of text.split('\n').entries()) {
    const [, before, carets, what, message] = /^(\s*\/\/\s*)(\^+) (\w+ [\w-]+): (.*)$/.exec(line) ?? [];
    if (before === undefined || carets === undefined) annotated = number;
    else {
      const columns = `${String(before.length)}-${String(before.length + carets.length)}`;
      found.push({ file, where: `${String(annotated)}:${columns} ${what ?? ''}`, message: message ?? '' });
    }
  }
  return found;
}

/** Facts of C texts: `/module/file.c` → text; the module is the folder's name with .sys. */
async function scan(texts: Readonly<Record<string, string>>): Promise<FileFacts[]> {
  const loaded = await parsers();
  return Object.entries(texts).map(([file, text]) => {
    const { sites, issues, mentions, includes } = scanSource(text, {
      file,
      module: `${file.split('/')[1] ?? ''}.sys`,
      parsers: loaded,
      files: {
        readText: (path) => texts[path],
        resolveInclude: (from, name) => {
          const path = posix.join(posix.dirname(from), name);
          return path in texts ? path : undefined;
        },
      },
    });
    return { file, kind: 'source', size: text.length, milliseconds: 0, sites, issues, mentions, includes };
  });
}

/** Checks that the rules find exactly what the texts annotate, with this pooltag.txt if there is one. */
export async function checkLint(
  texts: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, RuleSetting>> = {},
  poolTagText?: string,
): Promise<void> {
  const index = new TagIndex();
  for (const facts of await scan(texts)) index.replace(facts);
  const findings = runLint(index, {
    settingOf: (rule) => settings[rule],
    readText: (file) => texts[file],
    poolTagFile: poolTagText === undefined ? undefined : parsePoolTagFile(poolTagText).value,
  }).filter((finding) => !finding.suppressed);
  const expected = Object.entries(texts).flatMap(([file, text]) => annotations(file, text));
  const describe = (file: string, where: string): string => `${file} ${where}`;
  const actual = findings.map((finding) => {
    const range = findingRange(finding.place);
    const columns = range === undefined ? '' : `${String(range.start.column)}-${String(range.end.column)}`;
    const line = String(range?.start.line);
    return { ...finding, where: `${line}:${columns} ${finding.severity} ${finding.rule}`, file: finding.place.file };
  });
  assert.deepEqual(
    actual.map((finding) => describe(finding.file, finding.where)).sort(),
    expected.map((annotation) => describe(annotation.file, annotation.where)).sort(),
  );
  for (const annotation of expected) {
    const found = actual.find((finding) => finding.file === annotation.file && finding.where === annotation.where);
    assert.ok(
      found?.message.includes(annotation.message),
      `"${String(found?.message)}" has no "${annotation.message}"`,
    );
  }
}
