/**
 * What a function does to one of its names: whether it declares it, and what it assigns. Reads tokens; no order of
 * statements is kept, since any of the values may reach a use.
 */
import type { FunctionDefinition } from '../syntax/functionHead';
import { tokenAt, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';

export interface LocalValues {
  readonly declared: boolean;
  /** Tokens of each assigned or initial value, and where it is assigned. */
  readonly assigned: readonly Assigned[];
  /** Changes that give no value that can be read: one sentence each. */
  readonly reasons: readonly string[];
}

export interface Assigned {
  readonly offset: number;
  readonly tokens: readonly Token[];
  /** Behind a brace or comma: outside of functions that is an enumerator. */
  readonly isListed: boolean;
}

const NOT_TYPES = new Set(['return', 'else', 'goto', 'case', 'sizeof', 'new', 'delete', 'throw', 'do', 'in', 'typeof']);
const MOST_ASSIGNMENTS = 32;

/** Assignments to a name inside a function, or in the whole file when none is given. */
export function localValues(
  masked: MaskedSource,
  definition: FunctionDefinition | undefined,
  name: string,
): LocalValues {
  // A function is asked about because something in it is of interest; for the whole file all that name it are read.
  if (definition === undefined) masked.open([name]);
  const { tokens } = masked;
  const from = definition ? tokenAt(tokens, definition.bodyStart) : 0;
  const to = definition ? tokenAt(tokens, definition.bodyEnd) : tokens.length;
  let declared = false;
  const assigned: Assigned[] = [];
  const reasons = new Set<string>();
  for (let at = from; at < to; at += 1) {
    if (tokens[at]?.text !== name) continue;
    const before = tokens[at - 1];
    const next = tokens[at + 1]?.text ?? '';
    if (before?.text === '.' || before?.text === '->' || before?.text === '::') continue;
    const declares = declaresHere(tokens, at);
    if (declares && definition) declared = true;
    // Outside a function an initializer is the declaration's own, read elsewhere.
    if (next === '=' && !(declares && !definition)) {
      if (assigned.length >= MOST_ASSIGNMENTS) reasons.add(`'${name}' is assigned too often`);
      else {
        const value = tokens.slice(at + 2, valueEnd(masked, at + 2, to));
        const isListed = /^[{,]$/.test(before?.text ?? '');
        assigned.push({ offset: tokens[at]?.start ?? 0, tokens: value, isListed });
      }
    } else if (/^(?:[-+*/%&|^]|<<|>>)=$|^(?:\+\+|--)$/.test(next) || before?.text === '++' || before?.text === '--') {
      reasons.add(`'${name}' is computed at run time`);
    } else if (before?.text === '&' && /^[(,=]$/.test(tokens[at - 2]?.text ?? '') && /^[,)]$/.test(next)) {
      reasons.add(`'${name}' is set through its address`);
    }
  }
  return { declared, assigned, reasons: [...reasons] };
}

function declaresHere(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  const next = tokens[at + 1]?.text ?? '';
  if (!/^[=;,[{):]$/.test(next)) return false;
  if (before?.kind === 'name') return !NOT_TYPES.has(before.text);
  // `ULONG *tag`, `ULONG a, tag = …` are declarations that begin with a type; a lone `*tag = …` is not.
  return (
    before?.text === '*' &&
    tokens[at - 2]?.kind === 'name' &&
    !NOT_TYPES.has(tokens[at - 2]?.text ?? '') &&
    /^[;{}]$/.test(tokens[at - 3]?.text ?? '')
  );
}

function valueEnd(masked: MaskedSource, from: number, limit: number): number {
  let at = from;
  while (at < limit && !/^[;,)\]}]$/.test(masked.tokens[at]?.text ?? '')) at = Math.max(at, masked.match[at] ?? -1) + 1;
  return Math.min(at, limit);
}
