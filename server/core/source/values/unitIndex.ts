/**
 * What the files of one translation unit declare, looked up by name when it is asked for: variables and enumerators,
 * types, templates, small functions. Evaluates nothing.
 */
import { takesReference, type ArgumentPlace } from '../syntax/argumentPlace';
import { findDeclarations, type Declaration } from '../syntax/declarations';
import { functionsDeclared, type DeclaredFunction } from '../syntax/functionNames';
import { structuresCalled, structuresWith, type Structure } from '../syntax/structures';
import { findTemplates, type Template, type TemplateParameter } from '../syntax/templates';
import { boundTokens, findTypes, typeChain, type TypeInfo, type TypeUse } from '../syntax/types';
import type { Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import type { SourceText } from '../text/sourceText';
import { soughtName } from '../text/textWords';
import type { TranslationUnit } from '../translationUnit';
import { defaultArgument, functionsNamed, type ConstantFunction } from './constantFunctions';
import { findMacroEnumerators, type MacroEnumerators } from './macroEnumerators';

export interface Declared {
  readonly declaration: Declaration;
  readonly source: SourceText;
}

/** Function definitions and the text they stand in. */
export interface FoundFunction {
  readonly definition: ConstantFunction;
  readonly source: SourceText;
}

/** In place of what is not there. */
const NONE = Symbol('none');
const PASSED_LIST = /\b([A-Za-z_]\w{0,63})\s*\(\s*(?:[^(){};]{0,200},\s*)?\{\s*[^.\s}]/g;

export class UnitIndex {
  private readonly declarations = new Map<string, ReadonlyMap<string, readonly Declaration[]>>();
  private readonly named = new Map<string, ReturnType<UnitIndex['declared']>>();
  private readonly types = new Map<string, ReadonlyMap<string, TypeInfo>>();
  private readonly templates = new Map<string, readonly Template[]>();
  private readonly structures = new Map<string, ReturnType<UnitIndex['structuresWith']>>();
  private readonly functions = new Map<string, readonly FoundFunction[]>();
  private readonly references = new Map<string, boolean>();
  private readonly holders = new Map<string, readonly SourceText[]>();
  private readonly classes = new Map<string, TypeInfo | typeof NONE>();
  private readonly parameters = new Map<string, readonly TemplateParameter[]>();
  private readonly overloads = new Map<string, readonly Template[]>();
  private readonly chains = new Map<string, readonly TypeUse[]>();
  private readonly takers = new Map<string, boolean>();
  private readonly constructed = new Map<string, boolean>();
  private readonly defaults = new Map<string, readonly Token[] | typeof NONE>();
  /** Functions that the root passes a list in braces to. */
  private listTakers: ReadonlySet<string> | undefined;
  private standingFor: readonly (readonly [name: string, type: TypeInfo])[] | undefined;
  private byMacros: readonly MacroEnumerators[] | undefined;

  constructor(
    private readonly unit: TranslationUnit,
    /** The root as it is being read. */
    private readonly masked: MaskedSource,
    private readonly maskedHeader: (source: SourceText) => MaskedSource,
    private readonly language: 'c' | 'cpp',
  ) {}

  private maskedOf(source: SourceText): MaskedSource {
    return source === this.unit.root ? this.masked : this.maskedHeader(source);
  }

  /** Files that may hold the name, the root first. */
  private filesWith(name: string): readonly SourceText[] {
    return remembered(this.holders, name, () => {
      const sought = soughtName(name);
      return this.unit.files.filter((source) => source === this.unit.root || source.mayHold(sought));
    });
  }

  /** Files that may hold a name, as their declarations are read. */
  *maskedWith(name: string): Generator<MaskedSource> {
    for (const source of this.filesWith(name)) yield this.maskedOf(source);
  }

  /** Tokens of a file as its declarations are read from them. */
  tokensOf(source: SourceText): readonly Token[] {
    return this.maskedOf(source).tokens;
  }

  /** Tokens of the included files that may hold one of these names. */
  tokensNaming(names: ReadonlySet<string>): (readonly Token[])[] {
    const files = this.unit.files.filter((source) => source !== this.unit.root);
    const sought = [...names].map(soughtName);
    return files.filter((one) => sought.some((name) => one.mayHold(name))).map((one) => this.tokensOf(one));
  }

  /** Whether a function of that name is declared with a parameter of that type. */
  hasParameterOf(name: string, type: string): boolean {
    return remembered(this.takers, `${name} ${type}`, () => {
      const sought = soughtName(type);
      const files = this.filesWith(name).filter((source) => source.mayHold(sought));
      const declared = new RegExp(`\\b${name}\\s*\\([^;{}()]{0,400}\\b${type}\\b`);
      return files.some(({ text }) => declared.test(text));
    });
  }

  /** Whether the root passes a list in braces without names, `Get({ 1, 'derF' })`, where one of these types may be taken. */
  passesListFor(types: ReadonlySet<string>): boolean {
    if (this.language !== 'cpp') return false;
    this.listTakers ??= new Set([...this.unit.root.text.matchAll(PASSED_LIST)].map(([, callee = '']) => callee));
    for (const callee of this.listTakers)
      if ([...types].some((type) => this.hasParameterOf(callee, type) && !this.hasConstructor(type))) return true;
    return false;
  }

  /** What a list without names puts into an object of such a class its constructor says. */
  private hasConstructor(type: string): boolean {
    return remembered(this.constructed, type, () => {
      const constructor = new RegExp(`\\b${type}\\s*\\([^;{}()]{0,400}\\)\\s*(?:noexcept\\s*)?[:{]`);
      return this.filesWith(type).some(({ text }) => constructor.test(text));
    });
  }

  declarationsOf(source: SourceText): ReadonlyMap<string, readonly Declaration[]> {
    return remembered(this.declarations, source.path, () => findDeclarations(this.maskedOf(source)));
  }

  /** Structures with a member of this name, and the file of each. */
  structuresWith(member: string): readonly { readonly structure: Structure; readonly source: SourceText }[] {
    return remembered(this.structures, member, () =>
      this.filesWith(member).flatMap((source) =>
        structuresWith(this.maskedOf(source), member).map((structure) => ({ structure, source })),
      ),
    );
  }

  /** The structure of a name, if it is at hand; of several the nearest. */
  structureNamed(name: string): Structure | undefined {
    for (const source of this.filesWith(name)) {
      const [found] = structuresCalled(this.maskedOf(source), (one) => one === name);
      if (found) return found;
    }
    return undefined;
  }

  /** Declarations of a name, file by file; those that macros bring where the text itself has none. */
  declared(name: string): readonly { readonly source: SourceText; readonly list: readonly Declaration[] }[] {
    return remembered(this.named, name, () => {
      const written = this.filesWith(name).map((source) => ({ source, byName: this.declarationsOf(source) }));
      const found = namedIn(written, name);
      if (found.length > 0) return found;
      this.byMacros ??= findMacroEnumerators(this.unit, (source) => this.maskedOf(source));
      return namedIn(this.byMacros, name);
    });
  }

  /** Whether a class has something of that name that all its objects share: an enumerator, a constant. */
  hasShared(member: string): boolean {
    return this.language === 'cpp' && this.declared(member).some(({ list }) => list.some(isShared));
  }

  typeNamed(name: string): TypeInfo | undefined {
    const found = remembered(this.classes, name, () => this.findType(name) ?? NONE);
    return found === NONE ? undefined : found;
  }

  private findType(name: string): TypeInfo | undefined {
    let known: TypeInfo | undefined;
    for (const source of this.filesWith(name)) {
      const found = this.typesOf(source).get(name);
      if (found === undefined) continue;
      const alias = known?.alias ?? found.alias;
      known = { bases: known?.bases.length ? known.bases : found.bases, ...(alias && { alias }) };
    }
    return known;
  }

  /** Names that stand for one of these types. */
  aliasesOf(names: ReadonlySet<string>): Map<string, string> {
    const aliases = new Map<string, string>();
    this.standingFor ??= this.unit.files.flatMap((source) =>
      /\b(?:using|typedef)\b/.test(source.text)
        ? [...this.typesOf(source)].filter(([, { alias, inherits }]) => alias ?? inherits)
        : [],
    );
    for (const [name, { alias, inherits }] of this.standingFor) {
      if (inherits !== undefined && names.has(inherits)) aliases.set(name, inherits);
      if (alias && names.has(alias.name) && name !== alias.name) aliases.set(name, alias.name);
    }
    return aliases;
  }

  private typesOf(source: SourceText): ReadonlyMap<string, TypeInfo> {
    return remembered(this.types, source.path, () => findTypes(this.maskedOf(source)));
  }

  templatesOf(source: SourceText): readonly Template[] {
    return remembered(this.templates, source.path, () =>
      source.text.includes('template') ? findTemplates(this.maskedOf(source)) : [],
    );
  }

  /** Parameters of a template by its name; none for what is no template. */
  readonly parametersOf = (name: string): readonly TemplateParameter[] =>
    remembered(this.parameters, name, () => this.templatesNamed(name)[0]?.parameters ?? []);

  /** All templates of a name: overloads of a function, a class and its methods. */
  templatesNamed(name: string): readonly Template[] {
    return remembered(this.overloads, name, () =>
      this.filesWith(name).flatMap((source) => this.templatesOf(source).filter((template) => template.name === name)),
    );
  }

  /** A type, what it stands for and derives from, nearest first. */
  chain(use: TypeUse, isInside = false): readonly TypeUse[] {
    const find = (): TypeUse[] => typeChain(use, (name) => this.typeNamed(name), this.parametersOf, isInside);
    return use.args.length > 0 ? find() : remembered(this.chains, `${use.name} ${String(isInside)}`, find);
  }

  /** Tokens that a template's parameters stand for. */
  bound(use: TypeUse): ReadonlyMap<string, readonly Token[]> {
    return boundTokens(this.parametersOf(use.name), use.args);
  }

  /** The initializer of a parameter in a declaration with that many parameters. */
  defaultArgument(name: string, parameterCount: number, position: number): readonly Token[] | undefined {
    const found = remembered(this.defaults, `${name} ${String(parameterCount)} ${String(position)}`, () => {
      for (const source of this.filesWith(name)) {
        const initializer = defaultArgument(source.text, name, parameterCount, position);
        if (initializer) return initializer;
      }
      return NONE;
    });
    return found === NONE ? undefined : found;
  }

  /** Whether a function of that name takes the argument by a reference through which it may be changed. */
  readonly mayWrite = (place: ArgumentPlace): boolean =>
    this.language === 'cpp' &&
    remembered(this.references, `${place.callee} ${String(place.position)}`, () =>
      this.filesWith(place.callee).some(({ text }) => takesReference(text, place)),
    );

  /** Declarations of functions and methods of a name. */
  functionsDeclared(name: string): readonly DeclaredFunction[] {
    return this.filesWith(name).flatMap((source) => functionsDeclared(this.maskedOf(source), name));
  }

  /** The class in `typedef Class *PCLASS;` or `using PCLASS = Class *;`. */
  pointerType(name: string): string | undefined {
    const declared = new RegExp(
      `\\btypedef\\s+(?:class\\s+|struct\\s+)?(\\w+)\\s*\\*\\s*${name}\\s*[,;]|\\busing\\s+${name}\\s*=\\s*(\\w+)\\s*\\*\\s*;`,
    );
    for (const { text } of this.filesWith(name)) {
      const [found, by, used] = declared.exec(text) ?? [];
      if (found !== undefined) return by ?? used;
    }
    return undefined;
  }

  /** Whether a namespace of that name is opened somewhere. */
  isNamespace(name: string): boolean {
    const opened = new RegExp(`\\bnamespace\\s+(?:\\w+::){0,8}${name}\\b`);
    return this.filesWith(name).some(({ text }) => opened.test(text));
  }

  functionsNamed(name: string): readonly FoundFunction[] {
    return remembered(this.functions, name, () => {
      const word = name.replace(/^operator ""/, '');
      return this.filesWith(word).flatMap((source) =>
        functionsNamed(source.text, name).map((definition) => ({ definition, source })),
      );
    });
  }
}

/** Whether all objects of a class have it: a member that is none of each object. */
export function isShared({ kind, isMember, isStatic }: Declaration): boolean {
  return isMember && (kind === 'enumerator' || (kind === 'constant' && isStatic));
}

function namedIn(
  files: readonly MacroEnumerators[],
  name: string,
): { readonly source: SourceText; readonly list: readonly Declaration[] }[] {
  return files.flatMap(({ source, byName }) => {
    const list = byName.get(name);
    return list ? [{ source, list }] : [];
  });
}

function remembered<V>(known: Map<string, V>, key: string, find: () => V): V {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = find()));
  return value;
}
