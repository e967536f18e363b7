/**
 * Types as they are written in front of what they are the type of, or in an expression that makes an object of them.
 * Reads tokens; knows no declarations elsewhere.
 */
import type { Token } from '../text/lexer';
import { angleArguments, anglesOpenedBefore } from './templates';
import type { TypeUse } from './types';

/** The type whose last token stands at `last`: a name, or the `>` of template arguments. */
export function typeBefore(tokens: readonly Token[], last: number): TypeUse | undefined {
  if (tokens[last]?.kind === 'name') {
    const outer = tokens[last - 1]?.text === '::' && tokens[last - 2]?.kind === 'name' ? tokens[last - 2] : undefined;
    return { name: tokens[last].text, args: [], ...(outer && { outer: outer.text }) };
  }
  const open = tokens[last]?.text === '>' ? anglesOpenedBefore(tokens, last) : -1;
  return open < 0 ? undefined : { name: tokens[open - 1]?.text ?? '', args: angleArguments(tokens, open) ?? [] };
}

/** What an object is declared as, the declaration nearest in front of `at`. */
export function declaredType(tokens: readonly Token[], name: string, at: number): TypeUse | undefined {
  for (let back = at - 3; back > 0; back -= 1) {
    if (tokens[back]?.text !== name || !/^[;=,(){[]$/.test(tokens[back + 1]?.text ?? '')) continue;
    const before = /^[*&]$/.test(tokens[back - 1]?.text ?? '') ? back - 2 : back - 1;
    if (tokens[before]?.kind !== 'name' && tokens[before]?.text !== '>') continue;
    const type = typeBefore(tokens, before);
    if (type && !/^(?:return|new|else|delete)$/.test(type.name)) return type;
  }
  return undefined;
}
