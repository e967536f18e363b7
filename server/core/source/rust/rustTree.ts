/**
 * Rust text as tree-sitter's trees: one of the file, and one for what stands in each macro's brackets that is of interest,
 * which the grammar leaves as tokens. Offsets are those of the file. Bounded; free the trees when done.
 */
import type { Node, Parser, Tree } from 'web-tree-sitter';
import type { Piece } from './rustMacros';

/** Text past this size is not read: bindings that a tool made. */
export const MOST_RUST_UNITS = 8_000_000;
const MOST_PARSE_STEPS = 400_000;
/** Macros' insides parsed for one file, in characters: macros may stand in each other. */
const MOST_INSIDE = 4_000_000;

/** What is put around a macro's arguments; no item of the file. */
export const AROUND_ARGUMENTS = 'poollens_arguments';
const BODY_PREFIX = `fn ${AROUND_ARGUMENTS}(){`;
const CALL_PREFIX = `${BODY_PREFIX}m(`;

/** Where the text of a tree comes from. */
interface Origin {
  readonly text: string;
  readonly base: number;
  /** The use of the macro that it is the inside or the expansion of. */
  readonly use?: Node;
  /** Of an expansion: stretches of the tree's text that stand in the file, ascending. */
  readonly given?: readonly { readonly start: number; readonly end: number; readonly from: number }[];
}

export class RustTrees {
  private readonly origins = new Map<Tree, Origin>();
  private inside = 0;

  constructor(private readonly parser: Parser) {}

  file(text: string): Node | undefined {
    return this.parse(text, { base: 0 });
  }

  /** The inside of a macro's brackets: its arguments as those of a call, or the items and statements between braces. */
  macro(tokens: Node, use: Node): Node | undefined {
    const { text } = tokens;
    if ((this.inside += text.length) > MOST_INSIDE) return undefined;
    const inner = text.slice(1, -1);
    const base = this.offset(tokens) + 1;
    const origin = { use, ...(this.isExpanded(use) && { given: [] }) };
    // lazy_static's `static ref NAME` is a static.
    if (text.startsWith('{')) return this.parse(inner.replace(/\bstatic\s+ref\b/g, blankRef), { base, ...origin });
    return this.parse(`${CALL_PREFIX}${inner}\n);}`, { base: base - CALL_PREFIX.length, ...origin });
  }

  /** What a use of a macro stands for: items where items stand, else statements. `argumentsAt`: where its arguments begin in its tree. */
  expansion(pieces: readonly Piece[], use: Node, argumentsAt: number): Node | undefined {
    const isItem = /^(?:source_file|declaration_list)$/.test(
      use.parent?.type === 'expression_statement' ? (use.parent.parent?.type ?? '') : (use.parent?.type ?? ''),
    );
    let text = isItem ? '' : BODY_PREFIX;
    const given: { start: number; end: number; from: number }[] = [];
    for (const piece of pieces) {
      const start = text.length;
      text += piece.text;
      if (piece.from !== undefined)
        given.push({ start, end: text.length, from: this.offsetIn(use.tree, argumentsAt + piece.from) });
    }
    if ((this.inside += text.length) > MOST_INSIDE) return undefined;
    return this.parse(isItem ? text : `${text}\n}`, { base: 0, use, given });
  }

  /** Where a node begins in the file; of what a macro puts in itself, where the macro is used. */
  offset(node: Node): number {
    return this.offsetIn(node.tree, node.startIndex);
  }

  end(node: Node): number {
    const origin = this.origins.get(node.tree);
    if (origin?.given === undefined || origin.use === undefined) return node.endIndex + (origin?.base ?? 0);
    const given = origin.given.find(({ start, end }) => start < node.endIndex && node.endIndex <= end);
    return given ? given.from + node.endIndex - given.start : this.end(origin.use);
  }

  /** The use of a macro whose inside or expansion a node stands in. */
  useAround(node: Node): Node | undefined {
    return this.origins.get(node.tree)?.use;
  }

  /** Of a node in an expansion: whether the macro was given it; false for what it puts in itself, and elsewhere. */
  isGiven(node: Node): boolean {
    const { startIndex } = node;
    return (
      this.origins.get(node.tree)?.given?.some(({ start, end }) => start <= startIndex && startIndex < end) === true
    );
  }

  /** Text of a node's tree between two places. */
  between(node: Node, start: number, end: number): string {
    return this.origins.get(node.tree)?.text.slice(start, end) ?? '';
  }

  isExpanded(node: Node): boolean {
    return this.origins.get(node.tree)?.given !== undefined;
  }

  dispose(): void {
    for (const tree of this.origins.keys()) tree.delete();
  }

  private offsetIn(tree: Tree, index: number): number {
    const origin = this.origins.get(tree);
    if (origin?.given === undefined || origin.use === undefined) return index + (origin?.base ?? 0);
    const given = origin.given.find(({ start, end }) => start <= index && index < end);
    return given ? given.from + index - given.start : this.offset(origin.use);
  }

  private parse(text: string, origin: Omit<Origin, 'text'>): Node | undefined {
    let steps = 0;
    // A true answer stops the parser; the declared type says nothing is returned.
    const stop = (): boolean => (steps += 1) > MOST_PARSE_STEPS;
    const tree = this.parser.parse(text, null, { progressCallback: stop });
    if (tree === null) {
      this.parser.reset();
      return undefined;
    }
    this.origins.set(tree, { ...origin, text });
    return tree.rootNode;
  }
}

function blankRef(words: string): string {
  return `${words.slice(0, -3)}   `;
}

/** Nodes of these types below a node, in the order of the text. */
export function descendants(node: Node, types: readonly string[]): Node[] {
  return node.descendantsOfType([...types]);
}

/** Children that say something: comments and attributes stand between them anywhere. */
export function parts(node: Node): Node[] {
  return node.namedChildren.filter((child) => !/^(?:line_comment|block_comment|attribute_item)$/.test(child.type));
}

/** Parts of a path, generic arguments aside: `Pool`, `alloc` of `Pool::<8>::alloc`, `Foo`, `TAG` of `<Foo as Tagged>::TAG`. */
export function segmentsOf(node: Node): string[] {
  const found: string[] = [];
  let at: Node | null = node;
  for (let depth = 0; at !== null && depth < MOST_SEGMENTS; depth += 1) {
    switch (at.type) {
      case 'scoped_identifier':
      case 'scoped_type_identifier':
        found.unshift(wordOf(at.childForFieldName('name')));
        at = at.childForFieldName('path');
        break;
      case 'generic_function':
        at = at.childForFieldName('function');
        break;
      case 'generic_type':
      case 'generic_type_with_turbofish':
      case 'qualified_type':
      case 'reference_type':
        at = at.childForFieldName('type');
        break;
      case 'bracketed_type':
        at = parts(at)[0] ?? null;
        break;
      case 'field_expression':
        return [];
      default:
        found.unshift(wordOf(at));
        at = null;
    }
  }
  return found;
}

const MOST_SEGMENTS = 64;

function wordOf(node: Node | null): string {
  return node?.text.slice(0, 200).replace(/^r#/, '') ?? '';
}

/** A path's last part, and the one in front of it. */
export function lastOfPath(node: Node): { readonly name: string; readonly qualifier?: string } {
  const segments = segmentsOf(node);
  const qualifier = segments.at(-2);
  return { name: segments.at(-1) ?? '', ...(qualifier !== undefined && { qualifier }) };
}

/** The generic arguments of the last part of a path that has some, and the name they stand behind. */
export function genericsOf(node: Node): { readonly name: string; readonly args: readonly Node[] } | undefined {
  const list = node.childForFieldName('type_arguments');
  const named = node.childForFieldName(node.type === 'generic_function' ? 'function' : 'type');
  if (list === null || named === null) return undefined;
  return { name: segmentsOf(named).at(-1) ?? '', args: parts(list) };
}
