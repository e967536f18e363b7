/**
 * What parameters of templates stand for: inside the template values that come in from where it is used, at a use the
 * values of its arguments. A parameter that is a type has no value; a member of it has one.
 */
import type { QualifiedName } from '../syntax/expression';
import { templateKey, templatesAround, type TemplateParameter } from '../syntax/templates';
import { readUse, type TypeUse } from '../syntax/types';
import { tokenize, type Token } from '../text/lexer';
import type { SourceText } from '../text/sourceText';
import { NO_VALUE, unknown, type TagValue } from './evaluate';
import type { Place } from './place';
import type { UnitIndex } from './unitIndex';

export class TemplateValues {
  constructor(
    private readonly index: UnitIndex,
    private readonly root: SourceText,
    private readonly value: (tokens: readonly Token[], place: Place) => TagValue,
    /** Takes the names of templates that are not at hand. */
    private readonly open: Set<string>,
  ) {}

  /** A parameter of a template around the place; `of`: of this one. */
  parameter(name: string, place: Place, of?: string): TagValue | undefined {
    for (const template of templatesAround(this.index.templatesOf(this.root), place.offset)) {
      const index = template.parameters.findIndex((parameter) => parameter.name === name);
      if (index < 0 || (of !== undefined && of !== template.name)) continue;
      const otherwise = `template parameter '${name}' of ${template.name}, which is never used here`;
      return { ...NO_VALUE, arriving: [{ key: templateKey(template.name), index, otherwise }] };
    }
    return undefined;
  }

  /** `Traits::Tag`, `TagOf<T>::value` where `Traits` or `T` is a parameter of a template around the place. */
  member({ path, angles = [] }: QualifiedName, place: Place): TagValue | undefined {
    if (path.length < 2 && angles.length === 0) return undefined;
    for (const template of templatesAround(this.index.templatesOf(this.root), place.offset)) {
      const names = new Set(template.parameters.flatMap(({ name }) => (name === '' ? [] : name)));
      const tokens = angles.flatMap((parts) => (parts ?? []).flat());
      const mentioned = new Set([path[0] ?? '', ...tokens.map(({ text }) => text)].filter((word) => names.has(word)));
      const [name, ...more] = mentioned;
      if (name === undefined) continue;
      // What it stands for is known where the template's own arguments are.
      if ([...mentioned].some((word) => place.bound?.has(word) === true)) return undefined;
      const index = template.parameters.findIndex((parameter) => parameter.name === name);
      const word = (text: string): string => (text === name ? HOLE : text);
      const spelled = (part: readonly Token[]): string => part.map(({ text }) => word(text)).join(' ');
      const parts = path.map((text, at) => {
        const args = angles[at];
        return (at === 0 ? word(text) : text) + (args ? `<${args.map(spelled).join(',')}>` : '');
      });
      const member = parts.join('::');
      const otherwise = `'${member.replaceAll(HOLE, name)}' of ${template.name}, which is never used here`;
      if (more.length > 0) return unknown(`'${path.join('::')}' depends on several parameters of ${template.name}`);
      return { ...NO_VALUE, arriving: [{ key: templateKey(template.name, member), index, otherwise }] };
    }
    return undefined;
  }

  /** Values of a template's arguments for its parameters, by their positions; of types that of a member, if one is asked. */
  arguments(
    use: TypeUse,
    place: Place,
    member?: string,
    parameters: readonly TemplateParameter[] = this.index.parametersOf(use.name),
  ): readonly (TagValue | undefined)[] {
    if (parameters.length === 0) this.open.add(use.name);
    return parameters.map(({ name, isType, initializer }, at) => {
      if (isType && member === undefined) return undefined;
      const tokens = use.args[at] ?? initializer;
      if (tokens === undefined) return member === undefined ? this.parameter(name, place, use.name) : undefined;
      if (tokens.length === 0)
        return unknown(`template argument '${name}' of ${use.name} is deduced from a type that is not seen`);
      return member === undefined ? this.value(tokens, place) : this.memberOf(tokens, member, place);
    });
  }

  /** What an expression with a hole for a template's parameter is when the argument is put in. */
  private memberOf(argument: readonly Token[], member: string, place: Place): TagValue {
    const use = readUse(argument, 0);
    const plain =
      use && use.end < argument.length && /^[*&]/.test(argument[use.end]?.text ?? '') ? use.end : argument.length;
    const first = /^(?:typename|struct|class|const)$/.test(argument[0]?.text ?? '') ? 1 : 0;
    const tokens = tokenize(member, 0, member.length).flatMap((token): readonly Token[] =>
      token.text === HOLE ? argument.slice(first, plain) : [{ ...token, start: 0, end: 0, foreign: true }],
    );
    return this.value(tokens, place);
  }
}

/** Stands for a template's parameter in an expression that depends on it. */
const HOLE = '$_';
