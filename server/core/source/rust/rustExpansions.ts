/**
 * Uses of macros in a Rust file: those of the file's own `macro_rules!` expanded, the brackets of others opened where they
 * hold anything of interest. Bounded by what the trees may parse, and by depth.
 */
import type { Node } from 'web-tree-sitter';
import type { WrittenMacro } from '../externals';
import type { NameFilter } from '../text/nameFilter';
import { expandMacro, readMacroRules, type MacroRules } from './rustMacros';
import { isWdfCall } from './rustSites';
import { descendants, type RustTrees } from './rustTree';

const MOST_DEPTH = 6;
/** Longest text of a macro that other files get, in UTF-16 units. */
const MOST_WRITTEN = 8_000;
const MOST_EXPANDED = 4_000;
/** What a macro may declare that the rest of the file speaks of. */
const DECLARES = /\b(?:const|static|fn|impl|enum|struct|mod)\b|\blet\s+(?:mut\s+)?\$/;

export interface Inside {
  readonly node: Node;
  readonly isWdf: boolean;
}

export class RustExpansions {
  /** Trees of what macros hold or stand for, outer ones first. */
  readonly insides: Inside[] = [];
  private readonly macros = new Map<string, MacroRules[]>();
  private readonly known = new Map<number, readonly Node[] | undefined>();
  private readonly relevant = new Set<string>();
  private expanded = 0;
  /** Names the file defines itself. */
  private readonly own: ReadonlySet<string>;

  constructor(
    root: Node,
    private readonly trees: RustTrees,
    private readonly filter: NameFilter,
    private readonly definesTag: RegExp,
    others: readonly WrittenMacro[],
  ) {
    for (const definition of descendants(root, ['macro_definition'])) this.define(definition.text);
    this.own = new Set(this.macros.keys());
    for (const { name, text } of others) if (!this.own.has(name)) this.define(text);
    this.findRelevant();
    this.open(root, 0);
  }

  private define(text: string): void {
    const rules = readMacroRules(text);
    // One that can't be read hides others of its name.
    const name = rules?.name ?? /^macro_rules!\s*(\w+)/.exec(text)?.[1];
    if (name === undefined) return;
    const list = this.macros.get(name) ?? [];
    this.macros.set(name, [...list, rules ?? { name, text, rules: [] }]);
  }

  /** The file's macros that lead to a site or a tag, as others may use them. */
  written(isOfInterest: (text: string) => boolean): { readonly name: string; readonly text: string }[] {
    return [...this.own].flatMap((name) =>
      (this.macros.get(name) ?? []).filter(
        ({ text }) => text.length <= MOST_WRITTEN && (this.relevant.has(name) || isOfInterest(text)),
      ),
    );
  }

  /** Macros that lead to a site or declare something, through others too. */
  private findRelevant(): void {
    const texts = [...this.macros].map(([name, list]) => [name, list.map(({ text }) => text).join('\n')] as const);
    for (const [name, text] of texts) if (this.filter.matches(text) || DECLARES.test(text)) this.relevant.add(name);
    for (let before = -1; before < this.relevant.size;) {
      before = this.relevant.size;
      for (const [name, text] of texts)
        if (!this.relevant.has(name) && [...this.relevant].some((one) => text.includes(`${one}!`)))
          this.relevant.add(name);
    }
  }

  private open(root: Node, depth: number): void {
    if (depth >= MOST_DEPTH) return;
    for (const use of descendants(root, ['macro_invocation'])) {
      const tokens = use.namedChildren.find((child) => child.type === 'token_tree');
      if (tokens === undefined) continue;
      const name = nameOf(use);
      const isOfInterest = (): boolean => this.filter.matches(tokens.text) || this.definesTag.test(tokens.text);
      if (this.macros.has(name)) {
        if (!this.relevant.has(name) && !isOfInterest()) continue;
        for (const node of this.expansions(use) ?? []) {
          this.insides.push({ node, isWdf: false });
          this.open(node, depth + 1);
        }
        continue;
      }
      const node = isOfInterest() ? this.trees.macro(tokens, use) : undefined;
      if (node === undefined) continue;
      this.insides.push({ node, isWdf: isWdfCall(use) });
      this.open(node, depth + 1);
    }
  }

  /** What a use of a macro of the file stands for, one tree for each definition of its name; undefined when it can't be told. */
  readonly expansions = (use: Node): readonly Node[] | undefined => {
    if (this.known.has(use.id)) return this.known.get(use.id);
    const macros = this.macros.get(nameOf(use));
    const found = macros && this.expand(macros, use);
    this.known.set(use.id, found);
    return found;
  };

  private expand(macros: readonly MacroRules[], use: Node): Node[] | undefined {
    const tokens = use.namedChildren.find((child) => child.type === 'token_tree');
    if (tokens === undefined || (this.expanded += 1) > MOST_EXPANDED || this.depthOf(use) >= MOST_DEPTH)
      return undefined;
    const args = tokens.text.slice(1, -1);
    const found: Node[] = [];
    for (const macro of macros) {
      const pieces = expandMacro(macro, args);
      const node = pieces && this.trees.expansion(pieces, use, tokens.startIndex + 1);
      if (node === undefined) return undefined;
      found.push(node);
    }
    return found;
  }

  private depthOf(use: Node): number {
    let depth = 0;
    for (let at = this.trees.useAround(use); at !== undefined && depth < MOST_DEPTH; at = this.trees.useAround(at))
      depth += 1;
    return depth;
  }
}

function nameOf(use: Node): string {
  return use.childForFieldName('macro')?.text.split('::').at(-1) ?? '';
}
