/**
 * Arrays, slices and structures in Rust expressions: what they are made of, and what is taken out of them.
 */
import type { Node } from 'web-tree-sitter';
import { elementOf } from './rustBuiltins';
import { change, exactly, join, list, only, open, type Possible } from './rustData';
import { lastOfPath, parts } from './rustTree';

/** Evaluates a part of the expression. */
type Value = (part: Node | null | undefined) => Possible;

const AT_RUN_TIME = 'computed at run time';
const MOST_ITEMS = 256;

export function indexed(node: Node, value: Value): Possible {
  const [target, index] = parts(node);
  const object = value(target);
  if (index?.type === 'range_expression') return sliced(object, index, value);
  const at = only(value(index));
  if (at?.kind === 'integer') return elementOf(object, Number(at.value));
  // Any of the elements.
  return change(object, (datum) => (datum.kind === 'list' ? join(datum.items) : open(AT_RUN_TIME)));
}

function sliced(object: Possible, range: Node, value: Value): Possible {
  const match = /^(.*?)(\.\.=?)(.*)$/s.exec(range.text);
  const ends = parts(range);
  const first = match?.[1]?.trim() === '' ? undefined : ends[0];
  const last = match?.[3]?.trim() === '' ? undefined : ends.at(-1);
  const from = first ? only(value(first)) : ({ kind: 'integer', value: 0n } as const);
  const to = last ? only(value(last)) : ({ kind: 'integer', value: BigInt(MOST_ITEMS) } as const);
  if (from?.kind !== 'integer' || to?.kind !== 'integer') return open(AT_RUN_TIME);
  const end = Number(to.value) + (match?.[2] === '..=' ? 1 : 0);
  return change(object, (datum) => {
    if (datum.kind === 'text') return exactly({ kind: 'text', bytes: datum.bytes.slice(Number(from.value), end) });
    return datum.kind === 'list' ? list(datum.items.slice(Number(from.value), end)) : open(AT_RUN_TIME);
  });
}

export function array(node: Node, value: Value): Possible {
  const length = node.childForFieldName('length');
  const items = parts(node);
  if (length === null)
    return items.length > MOST_ITEMS ? open('it has too many values') : list(items.map((item) => value(item)));
  const count = only(value(length));
  const [item] = items;
  if (count?.kind !== 'integer' || count.value > BigInt(MOST_ITEMS) || item === undefined) return open(AT_RUN_TIME);
  const each = value(item);
  return list(Array.from({ length: Number(count.value) }, () => each));
}

export function structure(node: Node, selfAt: (node: Node) => string | undefined, value: Value): Possible {
  const name = node.childForFieldName('name');
  const fields = new Map<string, Possible>();
  let base: Possible | undefined;
  for (const field of parts(node.childForFieldName('body') ?? node)) {
    const short = field.type === 'shorthand_field_initializer' ? parts(field)[0] : undefined;
    const member = short ?? field.childForFieldName('field');
    if (field.type === 'base_field_initializer') base = value(parts(field)[0]);
    else if (member) fields.set(member.text, value(short ?? field.childForFieldName('value')));
  }
  const written = name ? lastOfPath(name).name : '';
  const type = written === 'Self' ? (selfAt(node) ?? '') : written;
  const from = base && only(base);
  const all = from?.kind === 'record' ? new Map([...from.fields, ...fields]) : fields;
  return exactly({ kind: 'record', type, fields: all });
}
