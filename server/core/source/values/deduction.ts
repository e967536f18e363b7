/**
 * Arguments of a function template that are not written: deduced from the types of what it is called with, as a
 * compiler would, where those types are in sight. Evaluates nothing.
 */
import type { Template, TemplateParameter } from '../syntax/templates';
import { readUse, type TypeUse } from '../syntax/types';
import type { Token } from '../text/lexer';
import type { UnitIndex } from './unitIndex';

/** Tokens of a template argument; none: it is deduced from something that is not seen. */
export type Deduced = readonly Token[];

const MOST_DEPTH = 4;

/** Arguments for all parameters of a function template. */
export function deducedArguments(
  template: Template,
  written: readonly Deduced[],
  args: readonly (readonly Token[])[],
  typeOf: (argument: readonly Token[]) => TypeUse | undefined,
  index: UnitIndex,
): readonly Deduced[] {
  return template.parameters.map((parameter, at) => {
    const own = written[at];
    if (own) return own;
    if (parameter.name === '') return parameter.initializer ?? [];
    let isMentioned = false;
    for (const [position, pattern] of (template.signature ?? []).entries()) {
      if (!pattern.some((token) => token.text === parameter.name)) continue;
      const arg = args[position];
      if (arg === undefined) continue;
      isMentioned = true;
      const type = typeOf(arg);
      const found = type && unified(readUse(pattern, 0)?.type, parameter, type, index, 0);
      if (found) return found;
    }
    return isMentioned ? [] : (parameter.initializer ?? []);
  });
}

/** What a template's parameter stands for when a type of the pattern is made to fit another type. */
function unified(
  pattern: TypeUse | undefined,
  parameter: TemplateParameter,
  type: TypeUse,
  index: UnitIndex,
  depth: number,
): Deduced | undefined {
  if (pattern === undefined || depth > MOST_DEPTH) return undefined;
  if (pattern.args.length === 0) return pattern.name === parameter.name ? spelledType(type) : undefined;
  const fitting = index.chain(type).find((one) => one.name === pattern.name);
  if (fitting === undefined) return undefined;
  const parameters = index.parametersOf(fitting.name);
  for (const [at, part] of pattern.args.entries()) {
    if (!part.some((token) => token.text === parameter.name)) continue;
    const given = fitting.args[at] ?? parameters[at]?.initializer;
    if (given === undefined) return undefined;
    if (part.length === 1) return given;
    const inner = readUse(given, 0);
    return inner && unified(readUse(part, 0)?.type, parameter, inner.type, index, depth + 1);
  }
  return undefined;
}

/** A type as tokens. */
function spelledType({ name, args }: TypeUse): Token[] {
  const token = (kind: Token['kind'], text: string): Token => ({ kind, text, start: 0, end: 0, foreign: true });
  if (args.length === 0) return [token('name', name)];
  const listed = args.flatMap((arg, at) => (at === 0 ? arg : [token('punct', ','), ...arg]));
  return [token('name', name), token('punct', '<'), ...listed, token('punct', '>')];
}
