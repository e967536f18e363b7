/**
 * Values of tag expressions in Rust: literals, `u32::from_ne_bytes(*b"Fred")`, constants, parameters, what `let` binds,
 * small functions of the file's own. Windows is little-endian, so native order is.
 */
import type { Node } from 'web-tree-sitter';
import type { Externals } from '../externals';
import { applyBinary } from '../text/condition';
import { constant, NO_VALUE, unite, unknown, type TagValue } from '../values/evaluate';
import { ownerOf, seenOutside } from '../values/owners';
import { functionAround, type RustConstant, type RustFunction, type RustItems } from './rustItems';
import { fromBytes, rustCodes, rustInteger } from './rustLiterals';
import { descendants, lastOfPath, parts, type RustTrees } from './rustTree';

/** What the parameters of a function that is being evaluated are given. */
type Arguments = ReadonlyMap<string, { readonly node: Node; readonly given: Arguments | undefined }>;

const BINDINGS = ['let_declaration', 'assignment_expression', 'compound_assignment_expr'];
const MOST_DEPTH = 48;
const MOST_STEPS = 2_000;
const TOO_DEEP = 'its definition goes too deep';

export class RustValues {
  /** Names that were looked for in the project's externals. */
  readonly asked = new Set<string>();
  private readonly bound = new Map<RustFunction, Map<string, Node[]>>();
  private depth = 0;
  private steps = MOST_STEPS;

  constructor(
    private readonly items: RustItems,
    private readonly trees: RustTrees,
    private readonly externals: Externals,
  ) {}

  value(node: Node, given?: Arguments): TagValue {
    if (this.depth === 0) this.steps = MOST_STEPS;
    if (this.depth >= MOST_DEPTH || (this.steps -= 1) < 0) return unknown(TOO_DEEP);
    this.depth += 1;
    try {
      return this.valueOf(node, given);
    } finally {
      this.depth -= 1;
    }
  }

  private valueOf(node: Node, given: Arguments | undefined): TagValue {
    switch (node.type) {
      case 'integer_literal':
        return number(rustInteger(node.text));
      case 'char_literal':
        return number(rustCodes(node.text)?.[0]);
      case 'parenthesized_expression':
      case 'unsafe_block':
      case 'const_block':
      case 'reference_expression':
      case 'else_clause':
        return this.value(parts(node).at(-1) ?? node, given);
      case 'unary_expression':
        return this.unary(node, given);
      case 'type_cast_expression':
        return this.cast(node, given);
      case 'binary_expression':
        return this.binary(node, given);
      case 'block':
        return this.block(node, given);
      case 'if_expression':
        return this.either([node.childForFieldName('consequence'), node.childForFieldName('alternative')], given);
      case 'match_expression':
        return this.either(
          descendants(node, ['match_arm']).map((arm) => arm.childForFieldName('value')),
          given,
        );
      case 'identifier':
      case 'scoped_identifier':
        return this.named(node, given);
      case 'call_expression':
        return this.called(node, given);
      case 'field_expression':
        return this.member(node);
      case 'macro_invocation':
        return unknown(`computed by macro ${node.childForFieldName('macro')?.text.slice(0, 80) ?? ''}!`);
      default:
        return unknown('computed at run time');
    }
  }

  /** What the file gives `self.member`, anywhere. */
  private member(node: Node): TagValue {
    const member = node.childForFieldName('field')?.text ?? '';
    const type =
      node.childForFieldName('value')?.type === 'self' ? this.items.typeAt(this.trees.offset(node)) : undefined;
    const given = type === undefined ? [] : (this.items.members.get(`${type}.${member}`) ?? []);
    if (given.length === 0) return unknown(`field '${member}' is set at run time`);
    return unite(
      given.map((value) => {
        const offset = this.trees.offset(value);
        const definition = functionAround(this.items.functions, offset);
        return seenOutside(
          this.value(value),
          ownerOf({ offset, ...(definition && { function: definition }) }, undefined),
        );
      }),
    );
  }

  private unary(node: Node, given: Arguments | undefined): TagValue {
    const operand = parts(node)[0];
    const value = operand ? this.value(operand, given) : NO_VALUE;
    const operator = node.text.charAt(0);
    if (operator === '*') return value;
    return { ...value, tags: value.tags.map((tag) => (operator === '!' ? ~tag : -tag) >>> 0) };
  }

  private cast(node: Node, given: Arguments | undefined): TagValue {
    const operand = node.childForFieldName('value');
    const type = node.childForFieldName('type')?.text ?? '';
    const value = operand ? this.value(operand, given) : NO_VALUE;
    const mask = /^(?:[ui]8|UCHAR|BYTE)$/.test(type)
      ? 0xff
      : /^(?:[ui]16|USHORT|WORD)$/.test(type)
        ? 0xffff
        : 0xffffffff;
    return { ...value, tags: value.tags.map((tag) => (tag & mask) >>> 0) };
  }

  private binary(node: Node, given: Arguments | undefined): TagValue {
    const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
    if (left === null || right === null) return NO_VALUE;
    const [a, b] = [this.value(left, given), this.value(right, given)];
    const operator = node.childForFieldName('operator')?.text ?? '';
    const tags = a.tags.flatMap((x) => b.tags.map((y) => applyBinary(operator, x, y)));
    const known = tags.filter((tag) => tag !== undefined).map((tag) => tag >>> 0);
    if (a.parameters.length + b.parameters.length > 0)
      return unite([unknown('computed from a parameter'), { ...NO_VALUE, tags: known }]);
    return unite([{ ...NO_VALUE, tags: known, reasons: [...a.reasons, ...b.reasons] }]);
  }

  /** A block is what its last expression is; statements in front of it bind names. */
  private block(node: Node, given: Arguments | undefined): TagValue {
    const last = parts(node).at(-1);
    if (last === undefined) return NO_VALUE;
    const expression = last.type === 'expression_statement' ? parts(last)[0] : last;
    return expression && !/;\s*$/.test(last.text.slice(-2))
      ? this.value(expression, given)
      : unknown('computed at run time');
  }

  private either(nodes: readonly (Node | null)[], given: Arguments | undefined): TagValue {
    return unite(nodes.flatMap((node) => (node === null ? [] : [this.value(node, given)])));
  }

  private named(node: Node, given: Arguments | undefined): TagValue {
    const { name, qualifier } = lastOfPath(node);
    const argument = qualifier === undefined ? given?.get(name) : undefined;
    if (argument) return this.value(argument.node, argument.given);
    const offset = this.trees.offset(node);
    const local = qualifier === undefined ? this.local(name, offset, given) : undefined;
    if (local) return local;
    const found = this.constants(node);
    if (found.length === 0) return this.elsewhere(name);
    return unite(found.map((one) => this.constantValue(one)));
  }

  /** The constants of the file that a path may mean: the innermost that is seen there, else all of that name. */
  constants(path: Node): readonly RustConstant[] {
    const { name, qualifier } = lastOfPath(path);
    const all = this.items.constants.get(name) ?? [];
    const offset = this.trees.offset(path);
    if (qualifier === undefined || /^(?:self|super|crate)$/.test(qualifier)) {
      const free = all.filter((one) => !one.isMember);
      const seen = free.filter((one) => one.seenFrom <= offset && offset < one.seenTo);
      const innermost = seen.reduce<RustConstant | undefined>(
        (a, b) => (a && a.seenFrom > b.seenFrom ? a : b),
        undefined,
      );
      return innermost ? [innermost] : free.filter((one) => !one.isLocal);
    }
    const scope = qualifier === 'Self' ? this.items.typeAt(offset) : qualifier;
    return all.filter((one) => one.scope === scope);
  }

  private constantValue({ name, value, isMutable }: RustConstant): TagValue {
    if (value === undefined) return unknown(`'${name}' has no value here`);
    const initial = this.value(value);
    return isMutable ? unite([initial, unknown(`'${name}' may be set at run time`)]) : initial;
  }

  private elsewhere(name: string): TagValue {
    this.asked.add(name);
    const found = this.externals.values.get(name) ?? [];
    if (found.length > 0) return unite(found.map((one) => one.value));
    return unknown(`'${name}' is not defined in the files at hand`);
  }

  /** A parameter, or what `let` and assignments give a name in the function around; undefined when it is neither. */
  private local(name: string, offset: number, given: Arguments | undefined): TagValue | undefined {
    const definition = functionAround(this.items.functions, offset);
    if (definition === undefined) return undefined;
    const isParameter = definition.parameters.includes(name);
    const values: TagValue[] = isParameter ? [{ ...NO_VALUE, parameters: [name] }] : [];
    let declared = isParameter;
    for (const node of this.bindings(definition).get(name) ?? []) {
      const value = node.childForFieldName(node.type === 'let_declaration' ? 'value' : 'right');
      if (node.type === 'let_declaration') declared = true;
      if (node.type === 'compound_assignment_expr') values.push(unknown(`'${name}' is computed at run time`));
      else if (value !== null) values.push(this.value(value, given));
    }
    if (!declared) return undefined;
    return values.length > 0 ? unite(values) : unknown(`'${name}' has no value that is seen here`);
  }

  /** What `let` and assignments of a function bind, by name. */
  private bindings(definition: RustFunction): ReadonlyMap<string, readonly Node[]> {
    let found = this.bound.get(definition);
    if (found === undefined) this.bound.set(definition, (found = new Map<string, Node[]>()));
    else return found;
    for (const node of descendants(definition.body, BINDINGS)) {
      const target = node.childForFieldName(node.type === 'let_declaration' ? 'pattern' : 'left')?.text ?? '';
      const name = target.replace(/^mut\s+/, '');
      const list = found.get(name);
      if (list) list.push(node);
      else found.set(name, [node]);
    }
    return found;
  }

  private called(node: Node, given: Arguments | undefined): TagValue {
    const callee = node.childForFieldName('function');
    const args = parts(node.childForFieldName('arguments') ?? node);
    if (callee === null) return NO_VALUE;
    if (callee.type === 'field_expression') return this.method(callee, given);
    const { name } = lastOfPath(callee);
    const order = /^from_(ne|le|be)_bytes$/.exec(name)?.[1];
    const [first] = args;
    if (order !== undefined && first) {
      const bytes = this.bytes(first, given);
      const value = bytes && fromBytes(bytes, order === 'be' ? 'big' : 'little');
      return value === undefined ? unknown('its bytes are not known') : constant(value);
    }
    if (first && args.length === 1 && /^(?:from|to_le|from_le)$/.test(name)) return this.value(first, given);
    const own = this.ownFunction(name, args.length);
    return own ? this.value(own.body, bind(own, args, given)) : unknown(`computed at run time by ${name.slice(0, 80)}`);
  }

  private method(callee: Node, given: Arguments | undefined): TagValue {
    const object = callee.childForFieldName('value');
    const name = callee.childForFieldName('field')?.text ?? '';
    if (object === null) return NO_VALUE;
    if (/^(?:into|to_le|clone)$/.test(name)) return this.value(object, given);
    if (name !== 'swap_bytes' && name !== 'to_be') return unknown(`computed at run time by ${name.slice(0, 80)}`);
    const value = this.value(object, given);
    const swapped = value.tags.flatMap(
      (tag) => fromBytes([tag & 0xff, (tag >>> 8) & 0xff, (tag >>> 16) & 0xff, tag >>> 24], 'big') ?? [],
    );
    return { ...value, tags: swapped };
  }

  /** The one function of the file of that name that does nothing but give a value. */
  private ownFunction(name: string, count: number): RustFunction | undefined {
    const own = this.items.functions.filter(
      (one) => one.name.split('::').at(-1) === name && one.parameters.length === count,
    );
    const [only] = own;
    return own.length === 1 && only && parts(only.body).length === 1 ? only : undefined;
  }

  /** Bytes of an array or a string; undefined where they are not known. */
  private bytes(node: Node, given: Arguments | undefined): readonly number[] | undefined {
    if (this.depth >= MOST_DEPTH || (this.steps -= 1) < 0) return undefined;
    this.depth += 1;
    try {
      return this.bytesOf(node, given);
    } finally {
      this.depth -= 1;
    }
  }

  private bytesOf(node: Node, given: Arguments | undefined): readonly number[] | undefined {
    const children = parts(node);
    const [first] = children;
    switch (node.type) {
      case 'string_literal':
      case 'raw_string_literal':
        return rustCodes(node.text);
      case 'unary_expression':
      case 'reference_expression':
      case 'parenthesized_expression':
        return first && this.bytes(first, given);
      case 'array_expression': {
        const values = children.slice(0, 8).map((child) => this.value(child, given).tags);
        return values.every((tags) => tags.length === 1) ? values.map(([tag]) => tag ?? 0) : undefined;
      }
      case 'identifier':
      case 'scoped_identifier': {
        const argument = given?.get(node.text);
        if (argument) return this.bytes(argument.node, argument.given);
        const [only, ...more] = this.constants(node);
        return only?.value && more.length === 0 ? this.bytes(only.value, undefined) : undefined;
      }
      default:
        return undefined;
    }
  }
}

function bind(own: RustFunction, args: readonly Node[], given: Arguments | undefined): Arguments {
  return new Map(
    own.parameters.flatMap((name, at) => {
      const node = args[at];
      return node ? [[name, { node, given }] as const] : [];
    }),
  );
}

function number(value: number | undefined): TagValue {
  return value === undefined || value > 0xffffffff ? unknown('a literal that is no tag') : constant(value);
}
