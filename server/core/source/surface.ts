/**
 * What a file shows to those that include it: its macros and functions one by one, and the rest as a whole. Compared before and after an
 * edit it tells which names mean something else now, so that only files that name one of these are read again.
 */
import type { Wrapper } from './externals';
import { FunctionIndex } from './syntax/functions';
import { maskSource } from './text/mask';
import type { SourceText } from './text/sourceText';
import { splitName } from './values/owners';

export interface Surface {
  /** Macro or function → its definitions, as they are spelled; a macro's with its place. */
  readonly names: ReadonlyMap<string, string>;
  /** Includes, conditions, declarations with their places. */
  readonly rest: string;
  /** Names that its macros, functions, and the rest are made of. */
  readonly madeOf: ReadonlyMap<string, ReadonlySet<string>>;
  readonly restNames: ReadonlySet<string>;
}

/** `wrappers`: those that the file's functions and macros are. */
export function surfaceOf(source: SourceText, wrappers: readonly Wrapper[]): Surface {
  const names = new Map<string, string>();
  const madeOf = new Map<string, Set<string>>();
  const rest: string[] = [];
  const restNames = new Set<string>();
  const add = (name: string, text: string): void => {
    names.set(name, `${names.get(name) ?? ''}\n${text}`);
  };
  const made = (name: string): Set<string> => {
    const known = madeOf.get(name) ?? new Set();
    madeOf.set(name, known);
    return known;
  };
  const at = (offset: number): string => {
    const { line, column } = source.lines.position(offset);
    return `${String(line)}:${String(column)}`;
  };
  for (const directive of source.layout.directives) {
    const tokens = source.argumentTokens(directive);
    const spelled = tokens.map((token) => token.text).join(' ');
    const [name] = tokens;
    if ((directive.kind === 'define' || directive.kind === 'undef') && name?.kind === 'name') {
      add(name.text, `${directive.kind} ${at(name.start)} ${spelled}`);
      for (const token of tokens.slice(1)) if (token.kind === 'name') made(name.text).add(token.text);
    } else {
      // Blanks count in the name of an included file.
      rest.push(
        `#${directive.kind} ${directive.kind === 'include' ? source.text.slice(directive.argument, directive.end) : spelled}`,
      );
      for (const token of tokens) restNames.add(token.text);
    }
  }
  const masked = maskSource(source.text, {
    layout: source.layout,
    hidden: [],
    language: 'cpp',
    isEmptyMacro: () => false,
  });
  const functions = isBalanced(source) ? new FunctionIndex(masked, undefined) : undefined;
  for (const { text, start, kind } of masked.tokens) {
    const definition = functions?.around(start);
    if (definition) {
      // A small function may be read for the value it gives.
      const { name } = splitName(definition);
      add(name, text);
      if (kind === 'name') made(name).add(text);
    } else {
      rest.push(`${at(start)} ${text}`);
      if (kind === 'name') restNames.add(text);
    }
  }
  for (const wrapper of wrappers) add(wrapper.name, JSON.stringify(wrapper));
  return { names, rest: rest.join('\n'), madeOf, restNames };
}

/** Whether bodies can be told by braces alone, whichever branches are taken. */
function isBalanced({ layout }: SourceText): boolean {
  let depth = 0;
  for (let at = 1; at < layout.braces.length; at += 2) {
    depth += layout.braces[at] === 0 ? -1 : 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** Names that may mean something else now to whoever includes the file; undefined: nobody can tell, everything may. */
export function changedBetween(before: Surface, after: Surface): ReadonlySet<string> | undefined {
  if (before.rest !== after.rest) return undefined;
  const changed = new Set<string>();
  for (const name of new Set([...before.names.keys(), ...after.names.keys()]))
    if (before.names.get(name) !== after.names.get(name)) changed.add(name);
  if (changed.size === 0) return changed;
  for (let size = 0; size !== changed.size;) {
    size = changed.size;
    for (const { madeOf } of [before, after])
      for (const [name, parts] of madeOf)
        if (!changed.has(name) && [...parts].some((one) => changed.has(one))) changed.add(name);
  }
  return [...after.restNames].some((name) => changed.has(name)) ? undefined : changed;
}
