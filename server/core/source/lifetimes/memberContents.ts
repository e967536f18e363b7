/**
 * What one file puts into members of structures that its project looks at: allocations, and whatever else. Reads the text
 * for places that the tokens of quiet functions don't show.
 */
import type { RawSite } from '../calls/rawSites';
import { namesAny } from '../changedNames';
import type { FunctionDefinition } from '../syntax/functionHead';
import { memberValues } from '../syntax/memberValues';
import { tokenAt, type Token } from '../text/lexer';
import { localValues } from '../values/locals';
import { memberHazards } from '../values/memberHazards';
import { UNKNOWN, type Contents } from './contents';
import { closeKey, isNamed, structureName, type MemberKeys, type StructuresWith } from './memberKeys';
import { escapedName, memberStores, type MemberStore } from './memberStores';
import { declaredType, pathBefore, valueEnd } from './pointerPaths';
import type { PointerReading } from './pointerReading';

/** What a file puts into members. */
export interface MemberContents {
  /** Allocations, and the key of the member that gets them. */
  readonly flows: readonly (readonly [RawSite, string])[];
  /** Keys of members that get something else; `?.Name` where the structure is not seen. */
  readonly unknown: readonly string[];
}

interface Store {
  readonly key: string;
  readonly contents: Contents | undefined;
}

export class MemberReader {
  constructor(
    private readonly reading: PointerReading,
    private readonly keys: MemberKeys,
    private readonly value: (tokens: readonly Token[], definition: FunctionDefinition) => Contents | undefined,
    private readonly structuresWith: StructuresWith,
    /** Names of the structures the project looks at. */
    private readonly structures: ReadonlySet<string>,
  ) {}

  /** What this file puts into members of these names, null aside. */
  stores(names: ReadonlySet<string>): MemberContents {
    const { masked, unit } = this.reading;
    const places = memberStores(unit.root.text, names);
    const named = [...names].filter((name) => unit.root.text.includes(name));
    if (named.length > 0) masked.open(named);
    const stores = [
      ...places.filter((place) => !(place.isBare && this.isLocal(place))).map((place) => this.store(place)),
      ...[...names].flatMap((name) => (this.mayInitialize(name) ? this.initialized(name) : [])),
    ];
    const unknown = new Set<string>();
    const flows: (readonly [RawSite, string])[] = [];
    for (const { key, contents } of stores) {
      if (contents === UNKNOWN) unknown.add(key);
      else for (const site of contents.sites) flows.push([site, key]);
    }
    return { flows, unknown: [...unknown] };
  }

  private isLocal({ name, offset }: MemberStore): boolean {
    const definition = this.reading.functions.around(offset);
    if (definition === undefined || definition.parameters.includes(name)) return true;
    return localValues(this.reading.masked, definition, name).declared;
  }

  private store({ name, offset, isAddress }: MemberStore): Store {
    const { masked, functions } = this.reading;
    const { tokens, match } = masked;
    const at = tokenAt(tokens, offset);
    const definition = functions.around(offset);
    const path = tokens[at]?.start === offset && definition ? pathBefore(tokens, at + 1) : undefined;
    const known = path && definition && this.keys.of(path, definition);
    if (known === undefined || definition === undefined) return { key: `?.${name}`, contents: UNKNOWN };
    if (isAddress || tokens[at + 1]?.text !== '=') return { key: known, contents: UNKNOWN };
    const value = this.value(tokens.slice(at + 2, valueEnd(tokens, match, at + 2)), definition);
    return { key: known, contents: ofOwn(value, known) };
  }

  /** A first look: `member(…)`, `member{…}` or a name of one of the structures. */
  private mayInitialize(name: string): boolean {
    const { text } = this.reading.unit.root;
    if (new RegExp(`(?<![\\w$])${escapedName(name)}\\s*[({]`).test(text)) return true;
    return namesAny(text, this.structures);
  }

  /** What initializers of objects and constructors put in, and copies of whole structures. */
  private initialized(name: string): Store[] {
    const { masked, functions } = this.reading;
    return this.structuresWith(name).flatMap(({ structure }): Store[] => {
      masked.open([...structure.names]);
      const key = `${structureName(structure)}.${name}`;
      const isMethod = (offset: number): boolean => structure.names.has(classAround(functions.around(offset)));
      const isOfType = (object: string, offset: number): boolean => {
        const definition = functions.around(offset);
        const type = definition && declaredType(masked, definition, object);
        return type !== undefined && isNamed(structure, type);
      };
      const isCopied = memberHazards(masked, structure, name, isOfType).length > 0;
      const values = memberValues(masked, structure, name, isMethod).filter(
        ({ offset, tokens }) => !this.isAssignment(name, offset) && !isNull(tokens),
      );
      const initialized = values.map(({ offset, tokens }): Store => {
        const definition = functions.around(offset);
        return { key, contents: definition ? ofOwn(this.value(tokens, definition), key) : UNKNOWN };
      });
      return isCopied ? [...initialized, { key, contents: UNKNOWN }] : initialized;
    });
  }

  /** `member = …`, which is read with its structure. */
  private isAssignment(name: string, offset: number): boolean {
    const { tokens } = this.reading.masked;
    const at = tokenAt(tokens, offset);
    return tokens[at]?.text === name && tokens[at + 1]?.text === '=';
  }
}

function isNull(tokens: readonly Token[]): boolean {
  return tokens.length === 1 && /^(?:NULL|nullptr|0)$/.test(tokens[0]?.text ?? '');
}

/** Contents that are the member's to tell: not those of another member, or of a caller. */
function ofOwn(value: Contents | undefined, key: string): Contents | undefined {
  if (value === UNKNOWN || value.parameters.size > 0) return UNKNOWN;
  return [...value.keys].every((one) => closeKey(one) === closeKey(key)) ? value : UNKNOWN;
}

function classAround(definition: FunctionDefinition | undefined): string {
  const parts = definition?.name.split('::') ?? [];
  return (parts.length > 1 ? parts.at(-2) : definition?.scope)?.trim() ?? '';
}
