/**
 * What a text includes, conditions aside, without a look at the rest of it: most files are never read further.
 */
import { includeTarget, type IncludeTarget, type SourceText } from './sourceText';

const known = new WeakMap<SourceText, readonly IncludeTarget[]>();

/** Targets of all `#include`s outside comments, in their order. */
export function includeTargets(source: SourceText): readonly IncludeTarget[] {
  let targets = known.get(source);
  if (targets === undefined) known.set(source, (targets = readTargets(source)));
  return targets;
}

function readTargets(source: SourceText): IncludeTarget[] {
  const quick = quickTargets(source.text);
  if (quick !== undefined) return quick;
  return source.layout.directives.flatMap((directive) => {
    const target = directive.kind === 'include' ? source.target(directive) : undefined;
    return target === undefined ? [] : [target];
  });
}

const LINE = /[ \t]*#[ \t]*(?:include|include_next|import)(?![\w])([^\r\n]*)/y;
const WORD = /include|import/g;

/** Targets as far as single lines tell; undefined where a comment or a continued line may have a say in it. */
function quickTargets(text: string): IncludeTarget[] | undefined {
  const found: IncludeTarget[] = [];
  /** Up to here no comment is open. */
  let clear = 0;
  let behind = 0;
  WORD.lastIndex = 0;
  for (let match = WORD.exec(text); match !== null; match = WORD.exec(text)) {
    const start = text.lastIndexOf('\n', match.index) + 1;
    // The file's name may hold the word, too.
    if (start < behind) continue;
    const before = text.slice(start, match.index);
    if (!before.includes('#')) continue;
    LINE.lastIndex = start;
    const argument = LINE.exec(text)?.[1];
    if (argument === undefined) {
      if (before.includes('*/') || before.includes('\r') || before.includes('\ufeff') || before.includes('\\'))
        return undefined;
      continue;
    }
    const clearAt = clearAfter(text, clear, start);
    if (clearAt === undefined || /\\\r?\n$/.test(text.slice(Math.max(0, start - 3), start))) return undefined;
    clear = clearAt;
    const target = includeTarget(argument);
    if (target !== undefined) found.push(target);
    behind = LINE.lastIndex;
  }
  return found;
}

/** Where the last comment before `limit` ends, if none reaches over it, beginning from a place outside comments. */
function clearAfter(text: string, from: number, limit: number): number | undefined {
  let at = from;
  for (;;) {
    const open = text.indexOf('/*', at);
    if (open < 0 || open >= limit) return at;
    const close = text.indexOf('*/', open + 2);
    if (close < 0 || close >= limit) return undefined;
    at = close + 2;
  }
}
