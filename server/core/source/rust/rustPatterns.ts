/**
 * Patterns of Rust's `match` and `let` against a value: whether they fit, and what their names stand for.
 */
import type { Node } from 'web-tree-sitter';
import { namesIn } from './rustBindings';
import { exactly, only, open, type Datum, type Possible } from './rustData';
import { rustCodes, rustInteger } from './rustLiterals';
import { lastOfPath, parts } from './rustTree';

type Bind = (name: string, value: Possible) => void;
/** What a path in a pattern stands for. */
type Named = (path: Node) => Possible;

export interface Answer {
  /** Undefined: it can't be told. */
  readonly fits: boolean | undefined;
}

const UNTOLD: Answer = { fits: undefined };
const GIVEN = 'given by a pattern';

/** `datum` undefined: of what is matched nothing is known. Names are bound as far as it fits. */
export function matchPattern(
  pattern: Node,
  datum: Datum | undefined,
  named: Named,
  bind: Bind = () => undefined,
): Answer {
  const bindAll = (): Answer => {
    for (const { name } of namesIn(pattern)) bind(name, open(GIVEN));
    return UNTOLD;
  };
  if (pattern.type === 'match_pattern') {
    const inner = parts(pattern).find((part) => part.id !== pattern.childForFieldName('condition')?.id);
    return inner ? matchPattern(inner, datum, named, bind) : { fits: true };
  }
  if (pattern.type === '_') return { fits: true };
  if (datum === undefined) return bindAll();
  switch (pattern.type) {
    case 'identifier':
      return matchName(pattern, datum, named, bind);
    case 'mut_pattern':
    case 'ref_pattern':
    case 'reference_pattern': {
      const inner = parts(pattern).find((part) => part.type !== 'mutable_specifier');
      return inner ? matchPattern(inner, datum, named, bind) : UNTOLD;
    }
    case 'integer_literal':
    case 'negative_literal':
    case 'char_literal':
    case 'boolean_literal':
      return matchLiteral(pattern.text, datum);
    case 'scoped_identifier':
      return matchPath(pattern, datum, named);
    case 'tuple_pattern':
    case 'tuple_struct_pattern':
      return matchTuple(pattern, datum, named, bind) ?? bindAll();
    case 'or_pattern': {
      const answers = parts(pattern).map((part) => matchPattern(part, datum, named).fits);
      for (const { name } of namesIn(pattern)) bind(name, open(GIVEN));
      return answers.includes(true) ? { fits: true } : answers.includes(undefined) ? UNTOLD : { fits: false };
    }
    default:
      return bindAll();
  }
}

function matchName(pattern: Node, datum: Datum, named: Named, bind: Bind): Answer {
  // Names in capitals are constants; those that begin with one, variants.
  if (/^[A-Z]/.test(pattern.text)) return matchPath(pattern, datum, named);
  bind(pattern.text, exactly(datum));
  return { fits: true };
}

function matchLiteral(text: string, datum: Datum): Answer {
  if (datum.kind === 'truth') return { fits: text === String(datum.value) };
  if (datum.kind !== 'integer') return UNTOLD;
  const negative = text.startsWith('-');
  const spelled = negative ? text.slice(1).trim() : text;
  const code = /^b?'/.test(spelled) ? rustCodes(spelled)?.[0] : undefined;
  const value = code === undefined ? rustInteger(spelled)?.value : BigInt(code);
  return value === undefined ? UNTOLD : { fits: datum.value === (negative ? -value : value) };
}

function matchPath(pattern: Node, datum: Datum, named: Named): Answer {
  if (datum.kind === 'record') {
    const { name, qualifier } = lastOfPath(pattern);
    const isVariant = /^(?:None|Some|Ok|Err)$/.test(name);
    if (isVariant && /^(?:None|Some|Ok|Err)$/.test(datum.type)) return { fits: name === datum.type };
    if (qualifier !== undefined && datum.type.includes('::'))
      return { fits: datum.type === `${qualifier}::${name}` || undefined };
    return UNTOLD;
  }
  const value = only(named(pattern));
  return value?.kind === 'integer' && datum.kind === 'integer' ? { fits: value.value === datum.value } : UNTOLD;
}

/** Undefined: what stands in it can't be told. */
function matchTuple(pattern: Node, datum: Datum, named: Named, bind: Bind): Answer | undefined {
  const type = pattern.childForFieldName('type');
  // `_` is no named node.
  const inner = pattern.children.filter((part) => part.id !== type?.id && !/^[(),]$|comment/.test(part.type));
  if (inner.some((part) => part.type === 'remaining_field_pattern')) return undefined;
  let values: readonly (Possible | undefined)[];
  if (type) {
    if (datum.kind !== 'record') return undefined;
    const fits = matchPath(type, datum, named).fits;
    const isOwn = lastOfPath(type).name === datum.type;
    if (fits === false) return { fits: false };
    if (fits === undefined && !isOwn) return undefined;
    values = inner.map((_, at) => datum.fields.get(String(at)));
  } else {
    if (datum.kind !== 'list') return undefined;
    values = datum.items;
  }
  const answers = inner.map((part, at) => {
    const value = values[at];
    if (value === undefined) return undefined;
    if (part.type === 'identifier' && !/^[A-Z]/.test(part.text)) {
      bind(part.text, value);
      return true;
    }
    return matchPattern(part, only(value), named, bind).fits;
  });
  return answers.includes(false) ? { fits: false } : answers.includes(undefined) ? UNTOLD : { fits: true };
}
