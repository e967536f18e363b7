/**
 * What a file itself declares that looks like a tag: for mentions, and for the other files of its project.
 */
import type { NamedValue } from '../externals';
import type { Declaration } from '../syntax/declarations';
import type { Token } from '../text/lexer';
import type { SourceText } from '../text/sourceText';
import type { TranslationUnit } from '../translationUnit';
import { unite, type TagValue } from './evaluate';
import type { Names } from './names';

export interface RootDeclaration {
  readonly name: Token;
  readonly kind: Declaration['kind'];
  readonly isStatic: boolean;
  readonly value: TagValue;
}

const MOST_INITIALIZER = 40;

/** The root's own declarations that are initialized and look like a tag by their name or a literal. */
export function rootDeclarations(unit: TranslationUnit, names: Names): readonly RootDeclaration[] {
  let found = known.get(names);
  if (found === undefined) known.set(names, (found = readDeclarations(unit, names)));
  return found;
}

/** What names mean does not change while one file is read. */
const known = new WeakMap<Names, readonly RootDeclaration[]>();

function readDeclarations(unit: TranslationUnit, names: Names): RootDeclaration[] {
  const found: RootDeclaration[] = [];
  for (const list of names.index.declarationsOf(unit.root).values()) {
    for (const declaration of list) {
      const { initializer, name, kind, isStatic } = declaration;
      if (initializer === undefined || initializer.length > MOST_INITIALIZER || declaration.steps > 0) continue;
      if (!/tag/i.test(name.text) && !initializer.some((token) => token.kind === 'char' && token.text.length >= 6))
        continue;
      if (kind === 'extern' || declaration.isArray) continue;
      found.push({ name, kind, isStatic, value: names.valueOf(declaration) });
    }
  }
  return found;
}

/**
 * Variables and constants other files of the project may name, and what functions of the file put into those of the
 * variables they change that are asked for.
 */
export function exportedVariables(unit: TranslationUnit, names: Names, asked: ReadonlySet<string>): NamedValue[] {
  const { root } = unit;
  const initialized = rootDeclarations(unit, names).flatMap(({ name, kind, isStatic, value }): NamedValue[] => {
    if (isStatic || (kind !== 'variable' && kind !== 'constant')) return [];
    if (value.arriving === undefined && value.tags.every((tag) => tag <= 0xffff)) return [];
    const definedAt = { file: root.path, range: root.lines.range(name.start, name.end) };
    return [{ name: name.text, kind: 'variable', value, definedAt }];
  });
  const known = new Set(initialized.map(({ name }) => name));
  const changed = changedVariables(root).filter((name) => asked.has(name) && !known.has(name));
  return [...initialized, ...assignedVariables(changed, names)];
}

const MOST_CHANGED = 256;
/** Characters between a variable and a literal in what is assigned to it. */
const MOST_BETWEEN = 200;
const LITERAL = /'(?:[^'\\\n]|\\.){3,}'/g;
const ASSIGNED = /(?<![\w$.>])([A-Za-z_$][\w$]*)\s*(?:[-+*/%&|^]|<<|>>)?=(?!=)/g;
const WORD_BEFORE = /[\w$]*$/;
const WORD_BEHIND = /^[\w$]*/;
const MOST_WORD = 64;
const CHANGE_BEHIND = /^\s*(?:(?:[-+*/%&|^]|<<|>>)?=(?!=)|\+\+|--)/;

/** Names that a text assigns a literal to, and those with TAG in them that it changes or takes the address of. */
export function changedVariables(root: SourceText): readonly string[] {
  let found = changes.get(root);
  if (found === undefined) changes.set(root, (found = [...readChanges(root.text)]));
  return found;
}

const changes = new WeakMap<SourceText, readonly string[]>();

function readChanges(text: string): Set<string> {
  const changed = new Set<string>();
  for (const { index } of text.matchAll(LITERAL)) {
    const before = text.slice(Math.max(0, index - MOST_BETWEEN), index);
    for (const [, name = ''] of before.slice(before.lastIndexOf(';') + 1).matchAll(ASSIGNED)) changed.add(name);
    if (changed.size >= MOST_CHANGED) return changed;
  }
  for (const { index } of text.matchAll(/tag/gi)) {
    const start = index - (WORD_BEFORE.exec(text.slice(Math.max(0, index - MOST_WORD), index))?.[0].length ?? 0);
    const name = text.slice(start, index) + (WORD_BEHIND.exec(text.slice(index, index + MOST_WORD))?.[0] ?? '');
    if (changed.has(name)) continue;
    const isChanged =
      !/[.>]/.test(text.charAt(start - 1)) && CHANGE_BEHIND.test(text.slice(start + name.length, index + MOST_BETWEEN));
    const isAddressed =
      /&\s*$/.test(text.slice(Math.max(0, start - 8), start)) &&
      /^\s*[,;)]/.test(text.slice(start + name.length, index + MOST_BETWEEN));
    if (isChanged || isAddressed) changed.add(name);
    if (changed.size >= MOST_CHANGED) break;
  }
  return changed;
}

/** Variables of no initializer here, this file's or declared extern, that its functions change. */
function assignedVariables(changed: readonly string[], names: Names): NamedValue[] {
  return changed.flatMap((name): NamedValue[] => {
    // Most are variables of functions: that is seen without a look at any header.
    const value = unite(names.assignedTo(name));
    const tags = value.tags.filter((tag) => tag !== 0);
    if (tags.length === 0 && value.reasons.length === 0 && value.arriving === undefined) return [];
    const shared = names.index.declared(name).flatMap(({ source, list }) => {
      const [first] = list.filter((one) => !one.isMember && (one.kind === 'extern' || one.kind === 'variable'));
      return first ? [{ source, declaration: first }] : [];
    });
    const [first] = shared;
    if (first === undefined || shared.some(({ declaration }) => declaration.isStatic)) return [];
    const { start, end } = first.declaration.name;
    const definedAt = { file: first.source.path, range: first.source.lines.range(start, end) };
    return [{ name, kind: 'variable', value: { ...value, tags }, definedAt, isAssigned: true }];
  });
}
