/**
 * Macros of all headers at hand by name: who defines one, and whose replacement names one. Knows nothing of conditions.
 */
import type { Directive } from './layout';
import { eachWord, hashOfName } from './nameFilter';
import type { MacroDefinition, SourceText } from './sourceText';

interface Line {
  readonly source: SourceText;
  readonly directive: Directive;
}

const NONE: readonly MacroDefinition[] = [];

export class MacroIndex {
  private readonly known = new Set<SourceText>();
  private readonly definers = new Map<string, SourceText[]>();
  /** Hash of a word → the #define lines that hold it. */
  private readonly holders = new Map<number, Line[]>();

  /** How many headers may define a macro as nothing. */
  private readonly empty = new Map<string, number>();

  /** Of names that were asked for: the same ones again and again. */
  private readonly hashes = new Map<string, number>();

  /** Takes a header in, once. */
  add(source: SourceText): void {
    if (this.known.has(source)) return;
    this.known.add(source);
    for (const name of source.macroLines.keys()) push(this.definers, name, source);
    for (const name of source.emptyMacros) this.empty.set(name, (this.empty.get(name) ?? 0) + 1);
    addHolders(source, this.holders);
  }

  /** Forgets a header that changed. */
  remove(source: SourceText): void {
    if (!this.known.delete(source)) return;
    for (const name of source.macroLines.keys()) {
      const others = (this.definers.get(name) ?? []).filter((one) => one !== source);
      if (others.length > 0) this.definers.set(name, others);
      else this.definers.delete(name);
    }
    for (const name of source.emptyMacros) this.empty.set(name, (this.empty.get(name) ?? 0) - 1);
    const hashes = new Set<number>();
    eachWordOfDefines(source, (hash) => hashes.add(hash));
    for (const hash of hashes) {
      const others = (this.holders.get(hash) ?? []).filter((line) => line.source !== source);
      if (others.length > 0) this.holders.set(hash, others);
      else this.holders.delete(hash);
    }
  }

  /** Headers that define or undefine the name. */
  defining(name: string): readonly SourceText[] {
    return this.definers.get(name) ?? [];
  }

  /** Whether some header may define the name as nothing. */
  mayBeEmpty(name: string): boolean {
    return (this.empty.get(name) ?? 0) > 0;
  }

  /** Definitions whose replacement names this. */
  naming(name: string): readonly MacroDefinition[] {
    const lines = this.holders.get(this.hashOf(name));
    return lines === undefined ? NONE : definitionsNaming(name, lines);
  }

  /** `naming` of one file's own macros, which need not be in the index. */
  namingIn(source: SourceText, name: string): readonly MacroDefinition[] {
    let holders = ownHolders.get(source);
    if (holders === undefined) {
      ownHolders.set(source, (holders = new Map<number, Line[]>()));
      addHolders(source, holders);
    }
    const lines = holders.get(this.hashOf(name));
    return lines === undefined ? NONE : definitionsNaming(name, lines);
  }

  private hashOf(name: string): number {
    let hash = this.hashes.get(name);
    if (hash === undefined) this.hashes.set(name, (hash = hashOfName(name)));
    return hash;
  }
}

/** Of files that were asked for by themselves. */
const ownHolders = new WeakMap<SourceText, Map<number, Line[]>>();

function addHolders(source: SourceText, holders: Map<number, Line[]>): void {
  eachWordOfDefines(source, (hash, line) => {
    const lines = holders.get(hash);
    if (lines?.at(-1)?.directive !== line.directive) push(holders, hash, line);
  });
}

function definitionsNaming(name: string, lines: readonly Line[]): MacroDefinition[] {
  return lines.flatMap(({ source, directive }) => {
    const definition = source.definition(directive);
    return definition?.names.has(name) === true ? [definition] : [];
  });
}

/** Tells each word of a file's #define lines by its hash, with its line. */
export function eachWordOfDefines(source: SourceText, visit: (hash: number, line: Line) => void): void {
  for (const directive of source.layout.directives) {
    if (directive.kind !== 'define') continue;
    const line = { source, directive };
    eachWord(source.text, directive.argument, directive.end, (hash) => {
      visit(hash, line);
    });
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
