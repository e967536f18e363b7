/**
 * What a name in a tag expression stands for, at one place of one translation unit: macro, parameter, local, enumerator,
 * constant, variable, a WDK tag, or a name the rest of the project defines. Evaluates tag expressions with that.
 */
import type { SourceLocation } from '../../../src/shared/facts';
import { evaluate, constant, NO_VALUE, unite, unknown, type TagValue } from './evaluate';
import { expand } from './expand';
import { parseExpression } from './expression';
import type { Externals, NamedValue } from './externals';
import { findDeclarations, type Declaration } from './declarations';
import type { FunctionDefinition } from './functionHead';
import { localValues } from './locals';
import type { Token } from './lexer';
import type { MaskedSource } from './mask';
import type { MacroDefinition, SourceText } from './sourceText';
import type { TranslationUnit } from './translationUnit';
import { WDK_TAGS } from './wdkDefines';

/** Where an expression stands. */
export interface Place {
  /** Offset in the root file: decides which macro definitions are in force. */
  readonly offset: number;
  readonly function?: FunctionDefinition;
  /** Parameters of the macro whose body holds the expression. */
  readonly macroParameters?: readonly string[];
}

/** Where a name gets its value, and the value. */
export interface Definition {
  readonly value: TagValue;
  readonly definedAt?: SourceLocation;
}

export interface NameSources {
  readonly unit: TranslationUnit;
  /** The root as it is being read. */
  readonly masked: MaskedSource;
  readonly externals: Externals;
  /** A header's masked text, for its declarations. */
  readonly maskedHeader: (source: SourceText) => MaskedSource;
}

const MOST_DEPTH = 24;
const MOST_CHOICES = 16;
const EXPANSION_BUDGET = 20_000;
const MOST_STEPS = 20_000;

export class Names {
  private readonly declarations = new Map<string, ReadonlyMap<string, readonly Declaration[]>>();
  private readonly resolving = new Set<string>();
  private readonly locals = new Map<string, ReturnType<typeof localValues>>();
  /** Evaluations that may still be made for one question; guards against names that fan out. */
  private steps = MOST_STEPS;

  /** Names that were looked for in the project's externals. */
  readonly asked = new Set<string>();

  constructor(private readonly sources: NameSources) {}

  private outside(name: string): readonly NamedValue[] {
    this.asked.add(name);
    return this.sources.externals.values.get(name) ?? [];
  }

  /** Value of an expression given as unexpanded tokens. */
  value(tokens: readonly Token[], place: Place): TagValue {
    if (this.resolving.size === 0) this.steps = MOST_STEPS;
    if ((this.steps -= 1) < 0 || this.resolving.size > MOST_DEPTH) return unknown('its definition goes too deep');
    const ambiguous = new Map<string, number>();
    const values: TagValue[] = [];
    const choice = new Map<string, number>();
    for (let round = 0; round < MOST_CHOICES; round += 1) {
      const lookup = (name: string): MacroDefinition | undefined => {
        if (place.macroParameters?.includes(name) === true) return undefined;
        const found = distinct(this.sources.unit.macros.candidates(name, place.offset));
        if (found.length > 1) ambiguous.set(name, found.length);
        return found[choice.get(name) ?? 0];
      };
      const expanded = expand(tokens, { lookup, budget: EXPANSION_BUDGET, depth: 0 });
      values.push(evaluate(parseExpression(expanded), { name: (path) => this.named(path, place).value }));
      if (!advance(choice, ambiguous)) break;
    }
    return unite(values);
  }

  /** The one name an expression consists of, parentheses and casts aside, with its definition. */
  definition(tokens: readonly Token[], place: Place): Definition | undefined {
    const expression = parseExpression(tokens);
    let inner = expression;
    while (inner.kind === 'cast') inner = inner.operand;
    if (inner.kind === 'call') {
      const macro = this.sources.unit.macros.candidates(inner.callee, place.offset)[0];
      return macro && { value: NO_VALUE, ...locate(macro.source, macro.start, macro.end) };
    }
    if (inner.kind !== 'name') return undefined;
    const macro = this.sources.unit.macros.candidates(inner.path.join('::'), place.offset)[0];
    if (macro) return { value: NO_VALUE, ...locate(macro.source, macro.start, macro.end) };
    return this.named(inner.path, place);
  }

  private named(path: readonly string[], place: Place): Definition {
    const name = path.at(-1) ?? '';
    if (path.length === 1) {
      if (place.macroParameters?.includes(name) === true) return { value: { ...NO_VALUE, parameters: [name] } };
      const local = place.function && this.local(name, place.function, place);
      if (local) return { value: local };
    }
    const key = `name ${path.join('::')}`;
    if (this.resolving.has(key)) return { value: unknown(`'${name}' is defined by itself`) };
    this.resolving.add(key);
    try {
      return this.declared(name, place) ?? this.elsewhere(name, place);
    } finally {
      this.resolving.delete(key);
    }
  }

  private local(name: string, definition: FunctionDefinition, place: Place): TagValue | undefined {
    const key = `${String(definition.bodyStart)} ${name}`;
    let found = this.locals.get(key);
    if (found === undefined) {
      found = localValues(this.sources.masked, definition, name);
      this.locals.set(key, found);
    }
    const isParameter = definition.parameters.includes(name);
    if (!isParameter && !found.declared) return undefined;
    const guard = `local ${key}`;
    const values: TagValue[] = found.reasons.map(unknown);
    if (isParameter) values.push({ ...NO_VALUE, parameters: [name] });
    if (!this.resolving.has(guard)) {
      this.resolving.add(guard);
      for (const value of found.assigned) values.push(this.value(value, place));
      this.resolving.delete(guard);
    }
    return values.length > 0 ? unite(values) : unknown(`'${name}' has no value that is seen here`);
  }

  /** Declarations in the root, then in the closure, nearest first. */
  private declared(name: string, place: Place): Definition | undefined {
    const { unit } = this.sources;
    let extern: Definition | undefined;
    for (const source of unit.files) {
      if (source !== unit.root && !source.text.includes(name)) continue;
      for (const declaration of this.declarationsOf(source).get(name) ?? []) {
        const found = this.declaredValue(declaration, source, place);
        if (found !== 'extern') return found;
        extern ??= { value: unknown(`'${name}' is declared extern and defined elsewhere`) };
      }
    }
    if (extern === undefined) return undefined;
    const assigned = this.assignedHere(name, place);
    const outside = this.outside(name);
    if (assigned.length === 0 && outside.length === 0) return extern;
    const [first] = outside;
    return {
      value: unite([...assigned, ...outside.map((entry) => entry.value)]),
      ...(first && { definedAt: first.definedAt }),
    };
  }

  private declaredValue(declaration: Declaration, source: SourceText, place: Place): Definition | 'extern' {
    const where = locate(source, declaration.name.start, declaration.name.end);
    const name = declaration.name.text;
    if (declaration.kind === 'extern') return 'extern';
    const at: Place = {
      offset: source === this.sources.unit.root ? Math.max(place.offset, declaration.name.start) : place.offset,
    };
    const initial = declaration.initializer && this.value(unbraced(declaration.initializer), at);
    if (declaration.kind === 'enumerator') {
      const first = initial ?? constant(0);
      return { value: { ...first, tags: first.tags.map((tag) => (tag + declaration.steps) >>> 0) }, ...where };
    }
    if (declaration.kind === 'constant')
      return { value: initial ?? unknown(`'${name}' has no initializer here`), ...where };
    const assigned = this.assignedHere(name, place);
    const outside = declaration.isStatic ? [] : this.outside(name).map((entry) => entry.value);
    // A zero is what a variable holds until somebody sets it; it is no tag.
    const known = unite([...(initial ? [initial] : []), ...assigned, ...outside]);
    const value = { ...known, tags: known.tags.filter((tag) => tag !== 0) };
    const isEmpty = value.tags.length === 0 && value.parameters.length === 0 && value.reasons.length === 0;
    return { value: isEmpty ? unknown(`variable '${name}' is set at run time`) : value, ...where };
  }

  /** Values assigned to a file-level variable by functions of the root. */
  private assignedHere(name: string, place: Place): TagValue[] {
    const found = localValues(this.sources.masked, undefined, name);
    const values = found.reasons.map(unknown);
    for (const tokens of found.assigned) values.push(this.value(tokens, place));
    return values;
  }

  private elsewhere(name: string, place: Place): Definition {
    const wdk = WDK_TAGS.get(name);
    if (wdk !== undefined) return { value: constant(wdk) };
    const outside = this.outside(name);
    if (outside.length > 0) {
      const [first] = outside;
      return { value: unite(outside.map((entry) => entry.value)), ...(first && { definedAt: first.definedAt }) };
    }
    const untaken = this.sources.unit.macros.untaken(name).filter((macro) => macro.parameters === undefined);
    const [macro] = untaken;
    if (macro) {
      const value = unite(untaken.map((one) => this.value(one.body, place)));
      return { value, ...locate(macro.source, macro.start, macro.end) };
    }
    return { value: unknown(`'${name}' is not defined in the files at hand`) };
  }

  /** The root's own declarations that are initialized and look like a tag by their name or a literal. */
  rootDeclarations(): {
    readonly name: Token;
    readonly kind: Declaration['kind'];
    readonly isStatic: boolean;
    readonly value: TagValue;
  }[] {
    const { unit } = this.sources;
    const found: ReturnType<Names['rootDeclarations']> = [];
    for (const list of this.declarationsOf(unit.root).values()) {
      for (const declaration of list) {
        const { initializer, name } = declaration;
        if (initializer === undefined || initializer.length > 40 || declaration.steps > 0) continue;
        if (!/tag/i.test(name.text) && !initializer.some((token) => token.kind === 'char' && token.text.length >= 6))
          continue;
        const definition = this.declaredValue(declaration, unit.root, { offset: Number.MAX_SAFE_INTEGER });
        if (definition !== 'extern')
          found.push({ name, kind: declaration.kind, isStatic: declaration.isStatic, value: definition.value });
      }
    }
    return found;
  }

  /** Variables and constants other files of the project may name. */
  exportedVariables(): NamedValue[] {
    const { root } = this.sources.unit;
    return this.rootDeclarations().flatMap(({ name, kind, isStatic, value }): NamedValue[] => {
      if (isStatic || (kind !== 'variable' && kind !== 'constant') || value.tags.every((tag) => tag <= 0xffff))
        return [];
      const definedAt = { file: root.path, range: root.lines.range(name.start, name.end) };
      return [{ name: name.text, kind: 'variable', value, definedAt }];
    });
  }

  private declarationsOf(source: SourceText): ReadonlyMap<string, readonly Declaration[]> {
    const known = this.declarations.get(source.path);
    if (known) return known;
    const masked = source === this.sources.unit.root ? this.sources.masked : this.sources.maskedHeader(source);
    const found = findDeclarations(masked);
    this.declarations.set(source.path, found);
    return found;
  }
}

function locate(source: SourceText, start: number, end: number): { definedAt?: SourceLocation } {
  return source.path === '' ? {} : { definedAt: { file: source.path, range: source.lines.range(start, end) } };
}

/** `{ value }` as value. */
function unbraced(tokens: readonly Token[]): readonly Token[] {
  return tokens[0]?.text === '{' && tokens.at(-1)?.text === '}' ? tokens.slice(1, -1) : tokens;
}

/** Definitions that differ in their replacement. */
function distinct(definitions: readonly MacroDefinition[]): readonly MacroDefinition[] {
  if (definitions.length < 2) return definitions;
  const seen = new Map<string, MacroDefinition>();
  for (const definition of definitions) {
    const key = `${(definition.parameters ?? ['']).join()} ${definition.body.map((token) => token.text).join(' ')}`;
    if (!seen.has(key)) seen.set(key, definition);
  }
  return [...seen.values()];
}

/** Next combination of choices; false when all have been seen. */
function advance(choice: Map<string, number>, sizes: ReadonlyMap<string, number>): boolean {
  for (const [name, size] of sizes) {
    const next = (choice.get(name) ?? 0) + 1;
    if (next < size) {
      choice.set(name, next);
      return true;
    }
    choice.set(name, 0);
  }
  return false;
}
