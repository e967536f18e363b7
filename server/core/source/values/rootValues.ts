/**
 * What a file itself declares that looks like a tag: for mentions, and for the other files of its project.
 */
import type { Declaration } from '../syntax/declarations';
import type { TagValue } from './evaluate';
import type { NamedValue } from '../externals';
import type { Token } from '../text/lexer';
import type { Names } from './names';
import type { TranslationUnit } from '../translationUnit';

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

/** Variables and constants other files of the project may name. */
export function exportedVariables(unit: TranslationUnit, names: Names): NamedValue[] {
  const { root } = unit;
  return rootDeclarations(unit, names).flatMap(({ name, kind, isStatic, value }): NamedValue[] => {
    if (isStatic || (kind !== 'variable' && kind !== 'constant')) return [];
    if (value.arriving === undefined && value.tags.every((tag) => tag <= 0xffff)) return [];
    const definedAt = { file: root.path, range: root.lines.range(name.start, name.end) };
    return [{ name: name.text, kind: 'variable', value, definedAt }];
  });
}
