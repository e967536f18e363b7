/**
 * Functions that pass a tag on and whose address a file takes: what they are called with through the pointer is not seen,
 * unless the pointer is a variable of the file that holds nothing else, whose calls then are theirs.
 */
import { wrapperKey, type Flow, type Wrapper } from '../externals';
import type { FunctionIndex } from '../syntax/functions';
import type { Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import type { TranslationUnit } from '../translationUnit';
import { localValues } from '../values/locals';
import type { Names } from '../values/names';
import type { WrapperLookup } from './call';

export interface TakenAddress {
  readonly name: string;
  /** Index of the name's token. */
  readonly at: number;
}

/** Variables that are looked into; the functions that others hold stay open. */
const MOST_POINTERS = 64;
const NOT_TYPES = new Set(['return', 'case', 'else', 'throw', 'co_return']);

/** Where a masked file names one of these functions without calling or declaring it. */
export function takenAddresses(
  { tokens }: MaskedSource,
  functions: FunctionIndex,
  names: ReadonlySet<string>,
): TakenAddress[] {
  const found: TakenAddress[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'name' || !names.has(token.text) || !isTaken(tokens, at)) continue;
    if (functions.isDefinitionName(token) || isDeclared(tokens, at)) continue;
    if (functions.around(token.start)?.parameters.includes(token.text) === true) continue;
    found.push({ name: token.text, at });
  }
  return found;
}

/** `= Name;`, `{ Name, …`, `f(Name)`, `&Name`: what follows ends an operand. */
function isTaken(tokens: readonly Token[], at: number): boolean {
  return /^[;,)}:]$/.test(tokens[at + 1]?.text ?? '') && !/^(?:\.|->)$/.test(tokens[at - 1]?.text ?? '');
}

function isDeclared(tokens: readonly Token[], at: number): boolean {
  let before = at - 1;
  while (tokens[before]?.text === '::' && tokens[before - 1]?.kind === 'name') before -= 2;
  const token = tokens[before];
  if (token === undefined || /^[;{}]$/.test(token.text)) return tokens[at + 1]?.text === ';' || token?.text !== '{';
  if (token.kind === 'name') return !NOT_TYPES.has(token.text);
  return token.text === '*' || token.text === '>';
}

/** Static variables of a file that hold the address of one such function and nothing else: their names, and the function's. */
export function pointersTo(
  masked: MaskedSource,
  taken: readonly TakenAddress[],
  unit: TranslationUnit,
  names: Names,
): Map<string, string> {
  const found = new Map<string, string>();
  const { tokens } = masked;
  const declared = names.index.declarationsOf(unit.root);
  let looked = 0;
  for (const { name, at } of taken) {
    const assign = tokens[at - 1]?.text === '&' ? at - 2 : at - 1;
    const pointer = tokens[assign - 1];
    if (tokens[assign]?.text !== '=' || pointer?.kind !== 'name' || /^(?:\.|->)$/.test(tokens[assign - 2]?.text ?? ''))
      continue;
    const [only, ...more] = declared.get(pointer.text) ?? [];
    if (only === undefined || more.length > 0 || !only.isStatic || only.isArray || only.isMember) continue;
    if ((looked += 1) > MOST_POINTERS) break;
    const { assigned, reasons } = localValues(masked, undefined, pointer.text);
    const values = [...assigned.map((one) => one.tokens), ...(only.initializer ? [only.initializer] : [])];
    const isSole = values.every((value) => value.filter(({ text }) => text !== '&').every(({ text }) => text === name));
    if (isSole && reasons.length === 0) found.set(pointer.text, name);
  }
  return found;
}

/** What comes in through pointers: nobody knows. */
export function flowsThroughPointers(
  taken: readonly TakenAddress[],
  pointers: ReadonlyMap<string, string>,
  masked: MaskedSource,
  wrappers: WrapperLookup,
): Flow[] {
  const flows: Flow[] = [];
  const isKnown = ({ at, name }: TakenAddress): boolean => {
    const assign = masked.tokens[at - 1]?.text === '&' ? at - 2 : at - 1;
    return pointers.get(masked.tokens[assign - 1]?.text ?? '') === name;
  };
  const open = new Set(taken.filter((one) => !isKnown(one)).map(({ name }) => name));
  for (const name of open) {
    const carrying = wrappers(name).filter(({ kind }: Wrapper) => kind === 'function');
    for (const wrapper of carrying)
      for (const parameter of wrapper.carries)
        flows.push({
          to: wrapperKey(wrapper),
          parameter,
          tags: [],
          reasons: [`what ${name} is called with through a pointer is not seen`],
        });
  }
  return flows;
}
