/**
 * Values of tag expressions in Rust: what names, members and functions of the file stand for, and the evaluation of what is
 * made of them. A value tells which parameters of the function around it is made of.
 */
import type { Node } from 'web-tree-sitter';
import type { Externals, NamedValue } from '../externals';
import { NO_VALUE, unite, unknown, type TagValue } from '../values/evaluate';
import { ownerOf, seenOutside } from '../values/owners';
import { RustBindings } from './rustBindings';
import { RustConstants } from './rustConstants';
import { asTags, exactly, join, ofTags, only, open, type Possible } from './rustData';
import { Evaluator } from './rustEvaluate';
import { Frame } from './rustFrames';
import { RustFunctions } from './rustFunctions';
import type { RustConstant, RustFunction, RustItems } from './rustItems';
import { RustLocals } from './rustLocals';
import { typed } from './rustOperators';
import type { RustPaths } from './rustPaths';
import { Runner } from './rustRun';
import { lastOfPath, parts, segmentsOf, type RustTrees } from './rustTree';
import { integerType, type IntegerType } from './rustTypes';

export interface RustFile {
  readonly roots: readonly Node[];
  readonly items: RustItems;
  readonly trees: RustTrees;
  readonly paths: RustPaths;
  readonly externals: Externals;
  readonly crate: string | undefined;
  /** Nothing says which module of its crate the file is. */
  readonly isRoot: boolean;
  /** What a use of a macro of the file stands for, when it is known. */
  readonly expansions: (use: Node) => readonly Node[] | undefined;
}

export class RustValues {
  readonly asked: ReadonlySet<string>;
  private readonly constants: RustConstants;
  private readonly functions: RustFunctions;
  private readonly bindings: RustBindings;
  private readonly locals: RustLocals;
  private readonly evaluator: Evaluator;
  private readonly runner: Runner;
  private readonly known = new Map<RustConstant, Possible>();
  /** Steps from parameters to tags. */
  private readonly steps = new Map<RustFunction, Map<string, string>>();
  private readonly running: RustFunction[] = [];

  constructor(private readonly file: RustFile) {
    const { roots, items, trees, paths, externals, crate } = file;
    this.constants = new RustConstants(items, trees, paths, externals, crate, file.isRoot);
    this.asked = this.constants.asked;
    this.functions = new RustFunctions(items, paths, this.constants);
    this.bindings = new RustBindings(roots, trees, items);
    this.locals = new RustLocals(
      items,
      this.bindings,
      (node) => this.possible(node),
      (path) => this.named(path),
      (type) => this.typeOf(type),
    );
    this.evaluator = new Evaluator({
      named: (path) => this.named(path),
      ownMember: (expression, member) => this.ownMember(expression, member),
      called: (callee, args, generics) => this.called(callee, args(), generics),
      method: (name, object, args) => this.method(name, object, args()),
      expansion: (use) => file.expansions(use)?.flatMap(blockOf),
      typeOf: (type) => this.typeOf(type),
      block: (block, frame) => this.runner.value(block, frame),
      self: (node) => items.regions.ownerAt(node)?.type,
    });
    this.runner = new Runner(this.evaluator, (path) => this.named(path));
  }

  /** The expression as a tag. */
  value(node: Node): TagValue {
    return this.asTag(this.possible(node), this.bindings.functionAt(node));
  }

  /** The expression as a tag that is made of it in some steps. */
  taken(node: Node, take: (value: Possible) => Possible): TagValue {
    return this.asTag(take(this.possible(node)), this.bindings.functionAt(node));
  }

  private possible(node: Node): Possible {
    return this.evaluator.value(node, undefined);
  }

  /** A tag, with parameters told by their names; the steps from them to the tag are kept. */
  private asTag(value: Possible, around: RustFunction | undefined): TagValue {
    const carried = value.carried.map(({ name, steps, of = around }): TagValue => {
      if (of === undefined || !this.keepSteps(of, name, steps)) return unknown(`computed from parameter '${name}'`);
      const parameter = { ...NO_VALUE, parameters: [name] };
      return of === around
        ? parameter
        : seenOutside(parameter, ownerOf({ offset: of.bodyStart, function: of }, undefined));
    });
    return unite([asTags(value), ...carried]);
  }

  /** False when another tag is made of the parameter in another way. */
  private keepSteps(definition: RustFunction, name: string, steps: string): boolean {
    const all = this.steps.get(definition) ?? new Map<string, string>();
    this.steps.set(definition, all);
    const known = all.get(name) ?? steps;
    all.set(name, known);
    return known === steps;
  }

  /** How the parameters of a function become tags: one entry for each, empty when they are tags as they are. */
  stepsOf(definition: RustFunction): ReadonlyMap<string, string> {
    return this.steps.get(definition) ?? new Map();
  }

  /** The constants of the file, and of others, that a path may mean. */
  meant(path: Node): { readonly here: readonly RustConstant[]; readonly elsewhere: readonly NamedValue[] } {
    const isLocal = /^(?:type_)?identifier$/.test(path.type) && this.locals.value(path) !== undefined;
    return isLocal ? { here: [], elsewhere: [] } : this.constants.meant(path);
  }

  constantValue(constant: RustConstant): Possible {
    const { value, isMutable, name } = constant;
    if (value === undefined) return open(`'${name}' has no value here`);
    let known = this.known.get(constant);
    if (known === undefined) {
      known = typed(this.runner.initial(value, new Frame()), this.declaredType(value.parent));
      if (this.running.length === 0) this.known.set(constant, known);
    }
    return isMutable ? join([known, open(`'${name}' may be set at run time`)]) : known;
  }

  private named(path: Node): Possible {
    if (path.type === 'self') return open('computed at run time');
    const local = /^(?:type_)?identifier$/.test(path.type) ? this.locals.value(path) : undefined;
    if (local) return local;
    const { name, qualifier } = lastOfPath(path);
    if (name === 'None') return exactly({ kind: 'record', type: 'None', fields: new Map() });
    const { here, elsewhere, isGuess } = this.constants.meant(path);
    const values = [
      ...here.map((one) => this.constantValue(one)),
      ...elsewhere.map((one) => ofTags(one.value)),
      ...(qualifier === undefined ? [] : this.variant(name, qualifier)),
    ];
    if (isGuess && values.length > 0) values.push(open(`another '${name}' may be meant`));
    return values.length > 0 ? join(values) : open(`'${name}' is not defined in the files at hand`);
  }

  /** A variant without a number of its own. */
  private variant(name: string, owner: string): Possible[] {
    return (this.file.items.declared.get(owner) ?? []).flatMap((node) => {
      const list = node.type === 'enum_item' ? node.childForFieldName('body') : null;
      const isOne =
        list &&
        parts(list).some(
          (one) => one.childForFieldName('name')?.text === name && one.childForFieldName('value') === null,
        );
      return isOne === true ? [exactly({ kind: 'record', type: `${owner}::${name}`, fields: new Map() })] : [];
    });
  }

  /** What the file gives `self.member`, anywhere. */
  private ownMember(expression: Node, member: string): Possible {
    const { members, publicMembers, regions } = this.file.items;
    const type = regions.ownerAt(expression)?.type ?? '';
    const given = [...(members.get(`${type}.${member}`) ?? []), ...(members.get(`.${member}`) ?? [])];
    if (given.length === 0 || !members.has(`${type}.${member}`)) return open(`field '${member}' is set at run time`);
    const values = given.map((value) => {
      const of = this.bindings.functionAt(value);
      const possible = this.possible(value);
      return of ? { ...possible, carried: possible.carried.map((one) => ({ of, ...one })) } : possible;
    });
    const isPublic = publicMembers.has(`${type}.${member}`);
    return join([...values, ...(isPublic ? [open(`field '${member}' is public, and may be set in other files`)] : [])]);
  }

  private called(callee: Node, args: readonly Possible[], generics: readonly Possible[]): Possible | undefined {
    const meant = this.functions.called(callee, args.length);
    if (meant.length > 0)
      return join(
        meant.map((one) =>
          one.takesSelf ? this.run(one, args.slice(1), generics, args[0]) : this.run(one, args, generics),
        ),
      );
    return this.constructed(callee, args);
  }

  /** `Tag(value)` of a structure without names. */
  private constructed(callee: Node, args: readonly Possible[]): Possible | undefined {
    const { name } = lastOfPath(callee);
    const type = name === 'Self' ? this.file.items.regions.ownerAt(callee)?.type : name;
    const isOne = this.file.items.declared.get(type ?? '')?.some((node) => node.type === 'struct_item');
    if (type === undefined || isOne !== true) return undefined;
    const fields = new Map(args.map((value, at) => [String(at), value] as const));
    return exactly({ kind: 'record', type, fields });
  }

  private method(name: Node, object: Possible, args: readonly Possible[]): Possible | undefined {
    const datum = only(object);
    const type = datum?.kind === 'record' ? datum.type.split('::')[0] : this.typeOfObject(name);
    const meant = this.functions.methods(name.text, type, args.length);
    if (meant.length === 0) return undefined;
    return join(meant.map((one) => this.run(one, args, [], datum ? object : undefined)));
  }

  /** The type of `self`, or the one that is written at a parameter. */
  private typeOfObject(name: Node): string | undefined {
    const object = name.parent?.childForFieldName('value');
    if (object?.type === 'self') return this.file.items.regions.ownerAt(object)?.type;
    if (object?.type !== 'identifier' || this.bindings.find(object.text, object)) return undefined;
    const definition = this.bindings.functionAt(object);
    const list = definition?.node.childForFieldName('parameters');
    const parameter = list && parts(list).find((part) => part.childForFieldName('pattern')?.text === object.text);
    const type = parameter?.childForFieldName('type');
    return type ? segmentsOf(type).at(-1) : undefined;
  }

  private run(
    definition: RustFunction,
    args: readonly Possible[],
    generics: readonly Possible[],
    self?: Possible,
  ): Possible {
    if (this.running.length >= MOST_CALLS) return open('its definition goes too deep');
    const constants = definition.parameters.slice(definition.valueCount);
    const given = generics.slice(-constants.length || generics.length);
    const variables = definition.parameters.map((name, at): readonly [string, Possible] => {
      const value = at < definition.valueCount ? args[at] : given[at - definition.valueCount];
      return [name, value ?? open(`parameter '${name}' of ${definition.name}, which the call does not give`)];
    });
    this.running.push(definition);
    const value = this.runner.run(definition.body, new Frame(self ? [...variables, ['self', self]] : variables));
    this.running.pop();
    return typed(value, this.typeOf(definition.node.childForFieldName('return_type')));
  }

  private declaredType(node: Node | null): IntegerType | undefined {
    return this.typeOf(node?.childForFieldName('type') ?? null);
  }

  private typeOf(type: Node | null): IntegerType | undefined {
    if (type === null) return undefined;
    const name = segmentsOf(type).at(-1) ?? '';
    const alias = this.file.paths.aliased(name);
    return alias && alias.id !== type.id ? integerType(segmentsOf(alias).at(-1) ?? '') : integerType(name);
  }
}

const MOST_CALLS = 24;
/** The block of the function that we put around an expansion; items have none. */
function blockOf(root: Node): Node[] {
  const body = parts(root)[0]?.childForFieldName('body');
  return body ? [body] : [];
}
