/**
 * Sites in Rust: calls of the catalogue's functions and of wrappers, KMDF's functions through the macro that reaches
 * their table, and the tag members of the catalogue's structures.
 */
import type { Node } from 'web-tree-sitter';
import type { Allocator } from '../../tags/allocators';
import { calledAllocator } from '../calls/calls';
import { structuresWith, tagMember, taggedStructure } from '../calls/fields';
import type { RawSite } from '../calls/rawSites';
import type { Wrapper } from '../externals';
import type { Token } from '../text/lexer';
import { NO_VALUE, unite, unknown, type TagValue } from '../values/evaluate';
import { takeSteps } from './rustBuiltins';
import type { RustCallees } from './rustCallees';
import type { RustItems } from './rustItems';
import type { RustPaths } from './rustPaths';
import { descendants, genericsOf, lastOfPath, parts, type RustTrees } from './rustTree';
import type { RustValues } from './rustValues';

export interface RustReader {
  readonly items: RustItems;
  readonly trees: RustTrees;
  readonly values: RustValues;
  readonly paths: RustPaths;
  readonly callees: RustCallees;
  readonly wrappers: (name: string) => readonly Wrapper[];
  /** Told of each tag argument and what it stands for, for navigation. */
  readonly spelled: (argument: Node, value: TagValue) => void;
}

/** The macro of wdk-sys that calls a KMDF function: its name, then its arguments without the driver's globals. */
const WDF_CALL = 'call_unsafe_wdf_function_binding';

/** Everything below a root: of the file, or of what stands in a macro's brackets. */
export function readRustSites(root: Node, reader: RustReader): RawSite[] {
  const found: RawSite[] = [];
  const types = ['call_expression', 'macro_invocation', 'struct_expression', 'assignment_expression'];
  for (const node of descendants(root, types)) {
    const site =
      node.type === 'call_expression'
        ? readCall(node, reader)
        : node.type === 'struct_expression'
          ? readStructure(node, reader)
          : node.type === 'assignment_expression'
            ? readAssignment(node, reader)
            : undefined;
    if (site) found.push(site);
  }
  return found;
}

/** The call a macro's brackets hold, when the macro is KMDF's: `node` is the root of its inside. */
export function readWdfCall(inside: Node, reader: RustReader): RawSite | undefined {
  const [call] = descendants(inside, ['call_expression']);
  const [name, ...args] = parts(call?.childForFieldName('arguments') ?? inside);
  const allocator = name?.type === 'identifier' ? calledAllocator(name.text) : undefined;
  return name && allocator ? allocatorSite(name, allocator, args, reader) : undefined;
}

export function isWdfCall(macro: Node): boolean {
  const name = macro.childForFieldName('macro');
  return name !== null && lastOfPath(name).name === WDF_CALL;
}

function readCall(node: Node, reader: RustReader): RawSite | undefined {
  const callee = node.childForFieldName('function');
  const list = node.childForFieldName('arguments');
  if (callee === null || list === null) return undefined;
  const isMethod = callee.type === 'field_expression';
  const named = isMethod ? callee.childForFieldName('field') : nameNode(callee);
  if (named === null) return undefined;
  const args = parts(list);
  const allocator = isMethod ? undefined : reader.callees.allocator(named, callee);
  if (allocator) return allocatorSite(named, allocator, args, reader);
  if (/^(?:std|core|alloc)::/.test(callee.text) || reader.wrappers(named.text).length === 0) return undefined;
  return wrapperSite({ name: named, callee, isMethod, args }, reader);
}

function nameNode(callee: Node): Node | null {
  if (callee.type === 'identifier') return callee;
  if (callee.type === 'scoped_identifier') return callee.childForFieldName('name');
  const inner = callee.type === 'generic_function' ? callee.childForFieldName('function') : null;
  return inner === null ? null : inner.type === 'field_expression' ? inner.childForFieldName('field') : nameNode(inner);
}

function qualifierOf(callee: Node, { items, paths }: RustReader): string | undefined {
  const { qualifier } = lastOfPath(callee);
  if (qualifier === 'Self') return items.regions.ownerAt(callee)?.type;
  const alias = qualifier === undefined ? undefined : paths.aliased(qualifier);
  return alias ? lastOfPath(alias).name : qualifier;
}

function allocatorSite(name: Node, allocator: Allocator, args: readonly Node[], reader: RustReader): RawSite {
  const argument = allocator.tagPosition > 0 ? args[allocator.tagPosition - 1] : undefined;
  const value = argument
    ? reader.values.value(argument)
    : allocator.tagPosition > 0
      ? unknown('the call has too few arguments')
      : NO_VALUE;
  if (argument) reader.spelled(argument, value);
  return {
    ...siteAt(name, reader),
    api: allocator.name,
    role: allocator.role,
    evidence: 'call',
    value,
    ...(argument && tagTokens(argument, reader.trees)),
    passes: [],
    ...(/^Wdf/.test(allocator.name) && value.tags.includes(0) && { driverDefault: true }),
  };
}

interface WrapperCall {
  readonly name: Node;
  readonly callee: Node;
  readonly isMethod: boolean;
  readonly args: readonly Node[];
}

function wrapperSite(call: WrapperCall, reader: RustReader): RawSite | undefined {
  const { name, callee, isMethod } = call;
  const qualifier = isMethod ? undefined : qualifierOf(callee, reader);
  for (const wrapper of reader.wrappers(name.text)) {
    const meant = isMethod ? wrapper.scope !== undefined : wrapper.scope === undefined || wrapper.scope === qualifier;
    const args = meant && wrapper.kind === 'function' ? argumentsFor(wrapper, call, reader) : undefined;
    if (args === undefined) continue;
    const values = args.map(({ node, steps }) => {
      if (node === undefined) return unknown('the call does not say it');
      const value = reader.values.taken(node, (possible) => takeSteps(possible, steps));
      reader.spelled(node, value);
      return value;
    });
    const first = args[0]?.node;
    return {
      ...siteAt(name, reader),
      api: wrapper.api,
      role: wrapper.role,
      evidence: 'wrapper',
      via: name.text,
      value: unite([...values, { ...NO_VALUE, tags: wrapper.fixed, reasons: wrapper.rust?.reasons ?? [] }]),
      ...(first && tagTokens(first, reader.trees)),
      passes: wrapper.carries.length > 0 ? [{ wrapper, values }] : [],
      ...(wrapper.keeps && { keeps: true }),
    };
  }
  return undefined;
}

/** What a call gives the parameters that become the tag; undefined when it is no call of the wrapper, or says nothing of them. */
function argumentsFor(
  { carries, parameterCount, scope, rust, template }: Wrapper,
  { callee, isMethod, args }: WrapperCall,
  { paths }: RustReader,
): { readonly node: Node | undefined; readonly steps: string }[] | undefined {
  const generics = rust?.generics ?? 0;
  // `Pool::alloc(&pool, …)` names the object as its first argument.
  const extra = !isMethod && scope !== undefined ? args.length + generics - parameterCount : 0;
  if (args.length + generics - extra !== parameterCount || extra < 0 || extra > 1) return undefined;
  if (template && carries.length === 0) {
    const type = callee.childForFieldName('path');
    const written = type && (genericsOf(type) ?? aliasOf(type, paths));
    if (!written) return undefined;
    return template.positions.map((at) => ({ node: written.args.at(-1 - at), steps: '' }));
  }
  if (carries.length === 0) return undefined;
  const constants = generics > 0 ? (genericsOf(callee)?.args ?? []).slice(-generics) : [];
  const valueCount = parameterCount - generics;
  return carries.map((position, at) => ({
    node: position < valueCount ? args[position + extra] : constants[position - valueCount],
    steps: rust?.steps[at] ?? '',
  }));
}

/** The generic arguments of the type an alias names. */
function aliasOf(type: Node, paths: RustPaths): ReturnType<typeof genericsOf> {
  const aliased = paths.aliased(lastOfPath(type).name);
  return aliased && genericsOf(aliased);
}

function tagTokens(node: Node, trees: RustTrees): Pick<RawSite, 'tagTokens'> {
  return trees.isExpanded(node) && !trees.isGiven(node) ? {} : { tagTokens: [tokenOf(node, trees)] };
}

/** `WDF_DRIVER_CONFIG { DriverPoolTag: TAG, .. }`; a short `{ DriverPoolTag }` takes a variable of that name. */
function readStructure(node: Node, reader: RustReader): RawSite | undefined {
  const type = node.childForFieldName('name');
  const structure = type === null ? undefined : taggedStructure(lastOfPath(type).name);
  if (structure === undefined) return undefined;
  for (const field of parts(node.childForFieldName('body') ?? node)) {
    const named = field.childForFieldName('field');
    const value = field.childForFieldName('value');
    if (named?.text === tagMember(structure) && value !== null) return fieldSite(structure, named, value, reader);
  }
  return undefined;
}

/** `config.DriverPoolTag = TAG` where the member's name alone tells the structure, or a `let` tells the object's type. */
function readAssignment(node: Node, reader: RustReader): RawSite | undefined {
  const left = node.childForFieldName('left');
  const right = node.childForFieldName('right');
  const field = left?.type === 'field_expression' ? left.childForFieldName('field') : null;
  if (left === null || right === null || field === null) return undefined;
  const candidates = structuresWith(field.text);
  const [only] = candidates;
  const structure =
    only && candidates.length === 1 && /DriverPoolTag|LogTag/.test(field.text)
      ? only
      : declaredStructure(left.childForFieldName('value'), candidates, reader);
  return structure && fieldSite(structure, field, right, reader);
}

function declaredStructure(
  object: Node | null,
  candidates: readonly Allocator[],
  { items }: RustReader,
): Allocator | undefined {
  if (object?.type !== 'identifier' || candidates.length === 0) return undefined;
  const definition = items.functionAt(object);
  if (definition === undefined) return undefined;
  for (const declaration of descendants(definition.body, ['let_declaration'])) {
    if (declaration.childForFieldName('pattern')?.text !== object.text) continue;
    const value = declaration.childForFieldName('value');
    const type =
      declaration.childForFieldName('type') ??
      (value?.type === 'struct_expression' ? value.childForFieldName('name') : null);
    const name = type === null ? undefined : lastOfPath(type).name;
    return candidates.find((structure) => structure === (name === undefined ? undefined : taggedStructure(name)));
  }
  return undefined;
}

function fieldSite(structure: Allocator, field: Node, value: Node, reader: RustReader): RawSite | undefined {
  const found = reader.values.value(value);
  // A zero says that the member is not used.
  if (found.tags.length === 1 && found.tags[0] === 0 && found.parameters.length + found.reasons.length === 0)
    return undefined;
  reader.spelled(value, found);
  return {
    ...siteAt(field, reader),
    api: structure.name,
    role: structure.role,
    evidence: 'field',
    value: found,
    ...tagTokens(value, reader.trees),
    passes: [],
  };
}

function siteAt(name: Node, { items, trees }: RustReader): Pick<RawSite, 'name' | 'place'> {
  const definition = items.functionAt(name);
  return {
    name: tokenOf(shown(name, trees), trees),
    place: { offset: trees.offset(name), ...(definition && { function: definition }) },
  };
}

/** Of what a macro puts in itself, the macro's name where it is used. */
function shown(name: Node, trees: RustTrees): Node {
  const use = trees.isExpanded(name) && !trees.isGiven(name) ? trees.useAround(name) : undefined;
  return use ? shown(use.childForFieldName('macro') ?? use, trees) : name;
}

function tokenOf(node: Node, trees: RustTrees): Token {
  return { kind: 'name', text: node.text, start: trees.offset(node), end: trees.end(node) };
}
