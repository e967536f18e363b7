/**
 * Variables, members, parameters and tables that hold pointers to functions, as one file names them, and the key under
 * which the files of a project speak of each. Reads tokens and declarations; follows no values.
 */
import type { PointerCell } from '../externals';
import type { FunctionDefinition } from '../syntax/functionHead';
import type { FunctionIndex } from '../syntax/functions';
import { openBefore, type OperandPlace } from '../syntax/operandPlace';
import { memberKey } from '../syntax/structures';
import type { Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import { placesOf } from '../text/namePlaces';
import { LocalName } from '../values/locals';
import type { Names } from '../values/names';
import { splitName } from '../values/owners';
import type { Place } from '../values/place';

export interface NamedCell extends PointerCell {
  /** As it is called: the variable, the member; of a parameter's cell the function. */
  readonly name: string;
}

export interface CellSources {
  readonly masked: MaskedSource;
  readonly functions: FunctionIndex;
  readonly names: Names;
  readonly path: string;
}

const HEADER = /\.(?:h|hh|hpp|hxx|inl|inc)$/i;
const ACCESS = /^(?:\.|->)$/;
const MOST_NESTED = 8;

export class PointerCells {
  private readonly statics = new Map<string, boolean>();

  constructor(private readonly sources: CellSources) {}

  /** What an operand is put into; undefined where nobody can tell who calls it from there. */
  filledAt(place: OperandPlace): NamedCell | undefined {
    const { tokens } = this.sources.masked;
    if (place.kind === 'assigned') return this.assigned(place.at);
    if (place.kind === 'argument') return parameterCell(tokens[place.callee]?.text ?? '', place.position);
    return place.kind === 'listed' ? this.listed(place) : undefined;
  }

  private placeAt(at: number): Place {
    const offset = this.sources.masked.tokens[at]?.start ?? 0;
    const definition = this.sources.functions.around(offset);
    return { offset, ...(definition && { function: definition }) };
  }

  /** The left side of the `=` at `at`; of a variable that is none of the function's own it may be a member of its class. */
  private assigned(at: number): NamedCell | undefined {
    const { tokens } = this.sources.masked;
    const declared = declaratorBefore(tokens, at);
    if (declared !== undefined) return this.variable(declared);
    let last = at - 1;
    while (tokens[last]?.text === ']') last = openBefore(tokens, last) - 1;
    const name = tokens[last];
    if (name?.kind !== 'name') return undefined;
    if (ACCESS.test(tokens[last - 1]?.text ?? '')) return this.member(last);
    return isLeftSide(tokens, last) ? this.variableOrMember(name.text, last) : undefined;
  }

  private variableOrMember(name: string, at: number): NamedCell | undefined {
    const place = this.placeAt(at);
    const isOwn = place.function && this.sources.names.isOfFunction(name, place);
    const isDeclared = this.sources.names.index.declared(name).some(({ list }) => list.some((one) => !one.isMember));
    const member = isOwn || isDeclared ? undefined : this.member(at);
    return member ?? this.variableNamed(name, place);
  }

  /** The cell of the variable whose name stands at token `at`. */
  variable(at: number): NamedCell | undefined {
    const name = this.sources.masked.tokens[at]?.text ?? '';
    return this.variableNamed(name, this.placeAt(at));
  }

  private variableNamed(name: string, place: Place): NamedCell | undefined {
    const { path } = this.sources;
    const local = place.function && this.localOf(name, place.function, place.offset);
    if (local) return local;
    if (!this.isStatic(name)) return { key: `*${name}`, kind: 'variable', name };
    return { key: `*${path}:${name}`, kind: 'variable', isOwn: true, name };
  }

  private localOf(name: string, definition: FunctionDefinition, offset: number): NamedCell | undefined {
    const { masked, path } = this.sources;
    const within = definition.bodyStart;
    if (new LocalName(masked, definition, name).at(offset).declared)
      return { key: `*${path}:${String(within)}:${name}`, kind: 'local', within, name };
    const position = definition.parameters.indexOf(name);
    if (position < 0) return undefined;
    return { ...parameterCell(splitName(definition).name, position), kind: 'local', within, name };
  }

  /** The cell of the member named at token `at`, told apart by the structure it is of. */
  private member(at: number): NamedCell | undefined {
    const { tokens } = this.sources.masked;
    const key = this.sources.names.memberKeyAt(tokens, at, this.placeAt(at));
    return key === undefined ? undefined : { key: `*${key}`, kind: 'member', name: tokens[at]?.text ?? '' };
  }

  /** The member or table that an element of an initializer is for. */
  private listed({ brace, position, designator }: OperandPlace & { readonly kind: 'listed' }): NamedCell | undefined {
    const { tokens } = this.sources.masked;
    let outer = brace;
    let depth = 1;
    for (; depth < MOST_NESTED && tokens[outer - 1]?.text !== '='; depth += 1) {
      const next = braceAround(tokens, outer);
      if (next < 0) return undefined;
      outer = next;
    }
    let name = outer - 2;
    const isArray = tokens[name]?.text === ']';
    while (tokens[name]?.text === ']') name = openBefore(tokens, name) - 1;
    // `static PVOID (*Table[])(SIZE_T, ULONG) = { … }`
    const pointer = declaratorBefore(tokens, outer - 1);
    if (pointer !== undefined) return depth === 1 ? this.variable(pointer) : undefined;
    if (tokens[name]?.kind !== 'name') return undefined;
    let type = name - 1;
    while (/^(?:\*|const|volatile)$/.test(tokens[type]?.text ?? '')) type -= 1;
    const word = tokens[type];
    const structure = word?.kind === 'name' ? this.sources.names.index.structureNamed(word.text) : undefined;
    // A table of pointers; of a structure that is not at hand an element may be anything.
    if (structure === undefined) return isArray && depth === 1 && !designator ? this.variable(name) : undefined;
    const member = designator ?? structure.members[position] ?? '';
    if (depth !== (isArray ? 2 : 1) || member === '') return undefined;
    return { key: `*${memberKey(structure, member)}`, kind: 'member', name: member };
  }

  /** Whether the file itself has a variable of that name that no other file can name. */
  private isStatic(name: string): boolean {
    let known = this.statics.get(name);
    if (known === undefined) this.statics.set(name, (known = this.findStatic(name)));
    return known;
  }

  private findStatic(name: string): boolean {
    const { masked, functions, path } = this.sources;
    const { tokens } = masked;
    if (HEADER.test(path)) return false;
    return placesOf(tokens, name, 0, tokens.length).some((at) => {
      if (functions.around(tokens[at]?.start ?? 0) !== undefined) return false;
      for (let back = at - 1; back >= 0 && !/^[;}]$/.test(tokens[back]?.text ?? ''); back -= 1)
        if (tokens[back]?.text === 'static') return true;
      return false;
    });
  }
}

/** What the calls of a function put into one of its parameters. */
export function parameterCell(name: string, position: number): NamedCell {
  return { key: `*${name}#${String(position)}`, kind: 'parameter', position, name };
}

/** Whether a variable at token `at` is what is assigned to: `*Out = …` and `Class::Member = …` are others. */
function isLeftSide(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]?.text ?? '';
  if (before !== ')') return before !== '*' && before !== '::';
  return /^(?:if|while|for|switch)$/.test(tokens[openBefore(tokens, at - 1) - 1]?.text ?? '');
}

/** Index of the name in `PVOID (*name)(SIZE_T, ULONG) =`, `PVOID (*name[2])(…) =` with the `=` at `at`. */
function declaratorBefore(tokens: readonly Token[], at: number): number | undefined {
  if (tokens[at - 1]?.text !== ')') return undefined;
  const close = openBefore(tokens, at - 1) - 1;
  if (tokens[close]?.text !== ')') return undefined;
  let name = close - 1;
  while (tokens[name]?.text === ']') name = openBefore(tokens, name) - 1;
  return tokens[name]?.kind === 'name' && tokens[name - 1]?.text === '*' ? name : undefined;
}

/** Index of the brace around the one at `brace`, when that one is an element without a name; else -1. */
function braceAround(tokens: readonly Token[], brace: number): number {
  let before = brace - 1;
  // `[Index] = {`
  if (tokens[before]?.text === '=' && tokens[before - 1]?.text === ']') before = openBefore(tokens, before - 1) - 1;
  if (!/^[{,]$/.test(tokens[before]?.text ?? '')) return -1;
  for (let back = before; back >= 0; back -= 1) {
    const text = tokens[back]?.text ?? '';
    if (text === '{') return back;
    if (text === ';' || text === '(') return -1;
    if (/^[)\]}]$/.test(text)) back = openBefore(tokens, back);
    if (back < 0) return -1;
  }
  return -1;
}

/** Index of the first token of `object->list[i].member` with the member at `at`; -1 when it begins with something else. */
export function pathStart(tokens: readonly Token[], at: number): number {
  let first = at;
  for (let step = 0; step < MOST_NESTED && ACCESS.test(tokens[first - 1]?.text ?? ''); step += 1) {
    let before = first - 2;
    while (tokens[before]?.text === ']') before = openBefore(tokens, before) - 1;
    if (tokens[before]?.kind !== 'name') return -1;
    first = before;
  }
  return first;
}
