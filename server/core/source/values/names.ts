/**
 * What a name in a tag expression stands for, at one place of one translation unit: macro, parameter, local, enumerator,
 * constant, variable, a WDK tag, or a name the rest of the project defines. Evaluates tag expressions with that.
 */
import type { MemberStores, Wrapper } from '../externals';
import type { Declaration } from '../syntax/declarations';
import { parseExpression, type QualifiedName } from '../syntax/expression';
import type { FunctionDefinition } from '../syntax/functionHead';
import type { Token } from '../text/lexer';
import type { MacroDefinition } from '../text/sourceText';
import { callFunction, type ConstantFunction } from './constantFunctions';
import { evaluate, NO_VALUE, unite, unknown, type Argument, type NameScope, type TagValue } from './evaluate';
import { expansions } from './expansions';
import { FileNames, writtenBy, type Definition } from './fileNames';
import { lambdaArguments } from './lambdaArguments';
import { LocalName, type LocalValues } from './locals';
import { MemberLookup } from './memberLookup';
import type { NameSources } from './nameSources';
import { ObjectTypes, type ObjectSources } from './objectTypes';
import { locate, type Place } from './place';
import { returnedValue, type BodyNames } from './returnedValues';
import { TableLookup } from './tableLookup';
import { TemplateValues } from './templateValues';
import { isShared, UnitIndex } from './unitIndex';

const MOST_DEPTH = 24;
const MOST_STEPS = 20_000;

export class Names {
  readonly index: UnitIndex;
  readonly templates: TemplateValues;
  readonly objects: ObjectTypes;
  private readonly members: MemberLookup;
  private readonly tables: TableLookup;
  private readonly fileNames: FileNames;
  private readonly resolving = new Set<string>();
  private readonly locals = new Map<string, LocalName>();
  /** Evaluations that may still be made for one question; guards against names that fan out. */
  private steps = MOST_STEPS;

  /** Names that nothing at hand defines, or only by default. */
  readonly open = new Set<string>();

  constructor(private readonly sources: NameSources) {
    this.index = new UnitIndex(sources.unit, sources.masked, sources.maskedHeader, sources.language);
    const value = (tokens: readonly Token[], place: Place): TagValue => this.value(tokens, place);
    this.members = new MemberLookup(this.index, sources, value);
    this.templates = new TemplateValues(this.index, sources.unit.root, value, this.open);
    const localAt: ObjectSources['localAt'] = (name, definition, offset) => this.localsOf(name, definition, offset);
    this.objects = new ObjectTypes({ index: this.index, masked: sources.masked, localAt });
    this.tables = new TableLookup({ ...sources, index: this.index, value, localAt });
    this.fileNames = new FileNames({
      ...sources,
      index: this.index,
      members: this.members,
      value,
      isOfFunction: (name, place) => this.isOfFunction(name, place),
      open: this.open,
    });
  }

  /** Names that were looked for in the project's externals. */
  get asked(): ReadonlySet<string> {
    return this.fileNames.asked;
  }

  /** Keys of members that the project's other files were asked about. */
  get askedMembers(): ReadonlySet<string> {
    return this.members.asked;
  }

  /** Under this key the project speaks of the member named at a token; undefined where its structure can't be told. */
  memberKeyAt(tokens: readonly Token[], at: number, place: Place): string | undefined {
    return this.members.keyAt(tokens, at, place);
  }

  /** What this file puts into the members the project asks about. */
  memberAnswers(): readonly MemberStores[] {
    return this.members.answers();
  }

  /** Value of an expression given as unexpanded tokens. */
  value(tokens: readonly Token[], place: Place): TagValue {
    if (this.resolving.size === 0) this.steps = MOST_STEPS;
    if ((this.steps -= 1) < 0 || this.resolving.size > MOST_DEPTH) return unknown('its definition goes too deep');
    const scope = this.scopeAt(place);
    return unite(this.expansions(tokens, place).map((expanded) => evaluate(parseExpression(expanded), scope)));
  }

  private expansions(tokens: readonly Token[], place: Place): readonly (readonly Token[])[] {
    return expansions(tokens, (name) => {
      const { macros, defaults } = this.sources.unit;
      if (defaults.has(name)) this.open.add(name);
      return place.macroParameters?.includes(name) === true ? [] : macros.candidates(name, place.offset);
    });
  }

  private scopeAt(place: Place): NameScope {
    return {
      name: (name) => this.named(name, place).value,
      text: (name) => this.tables.text(name, place),
      elements: (name) => this.tables.elements(name, place),
      member: (object, member) => this.staticMember(object, member, place) ?? this.members.value(object, member, place),
      call: (callee, args) => this.call(callee, args, place),
    };
  }

  /** The one name an expression consists of, parentheses and casts aside, with its definition. */
  definition(tokens: readonly Token[], place: Place): Definition | undefined {
    const expression = parseExpression(tokens);
    let inner = expression;
    while (inner.kind === 'cast') inner = inner.operand;
    const path = inner.kind === 'call' ? inner.callee.path : inner.kind === 'name' ? inner.path : undefined;
    if (path === undefined) return undefined;
    const name = path.join('::');
    const macro = this.sources.unit.macros.candidates(name, place.offset)[0];
    if (macro) return { value: NO_VALUE, macro: name, ...locate(macro.source, macro.start, macro.end) };
    if (inner.kind === 'name') return this.named(inner, place);
    const [found] = this.index.functionsNamed(path.at(-1) ?? '');
    if (found === undefined) return undefined;
    const { definition, source } = found;
    return { value: NO_VALUE, ...locate(source, definition.start, definition.start + (path.at(-1)?.length ?? 0)) };
  }

  private named(name: QualifiedName, place: Place): Definition {
    const { path, angles } = name;
    const last = path.at(-1) ?? '';
    if (path.length === 1 && angles === undefined) {
      const near = this.near(last, place);
      if (near) return { value: near };
    }
    const dependent = this.templates.member(name, place);
    if (dependent) return { value: dependent };
    const args = (angles ?? []).map((parts) => (parts ?? []).map((part) => part.map((token) => token.text).join(' ')));
    const key = `name ${path.join('::')} ${args.join('|')}`;
    if (this.resolving.has(key)) return { value: unknown(`'${last}' is defined by itself`) };
    this.resolving.add(key);
    try {
      return this.fileNames.definition(name, place);
    } finally {
      this.resolving.delete(key);
    }
  }

  /** Template and macro parameters, parameters and variables of the function: what hides all other names. */
  private near(name: string, place: Place): TagValue | undefined {
    const bound = place.bound?.get(name);
    if (bound) return bound;
    if (place.macroParameters?.includes(name) === true) return { ...NO_VALUE, parameters: [name] };
    const local = place.function && this.local(name, place.function, place);
    return local ?? this.templates.parameter(name, place);
  }

  private local(name: string, definition: FunctionDefinition, place: Place): TagValue | undefined {
    const found = this.localsOf(name, definition, place.offset);
    // A variable of the body hides the parameter.
    const isParameter = !found.declared && definition.parameters.includes(name);
    if (!isParameter && !found.declared) return undefined;
    const guard = `local ${String(found.declaredAt ?? definition.bodyStart)} ${name}`;
    const values: TagValue[] = [...found.reasons, ...writtenBy(this.index, name, found)].map(unknown);
    if (isParameter) values.push({ ...NO_VALUE, parameters: [name] });
    const { declaredAt } = found;
    const passed =
      declaredAt === undefined ? undefined : lambdaArguments(this.sources.masked, definition, name, declaredAt);
    values.push(...(passed?.reasons ?? []).map(unknown));
    if (!this.resolving.has(guard)) {
      this.resolving.add(guard);
      for (const { tokens, offset } of [...found.assigned, ...(passed?.given ?? [])])
        values.push(this.value(tokens, { ...place, offset }));
      this.resolving.delete(guard);
    }
    return values.length > 0 ? unite(values) : unknown(`'${name}' has no value that is seen here`);
  }

  /** Whether a name is a parameter or variable of the function around a place. */
  isOfFunction(name: string, place: Place): boolean {
    const definition = place.function;
    if (definition === undefined) return false;
    return definition.parameters.includes(name) || this.localsOf(name, definition, place.offset).declared;
  }

  /** What the name means at an offset inside the function. */
  private localsOf(name: string, definition: FunctionDefinition, offset: number): LocalValues {
    const key = `${String(definition.bodyStart)} ${name}`;
    let reader = this.locals.get(key);
    if (reader === undefined) this.locals.set(key, (reader = new LocalName(this.sources.masked, definition, name)));
    return reader.at(offset);
  }

  /** The default of a wrapper's parameter, as one of its declarations at hand has it. */
  defaultArgument(wrapper: Pick<Wrapper, 'name' | 'parameterCount'>, position: number): readonly Token[] | undefined {
    return this.index.defaultArgument(wrapper.name, wrapper.parameterCount, position);
  }

  /** Macros of the unit whose replacement names one of these, taken or not. */
  macrosNaming(wanted: ReadonlySet<string>): readonly MacroDefinition[] {
    return [...wanted].flatMap((name) => this.sources.unit.macros.naming(name));
  }

  /** What functions of the root assign to a variable of the project. */
  assignedTo(name: string): readonly TagValue[] {
    return this.fileNames.assignedHere(name);
  }

  /** What all objects of a class have: `buffer.pooltag`, an enumerator or a constant of the class. */
  private staticMember(object: string | undefined, member: string, place: Place): TagValue | undefined {
    if (object === undefined || !this.index.hasShared(member)) return undefined;
    const found = this.index.declared(member).flatMap(({ list }) => list);
    const token: Token = { kind: 'name', text: object, start: 0, end: 0, foreign: true };
    const type = this.objects.of([token], place);
    // Of any class: all that have such a member, where none has it otherwise.
    if (type === undefined) return found.every(isShared) ? this.named({ path: [member] }, place).value : undefined;
    if (!found.some((one) => isShared(one) && this.index.chain(type).some(({ name }) => name === one.scopes.at(-1))))
      return undefined;
    return this.named({ path: [type.name, member], angles: [type.args, undefined] }, place).value;
  }

  /** A call of one of the unit's own functions that is small enough to be read. */
  private call(callee: QualifiedName, args: () => readonly Argument[], place: Place): TagValue | undefined {
    const name = callee.path.at(-1) ?? '';
    const key = `call ${name}`;
    const found = this.index.functionsNamed(name);
    if (!found.length) this.open.add(name);
    if (found.length === 0 || this.resolving.has(key) || (this.steps -= 1) < 0) return undefined;
    const given = args();
    const typed = (callee.angles?.at(-1) ?? []).map((part) => this.value(part, place));
    this.resolving.add(key);
    try {
      // The body sees nothing of the caller's own names.
      const there: Place = { offset: place.offset };
      const values = found.flatMap(({ definition }) => {
        const bodies = this.expansions(definition.body, { ...there, macroParameters: definition.parameters });
        return bodies.map((body) => {
          const value = callFunction({ ...definition, body }, typed, given, this.scopeAt(there));
          return value ?? this.returned({ ...definition, body }, given, there);
        });
      });
      const known = values.flatMap((value) => value ?? []);
      return known.length === values.length ? unite(known) : undefined;
    } finally {
      this.resolving.delete(key);
    }
  }

  /** What a function of several statements may return. */
  private returned(definition: ConstantFunction, given: readonly Argument[], place: Place): TagValue | undefined {
    if (definition.templateParameters.length > 0 || definition.isConstant) return undefined;
    const evaluate = (tokens: readonly Token[], names: BodyNames): TagValue =>
      this.value(tokens, { ...place, ...names });
    const values = given.map(({ value }) => value);
    return returnedValue(definition, values, { evaluate, mayWrite: this.index.mayWrite });
  }

  /** Value of one of the root's own declarations. */
  valueOf(declaration: Declaration): TagValue {
    return this.fileNames.valueOf(declaration);
  }
}
