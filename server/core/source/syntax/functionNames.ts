/**
 * Which names of functions the classes of a file, and the file itself, declare: read off the tokens between their braces,
 * the bodies of functions left out. Knows no parameters.
 */
import type { Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import { scopeName } from './declarations';

/** One declaration or definition of a function. */
export interface DeclaredFunction {
  /** The class it is a method of, or the scope it is written with; '' for a function of no class. */
  readonly owner: string;
  /** It may be overridden, as far as this declaration says. */
  readonly isVirtual: boolean;
}

const MOST_FUNCTIONS = 100_000;
const MOST_OPEN = 32;
const NONE: readonly DeclaredFunction[] = [];
const NO_TYPES = /^(?:return|else|case|do|throw|new|delete|goto|co_return|co_await|public|private|protected|defined)$/;
/** Macros of COM around the name of a method. */
const COM_METHOD = /^(?:STDMETHOD|STDMETHOD_|STDMETHODV|STDMETHODV_|IFACEMETHOD|IFACEMETHOD_)$/;

/** Lists of tokens don't change: what was read off one holds as long as it lives. */
const known = new WeakMap<readonly Token[], ReadonlyMap<string, readonly DeclaredFunction[]>>();

/** Declarations of functions of one name in a masked file. */
export function functionsDeclared(masked: MaskedSource, name: string): readonly DeclaredFunction[] {
  let found = known.get(masked.tokens);
  if (found === undefined) known.set(masked.tokens, (found = readFunctions(masked)));
  return found.get(name) ?? NONE;
}

function readFunctions({ tokens, match }: MaskedSource): ReadonlyMap<string, readonly DeclaredFunction[]> {
  const byName = new Map<string, DeclaredFunction[]>();
  const open: { readonly close: number; readonly owner: string }[] = [];
  let count = 0;
  let statement = 0;
  for (let at = 0; at < tokens.length && count < MOST_FUNCTIONS; at += 1) {
    for (let last = open.at(-1); last && last.close <= at; last = open.at(-1)) open.pop();
    const text = tokens[at]?.text;
    if (text === ';' || text === '}') statement = at + 1;
    else if (text === '{') {
      const close = match[at] ?? -1;
      const scope = entered(tokens, statement, at);
      if (scope === undefined) at = Math.max(at, close);
      else if (scope !== '' && close > at && open.length < MOST_OPEN) open.push({ close, owner: scope });
      statement = at + 1;
    } else if (text === '(') {
      const one = declaredAt(tokens, statement, at, open.at(-1)?.owner ?? '');
      if (one) {
        count += 1;
        const list = byName.get(one.name);
        if (list) list.push(one);
        else byName.set(one.name, [one]);
      }
      if (one || !COM_METHOD.test(tokens[at - 1]?.text ?? '')) at = Math.max(at, match[at] ?? -1);
    }
  }
  return byName;
}

/** Name of the class whose brace stands at `at`; '' for a namespace or a linkage, undefined for what is none of these. */
function entered(tokens: readonly Token[], statement: number, at: number): string | undefined {
  if (tokens[at - 1]?.kind === 'string' || tokens[at - 1]?.text === 'extern') return '';
  if (tokens[at - 1]?.text === ')' || tokens[at - 1]?.text === '=') return undefined;
  const scope = scopeName(tokens, statement, at);
  if (scope === undefined) return undefined;
  return scope.isClass ? (scope.name ?? '') : tokens[statement]?.text === 'enum' ? undefined : '';
}

function declaredAt(
  tokens: readonly Token[],
  statement: number,
  open: number,
  around: string,
): (DeclaredFunction & { readonly name: string }) | undefined {
  let at = open - 1;
  let isVirtual = false;
  if (tokens[at]?.text === ')' && tokens[at - 1]?.kind === 'name') {
    // `STDMETHOD(Init)(`, `STDMETHOD_(ULONG, Init)(`
    at -= 1;
    isVirtual = true;
  }
  const name = tokens[at];
  if (name?.kind !== 'name' || at < statement) return undefined;
  let owner = around;
  let first = at;
  if (tokens[at - 1]?.text === '::') {
    let back = at - 2;
    if (tokens[back]?.text === '>') while (back > statement && tokens[back]?.text !== '<') back -= 1;
    if (tokens[back]?.text === '<') back -= 1;
    if (tokens[back]?.kind !== 'name') return undefined;
    owner = tokens[back]?.text ?? '';
    first = back;
    while (tokens[first - 1]?.text === '::' && tokens[first - 2]?.kind === 'name') first -= 2;
  }
  if (!isVirtual) {
    const before = tokens[first - 1];
    if (first <= statement || before === undefined) return undefined;
    if (before.kind === 'name' ? NO_TYPES.test(before.text) : !/^(?:[*&>)\]]|&&)$/.test(before.text)) return undefined;
  }
  for (let back = first - 1; back >= statement && !isVirtual; back -= 1) isVirtual = tokens[back]?.text === 'virtual';
  return { name: name.text, owner, isVirtual };
}
