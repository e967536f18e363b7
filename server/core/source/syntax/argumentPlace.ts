/**
 * Calls seen from their arguments: which argument of which function a token is, and whether a declaration takes that one
 * by reference, so that the function may change it. Reads tokens and text; evaluates nothing.
 */
import type { Token } from '../text/lexer';

/** One argument of a call. */
export interface ArgumentPlace {
  /** The name in front of the parenthesis; of `Guard guard(tag)` the type, whose constructor is called. */
  readonly callee: string;
  /** Counted from 0. */
  readonly position: number;
  readonly isConstructor?: true;
}

/** Tokens that are looked through in front of an argument. */
const MOST_BEFORE = 400;

/** The call whose parentheses enclose a token most closely. */
export function argumentPlace(tokens: readonly Token[], at: number): ArgumentPlace | undefined {
  let depth = 0;
  let position = 0;
  for (let back = at - 1; back >= 0 && at - back < MOST_BEFORE; back -= 1) {
    const text = tokens[back]?.text ?? '';
    if (text === ')' || text === ']' || text === '}') depth += 1;
    else if (text === '[' || text === '{') {
      if ((depth -= 1) < 0) return undefined;
    } else if (text === '(' && (depth -= 1) < 0) {
      const [callee, type] = [tokens[back - 1], tokens[back - 2]];
      if (callee?.kind !== 'name') return undefined;
      const constructs = type?.kind === 'name' && !NO_TYPES.test(type.text);
      return constructs ? { callee: type.text, position, isConstructor: true } : { callee: callee.text, position };
    } else if (depth === 0) {
      if (text === ';') return undefined;
      if (text === ',') position += 1;
    }
  }
  return undefined;
}

const NO_TYPES = /^(?:return|else|do|case|goto|throw|co_return|co_await|not|and|or)$/;
const OPENS = /^\s*\(/;
const MOST_BLANKS = 40;
/** Behind a type or a class: a call stands behind neither. */
const BEHIND_TYPE = /(?:(?<!\b(?:return|else|do|case|goto|throw))[\w>]\s*[*&\s]*[*&\s]|::)$/;
const BEHIND_STATEMENT = /[\w;:{}]\s*$/;
const MOST_TYPE = 120;

function before(text: string, at: number): string {
  return text.slice(Math.max(0, at - MOST_TYPE), at);
}

const MOST_HEAD = 2_000;
const DECLARATIONS_READ = 16;

/** Whether a function of this name that the text declares takes the argument by a reference it may write through. */
export function takesReference(text: string, { callee, position, isConstructor }: ArgumentPlace): boolean {
  let read = 0;
  for (let at = text.indexOf(callee); at >= 0; at = text.indexOf(callee, at + callee.length)) {
    const open = OPENS.exec(text.slice(at + callee.length, at + callee.length + MOST_BLANKS))?.[0];
    if (open === undefined || !(isConstructor ? BEHIND_STATEMENT : BEHIND_TYPE).test(before(text, at))) continue;
    if ((read += 1) > DECLARATIONS_READ) return false;
    const start = at + callee.length + open.length;
    const parameter = parametersOf(text.slice(start, start + MOST_HEAD))[position] ?? '';
    if (/[\w>]\s*&{1,2}\s*(?:\w+\s*)?(?:=|$)/.test(parameter) && !/\bconst\b/.test(parameter)) return true;
  }
  return false;
}

/** Texts of the parameters up to the parenthesis that closes them. */
function parametersOf(text: string): string[] {
  const parameters: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '(' || char === '<' || char === '[' || char === '{') depth += 1;
    else if (char === ']' || char === '}' || char === '>') depth -= 1;
    else if ((char === ',' || char === ')') && depth === 0) {
      parameters.push(text.slice(start, at).trim());
      start = at + 1;
      if (char === ')') return parameters;
    } else if (char === ')') depth -= 1;
  }
  return parameters;
}
