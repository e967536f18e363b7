/**
 * What local names of Rust functions stand for: parameters, `let` with the assignments behind it, patterns, and generic
 * constants of the type around.
 */
import type { Node } from 'web-tree-sitter';
import { templateKey } from '../syntax/templates';
import { NO_VALUE } from '../values/evaluate';
import type { Binding, RustBindings } from './rustBindings';
import { join, NOTHING, only, open, type Possible } from './rustData';
import { constantGenerics, type RustFunction, type RustItems } from './rustItems';
import { typed } from './rustOperators';
import { matchPattern } from './rustPatterns';
import { genericsOf } from './rustTree';
import { type IntegerType } from './rustTypes';

/** Methods that leave their object as it is. */
const READS =
  /^(?:into|to_\w+|as_\w+|clone|swap_bytes|len|is_\w+|iter|wrapping_\w+|rotate_\w+|checked_\w+|unwrap\w*|expect|count_\w+|get|first|last|cast|copied|add|sub|offset)$/;

export class RustLocals {
  constructor(
    private readonly items: RustItems,
    private readonly bindings: RustBindings,
    private readonly evaluate: (node: Node) => Possible,
    private readonly named: (path: Node) => Possible,
    private readonly typeOf: (type: Node | null) => IntegerType | undefined,
  ) {}

  /** What a name declared in the function around stands for; undefined when it is none. */
  value(path: Node): Possible | undefined {
    const binding = this.bindings.find(path.text, path);
    if (binding) return this.bound(binding);
    const definition = this.bindings.functionAt(path);
    if (definition?.parameters.includes(path.text) === true) return this.parameter(definition, path.text);
    return this.genericOfType(path);
  }

  private parameter(definition: RustFunction, name: string): Possible {
    const given: Possible = { data: [], carried: [{ name, steps: '' }], reasons: [] };
    return join([given, ...this.stored(name, definition.body)]);
  }

  /** `TAG` in `impl<const TAG: u32> Pool<TAG>`: what the file's and the project's uses of the type put in. */
  private genericOfType(path: Node): Possible | undefined {
    const owner = this.items.regions.find(path, ({ node }) => /^(?:impl|trait)_item$/.test(node.type))?.node;
    if (owner === undefined || !constantGenerics(owner).includes(path.text)) return undefined;
    const type = owner.childForFieldName('type');
    const generics = type && genericsOf(type);
    const at = generics?.args.findIndex((arg) => arg.text === path.text) ?? -1;
    if (!generics || at < 0) return open(`parameter '${path.text}' of a type`);
    const otherwise = `parameter '${path.text}' of ${generics.name}, which is never used here`;
    const arriving = [{ key: templateKey(generics.name), index: generics.args.length - 1 - at, otherwise }];
    return { ...NOTHING, others: { ...NO_VALUE, arriving } };
  }

  private bound({ name, node, pattern, isMutable }: Binding): Possible {
    switch (node.type) {
      case 'let_declaration': {
        const initial = node.childForFieldName('value');
        if (pattern.type !== 'identifier') return this.byPattern(name, pattern, initial);
        const first = initial ? [typed(this.evaluate(initial), this.typeOf(node.childForFieldName('type')))] : [];
        const later = isMutable || initial === null ? this.stored(name, node) : [];
        return join([...first, ...later]);
      }
      case 'for_expression': {
        const items = only(this.evaluate(node.childForFieldName('value') ?? node));
        if (pattern.type === 'identifier' && items?.kind === 'list') return join(items.items);
        return open(`'${name}' is set at run time`);
      }
      case 'let_condition':
        return this.byPattern(name, pattern, node.childForFieldName('value'));
      case 'closure_expression':
        return open(`'${name}' is given to a closure`);
      default:
        return open(`'${name}' is given by a pattern`);
    }
  }

  private byPattern(name: string, pattern: Node, value: Node | null): Possible {
    let found: Possible | undefined;
    const datum = value ? only(this.evaluate(value)) : undefined;
    matchPattern(
      pattern,
      datum,
      (path) => this.named(path),
      (one, bound) => {
        if (one === name) found = bound;
      },
    );
    return found ?? open(`'${name}' is given by a pattern`);
  }

  /** What assignments in the function give a local, and that it may be changed otherwise. */
  private stored(name: string, around: Node): Possible[] {
    return this.bindings.storesTo(name, around).flatMap((node) => {
      const left = node.childForFieldName('left');
      if (
        node.type === 'call_expression' &&
        READS.test(node.childForFieldName('function')?.childForFieldName('field')?.text ?? '')
      )
        return [];
      const right =
        node.type === 'assignment_expression' && left?.type === 'identifier' ? node.childForFieldName('right') : null;
      return [right ? this.evaluate(right) : open(`'${name}' is computed at run time`)];
    });
  }
}
