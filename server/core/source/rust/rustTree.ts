/**
 * Rust text as tree-sitter's trees: one of the file, and one for what stands in each macro's brackets that is of interest,
 * which the grammar leaves as tokens. Offsets are those of the file. Bounded; free the trees when done.
 */
import type { Node, Parser, Tree } from 'web-tree-sitter';

/** Text past this size is not read: bindings that a tool made. */
export const MOST_RUST_UNITS = 8_000_000;
const MOST_PARSE_STEPS = 400_000;
/** Macros' insides parsed for one file, in characters: macros may stand in each other. */
const MOST_INSIDE = 4_000_000;

/** What is put around a macro's arguments; no item of the file. */
export const AROUND_ARGUMENTS = 'poollens_arguments';
const CALL_PREFIX = `fn ${AROUND_ARGUMENTS}(){m(`;

export class RustTrees {
  /** Where each tree's text begins in the file. */
  private readonly bases = new Map<Tree, number>();
  private inside = 0;

  constructor(private readonly parser: Parser) {}

  file(text: string): Node | undefined {
    return this.parse(text, 0);
  }

  /** The inside of a macro's brackets: its arguments as those of a call, or the items and statements between braces. */
  macro(tokens: Node): Node | undefined {
    const { text } = tokens;
    if ((this.inside += text.length) > MOST_INSIDE) return undefined;
    const inner = text.slice(1, -1);
    const base = this.offset(tokens) + 1;
    // lazy_static's `static ref NAME` is a static.
    if (text.startsWith('{')) return this.parse(inner.replace(/\bstatic\s+ref\b/g, blankRef), base);
    return this.parse(`${CALL_PREFIX}${inner}\n);}`, base - CALL_PREFIX.length);
  }

  /** Where a node begins in the file. */
  offset(node: Node): number {
    return node.startIndex + this.baseOf(node);
  }

  end(node: Node): number {
    return node.endIndex + this.baseOf(node);
  }

  dispose(): void {
    for (const tree of this.bases.keys()) tree.delete();
  }

  private baseOf(node: Node): number {
    return this.bases.get(node.tree) ?? 0;
  }

  private parse(text: string, base: number): Node | undefined {
    let steps = 0;
    // A true answer stops the parser; the declared type says nothing is returned.
    const stop = (): boolean => (steps += 1) > MOST_PARSE_STEPS;
    const tree = this.parser.parse(text, null, { progressCallback: stop });
    if (tree === null) {
      this.parser.reset();
      return undefined;
    }
    this.bases.set(tree, base);
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

/** A path's last part, and the one in front of it, generic arguments aside: `Pool`, `alloc` of `crate::Pool::<8>::alloc`. */
export function lastOfPath(node: Node): { readonly name: string; readonly qualifier?: string } {
  if (node.type === 'generic_function') {
    const inner = node.childForFieldName('function');
    return inner === null ? { name: '' } : lastOfPath(inner);
  }
  const parts = node.text
    .slice(0, 1_000)
    .replace(/<[^()]*>/g, '')
    .split('::')
    .map((part) => part.trim().replace(/^r#/, ''))
    .filter((part) => part !== '');
  const qualifier = parts.at(-2);
  return { name: parts.at(-1) ?? '', ...(qualifier !== undefined && { qualifier }) };
}
