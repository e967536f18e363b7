/**
 * What a translation unit leaves out of a header it includes: arms of `#if` groups that none of its walks through the
 * header reaches. Arms that may be reached stay, all of them.
 */
import type { Directive } from './layout';
import type { Visit } from './macroTable';
import { isConditional } from './openGroups';
import type { Span } from './quietBodies';
import type { SourceText } from './sourceText';

const conditionals = new WeakMap<SourceText, readonly Directive[]>();

function turnsOf(source: SourceText): readonly Directive[] {
  let turns = conditionals.get(source);
  if (turns === undefined) {
    turns = source.turns.flatMap((index) => source.layout.directives[index] ?? []).filter(isConditional);
    conditionals.set(source, turns);
  }
  return turns;
}

/** Stretches of a header, ascending, that no visit reaches. */
export function hiddenIn(source: SourceText, visits: readonly Visit[]): Span[] {
  const hidden: Span[] = [];
  if (visits.every(({ reaches }) => !reaches.includes('no'))) return hidden;
  const turns = turnsOf(source);
  for (const [at, { end: start }] of turns.entries()) {
    const end = turns[at + 1]?.start ?? source.text.length;
    if (end > start && visits.every(({ reaches }) => reaches[at] === 'no')) hidden.push({ start, end });
  }
  return hidden;
}
