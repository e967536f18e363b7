/**
 * Whose parameters a value speaks of: the function or macro it stands in. Outside of that one, a parameter is a value
 * that comes in from elsewhere.
 */
import { wrapperKey } from '../externals';
import type { FunctionDefinition } from '../syntax/functionHead';
import type { MacroDefinition } from '../text/sourceText';
import { NO_VALUE, unite, type Arrival, type TagValue } from './evaluate';
import type { Place } from './place';

export interface Owner {
  /** `wrapperKey` of the function or macro. */
  readonly key: string;
  readonly parameters: readonly string[];
  readonly name: string;
  readonly scope?: string;
  readonly isMacro: boolean;
}

/** Name without its classes, and the class. */
export function splitName(definition: FunctionDefinition): { readonly name: string; readonly scope?: string } {
  const operator = /operator\s*new\b\s*(\[)?/.exec(definition.name);
  const parts = definition.name.split('::').map((part) => part.trim());
  const name = operator
    ? `operator new${operator[1] === undefined ? '' : '[]'}`
    : (parts.at(-1) ?? definition.name).replace(/<.*$/, '');
  const scope = parts.at(-2)?.replace(/<.*$/, '') ?? definition.scope;
  return { name, ...(scope !== undefined && scope !== '' && { scope }) };
}

/** The macro whose body holds a place, else the function around it. */
export function ownerOf(place: Place, insideMacro: MacroDefinition | undefined): Owner | undefined {
  if (insideMacro) {
    const { name, parameters = [] } = insideMacro;
    return { key: wrapperKey({ name, parameterCount: parameters.length }), parameters, name, isMacro: true };
  }
  const definition = place.function;
  if (definition === undefined) return undefined;
  const { parameters } = definition;
  const { name, scope } = splitName(definition);
  const key = wrapperKey({ name, parameterCount: parameters.length });
  return { key, parameters, name: definition.name, ...(scope !== undefined && { scope }), isMacro: false };
}

/** The owner's parameters in a value. */
function arrivalsOf(value: TagValue, owner: Owner | undefined): Arrival[] {
  return value.parameters.map((parameter): Arrival => {
    const what = owner?.isMacro === true ? 'used' : 'called';
    const otherwise = `parameter '${parameter}' of ${owner?.name ?? 'a function'}, which is never ${what} here`;
    const of = { key: owner?.key ?? '', index: owner?.parameters.indexOf(parameter) ?? -1 };
    return { ...of, ...(owner?.scope !== undefined && { scope: owner.scope }), otherwise };
  });
}

/** The value as others see it: the owner's parameters come in from elsewhere. */
export function seenOutside(value: TagValue, owner: Owner | undefined): TagValue {
  if (value.parameters.length === 0) return value;
  return unite([
    { ...value, parameters: [] },
    { ...NO_VALUE, arriving: arrivalsOf(value, owner) },
  ]);
}
