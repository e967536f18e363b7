/**
 * What a Rust file's uses of types put into their generic constants: `Pool<{ TAG }>` in types, calls and aliases.
 */
import type { Node } from 'web-tree-sitter';
import type { Flow } from '../flows';
import { templateKey } from '../syntax/templates';
import { ownerOf, seenOutside } from '../values/owners';
import type { RustItems } from './rustItems';
import { descendants, genericsOf, segmentsOf, type RustTrees } from './rustTree';
import type { RustValues } from './rustValues';

/** A type's name with arguments looks like a function's where it stands for a value. */
const TYPES = ['generic_type', 'generic_type_with_turbofish', 'generic_function'];
const CONSTANT = /^(?:block|integer_literal|negative_literal|char_literal)$/;
const MOST_FLOWS = 5_000;

/** Positions count from the last generic argument: lifetimes in front may be left out. */
export function genericFlows(roots: readonly Node[], items: RustItems, trees: RustTrees, values: RustValues): Flow[] {
  const flows: Flow[] = [];
  for (const node of roots.flatMap((root) => descendants(root, TYPES))) {
    const generics = genericsOf(node);
    if (generics === undefined || flows.length > MOST_FLOWS) continue;
    const { name, args } = generics;
    for (const [at, arg] of args.entries()) {
      const isName =
        /^(?:type_identifier|scoped_type_identifier)$/.test(arg.type) &&
        /^[A-Z][A-Z\d_]*$/.test(segmentsOf(arg).at(-1) ?? '');
      if (!CONSTANT.test(arg.type) && !isName) continue;
      const definition = items.functionAt(arg);
      const place = { offset: trees.offset(arg), ...(definition && { function: definition }) };
      const { tags, reasons, arriving = [] } = seenOutside(values.value(arg), ownerOf(place, undefined));
      const to = templateKey(name);
      const parameter = args.length - 1 - at;
      const from = arriving.filter((one) => one.index >= 0 && one.key !== to).map(({ key, index }) => ({ key, index }));
      const isItself = arriving.some((one) => one.key === to);
      if (isItself && tags.length + reasons.length + from.length === 0) continue;
      flows.push({ to, parameter, tags, reasons, ...(from.length > 0 && { from }) });
    }
  }
  return flows;
}
