/**
 * The type of an object that an expression names, as far as arguments of templates are read off it: a variable, a
 * parameter, a member, an object made on the spot. Where several declarations may be meant, no type is given.
 */
import { typeBefore } from '../syntax/declaredTypes';
import type { FunctionDefinition } from '../syntax/functionHead';
import { readUse, type TypeUse } from '../syntax/types';
import { matchBrackets, tokenAt, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import type { LocalValues } from './locals';
import { splitName } from './owners';
import type { Place } from './place';
import type { UnitIndex } from './unitIndex';

export interface ObjectSources {
  readonly index: UnitIndex;
  /** The root as it is being read. */
  readonly masked: MaskedSource;
  /** What a name means inside a function. */
  readonly localAt: (name: string, definition: FunctionDefinition, offset: number) => LocalValues;
}

const MOST_DEPTH = 6;
const MOST_EXPRESSION = 200;
const CASTS = /^(?:static_cast|reinterpret_cast|const_cast|dynamic_cast)$/;
const NO_TYPES = /^(?:return|new|else|delete|auto|decltype|void|const)$/;

/** Type of the object that an expression names, references and pointers aside; undefined where it is not seen. */
export class ObjectTypes {
  constructor(private readonly sources: ObjectSources) {}

  of(expression: readonly Token[], place: Place, depth = 0): TypeUse | undefined {
    if (depth > MOST_DEPTH || expression.length > MOST_EXPRESSION) return undefined;
    let tokens = expression;
    while (/^[*&]$/.test(tokens[0]?.text ?? '')) tokens = tokens.slice(1);
    const match = matchBrackets(tokens);
    if (tokens[0]?.text === '(') {
      const close = match[0] ?? -1;
      if (close === tokens.length - 1) return this.of(tokens.slice(1, close), place, depth + 1);
      // `(Holder<1> *)p`
      const type = close > 0 && tokens[close + 1]?.kind === 'name' ? this.plainUse(tokens.slice(1, close)) : undefined;
      return type;
    }
    if (tokens[0]?.text === 'new') return readUse(tokens, 1)?.type;
    return this.cast(tokens, place, depth) ?? this.made(tokens, match) ?? this.path(tokens, match, place, depth);
  }

  /** `static_cast<Holder<1> &>(x)`, `std::move(x)`. */
  private cast(tokens: readonly Token[], place: Place, depth: number): TypeUse | undefined {
    const [first, second] = tokens;
    if (CASTS.test(first?.text ?? '') && second?.text === '<') return readUse(tokens, 2)?.type;
    const open = tokens.findIndex((token) => token.text === '(');
    const callee = tokens[open - 1]?.text === '>' ? tokens[0] : tokens[open - 1];
    if (open < 0 || tokens.at(-1)?.text !== ')' || !/^(?:move|forward|addressof)$/.test(callee?.text ?? ''))
      return undefined;
    return this.of(tokens.slice(open + 1, -1), place, depth + 1);
  }

  /** `Holder<1>()`, `Holder<1>{…}`: an object of a class that is known. */
  private made(tokens: readonly Token[], match: Int32Array): TypeUse | undefined {
    const use = readUse(tokens, 0);
    if (use === undefined || !/^[({]$/.test(tokens[use.end]?.text ?? '')) return undefined;
    if ((match[use.end] ?? -1) !== tokens.length - 1) return undefined;
    return this.sources.index.typeNamed(use.type.name) ? use.type : undefined;
  }

  private plainUse(tokens: readonly Token[]): TypeUse | undefined {
    const use = readUse(tokens, 0);
    return use && tokens.slice(use.end).every((token) => /^[*&]$|^const$/.test(token.text)) ? use.type : undefined;
  }

  /** `name`, `object.member`, `this->member[index]`. */
  private path(tokens: readonly Token[], match: Int32Array, place: Place, depth: number): TypeUse | undefined {
    const [first] = tokens;
    if (first?.kind !== 'name') return undefined;
    let type = first.text === 'this' ? ownClass(place) : this.named(first.text, place, depth);
    for (let at = 1; at < tokens.length;) {
      const text = tokens[at]?.text ?? '';
      const member = tokens[at + 1];
      if (text === '[' && (match[at] ?? -1) > at) at = (match[at] ?? at) + 1;
      else if ((text === '.' || text === '->') && member?.kind === 'name') {
        type = type && this.member(type, member.text);
        at += 2;
      } else return undefined;
    }
    return type;
  }

  private named(name: string, place: Place, depth: number): TypeUse | undefined {
    const definition = place.function;
    if (definition) {
      const local = this.sources.localAt(name, definition, place.offset);
      if (local.declared)
        return local.declaredAt === undefined ? undefined : this.declaredAt(local.declaredAt, place, depth);
      if (definition.parameters.includes(name)) return this.parameter(name, definition);
      const own = ownClass(place);
      const member = own && this.member(own, name);
      if (member) return member;
    }
    return this.agreed(name, (scopes, isMember) => !isMember && scopes.length >= 0);
  }

  /** Type of the variable whose name stands at an offset of the root. */
  private declaredAt(offset: number, place: Place, depth: number): TypeUse | undefined {
    const { tokens, match } = this.sources.masked;
    const at = tokenAt(tokens, offset);
    const type = typeInFront(tokens, at);
    if (type?.name !== 'auto') return type;
    const next = tokens[at + 1]?.text ?? '';
    let end = at + 2;
    while (end < tokens.length && !/^[;)}]$/.test(tokens[end]?.text ?? '')) end = Math.max(end, match[end] ?? -1) + 1;
    if (next === '=' || next === '{') return this.of(tokens.slice(at + 2, end), { ...place, offset }, depth + 1);
    return undefined;
  }

  private parameter(name: string, definition: FunctionDefinition): TypeUse | undefined {
    const { tokens } = this.sources.masked;
    const to = tokenAt(tokens, definition.bodyStart);
    for (let at = tokenAt(tokens, definition.nameEnd); at < to; at += 1)
      if (tokens[at]?.text === name && /^[,)=[]$/.test(tokens[at + 1]?.text ?? '')) return typeInFront(tokens, at);
    return undefined;
  }

  /** Type of a member of a class, or of what it derives from, with the class's own arguments put in. */
  private member(owner: TypeUse, name: string): TypeUse | undefined {
    const { index } = this.sources;
    for (const type of index.chain(owner)) {
      const found = this.agreed(name, (scopes, isMember) => isMember && scopes.at(-1) === type.name);
      if (found === undefined) continue;
      const bound = index.bound(type);
      return { ...found, args: found.args.map((arg) => arg.flatMap((token) => bound.get(token.text) ?? [token])) };
    }
    return undefined;
  }

  /** The type of all declarations of a name that are meant, if it is one. */
  private agreed(
    name: string,
    isMeant: (scopes: readonly string[], isMember: boolean) => boolean,
  ): TypeUse | undefined {
    const found = this.sources.index.declared(name).flatMap(({ source, list }) => {
      const tokens = this.sources.index.tokensOf(source);
      return list
        .filter(({ scopes, isMember }) => isMeant(scopes, isMember))
        .map((one) => typeInFront(tokens, tokenAt(tokens, one.name.start)));
    });
    const [first] = found;
    const spelled = new Set(found.map((type) => JSON.stringify(type && [type.name, type.args.map(spell)])));
    return spelled.size === 1 ? first : undefined;
  }
}

function spell(arg: readonly Token[]): string {
  return arg.map((token) => token.text).join(' ');
}

function ownClass({ function: definition }: Place): TypeUse | undefined {
  const scope = definition && (splitName(definition).scope ?? definition.scope);
  return scope === undefined ? undefined : { name: scope, args: [] };
}

/** The type in front of a declared name; of a list of declarators none is given. */
function typeInFront(tokens: readonly Token[], at: number): TypeUse | undefined {
  let last = at - 1;
  while (/^(?:[*&]|&&|const|volatile)$/.test(tokens[last]?.text ?? '')) last -= 1;
  const type = typeBefore(tokens, last);
  return type && (type.name === 'auto' || !NO_TYPES.test(type.name)) ? type : undefined;
}
