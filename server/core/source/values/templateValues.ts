/**
 * What parameters of templates stand for: inside the template values that come in from where it is used, at a use the
 * values of its arguments. A parameter that is a type has no value; a member of it has one.
 */
import type { QualifiedName } from '../syntax/expression';
import { templateKey, templatesAround, type TemplateParameter } from '../syntax/templates';
import { readUse, type TypeUse } from '../syntax/types';
import type { Token } from '../text/lexer';
import type { SourceText } from '../text/sourceText';
import { NO_VALUE, unknown, type TagValue } from './evaluate';
import type { Place } from './place';
import type { UnitIndex } from './unitIndex';

export class TemplateValues {
  constructor(
    private readonly index: UnitIndex,
    private readonly root: SourceText,
    private readonly value: (tokens: readonly Token[], place: Place) => TagValue,
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

  /** `Traits::Tag` where `Traits` is a parameter of a template around the place. */
  member({ path, angles }: QualifiedName, place: Place): TagValue | undefined {
    const [type = ''] = path;
    if (path.length < 2 || angles) return undefined;
    for (const template of templatesAround(this.index.templatesOf(this.root), place.offset)) {
      const index = template.parameters.findIndex((parameter) => parameter.name === type);
      if (index < 0) continue;
      const member = path.slice(1).join('::');
      const otherwise = `member '${member}' of template parameter '${type}' of ${template.name}, which is never used here`;
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
    return parameters.map(({ name, isType, initializer }, at) => {
      if (isType && member === undefined) return undefined;
      const tokens = use.args[at] ?? initializer;
      if (tokens === undefined) return member === undefined ? this.parameter(name, place, use.name) : undefined;
      if (tokens.length === 0)
        return unknown(`template argument '${name}' of ${use.name} is deduced from a type that is not seen`);
      return member === undefined ? this.value(tokens, place) : this.memberOf(tokens, member, place);
    });
  }

  private memberOf(type: readonly Token[], member: string, place: Place): TagValue {
    const use = readUse(type, 0);
    const plain = use && type.slice(0, use.end);
    if (plain === undefined) return unknown(`member '${member}' of a type that is not seen`);
    const token = (kind: Token['kind'], text: string): Token => ({ kind, text, start: 0, end: 0, foreign: true });
    const path = member.split('::').flatMap((part) => [token('punct', '::'), token('name', part)]);
    const first = /^(?:typename|struct|class|const)$/.test(plain[0]?.text ?? '') ? 1 : 0;
    return this.value([...plain.slice(first), ...path], place);
  }
}
