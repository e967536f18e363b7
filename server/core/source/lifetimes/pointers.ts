/**
 * Where allocations go and what frees give back, as far as the text of one file shows: variables of a function followed
 * through their assignments, members by the type they belong to. Whatever else may be in a variable makes it unknown:
 * what is told here is meant to accuse.
 */
import type { RawSite } from '../calls/rawSites';
import { argumentPlace, type ArgumentPlace } from '../syntax/argumentPlace';
import type { FunctionDefinition } from '../syntax/functionHead';
import type { FunctionIndex } from '../syntax/functions';
import { tokenAt, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import type { Branch, TranslationUnit } from '../translationUnit';
import { localValues } from '../values/locals';
import { escapedName, memberStores, type MemberStore } from './memberStores';
import { declaredType, isOperand, pathBefore, readPath, stripped, valueEnd, type PointerPath } from './pointerPaths';

/** What a site's pointer is, in terms of raw sites. */
export interface RawPointer {
  readonly text: string;
  /** Members that hold it: equal keys within a module are the same member. */
  readonly keys: readonly string[];
  /** Of a free: the allocations of its function that reach it. */
  readonly origins: readonly RawSite[];
}

/** Allocators that give the address back. */
const GIVES_ADDRESS = /^(?:ExAllocatePool|FltAllocatePoolAligned|FsRtlAllocatePool|NdisAllocateMemoryWithTagPriority)/;
/** A block goes back to the interface it came from. */
export function poolFamily(api: string): string {
  return /^(?:Flt|Ndis)/.exec(api)?.[0] ?? 'Ex';
}

export interface PointerReading {
  readonly masked: MaskedSource;
  readonly functions: FunctionIndex;
  readonly unit: TranslationUnit;
  /** Stretches the reading leaves out: what they assign counts as unknown. */
  readonly hidden: readonly Branch[];
  /** Whether a function may write through an argument that it takes by reference. */
  readonly mayWrite: (place: ArgumentPlace) => boolean;
}

/** What a variable may hold. */
interface Contents {
  readonly sites: ReadonlySet<RawSite>;
  readonly keys: ReadonlySet<string>;
}

const UNKNOWN = undefined;
const MOST_DEPTH = 6;
const MOST_SITES = 8;

export class Pointers {
  /** Allocations by the offset of the called name. */
  private readonly allocations = new Map<number, RawSite>();
  private readonly known = new Map<string, Contents | undefined>();
  private readonly open = new Set<string>();
  private readonly copies = new Map<string, readonly string[]>();
  private readonly hidden = new Map<FunctionDefinition, readonly Branch[]>();

  constructor(
    private readonly reading: PointerReading,
    sites: readonly RawSite[],
  ) {
    for (const site of sites) {
      if (site.role === 'allocate' && GIVES_ADDRESS.test(site.api) && this.isShown(site))
        this.allocations.set(site.name.start, site);
    }
  }

  /** Whether the site stands in the text as this reading shows it. */
  private isShown({ name, insideMacro }: RawSite): boolean {
    const { tokens } = this.reading.masked;
    return insideMacro === undefined && tokens[tokenAt(tokens, name.start)]?.start === name.start;
  }

  /** What each site's pointer is; sites of which nothing is sure are not in it. */
  read(sites: readonly RawSite[]): Map<RawSite, RawPointer> {
    const found = new Map<RawSite, RawPointer>();
    for (const site of sites) {
      const definition = site.place.function;
      if (definition === undefined || site.role !== 'free' || site.pointerTokens === undefined || !this.isShown(site))
        continue;
      const pointer = this.freed(site.pointerTokens, definition);
      if (pointer) found.set(site, pointer);
    }
    for (const site of this.allocations.values()) {
      const definition = site.place.function;
      const target = definition && this.target(site);
      if (definition === undefined || target === undefined) continue;
      const own = this.keyOf(target, definition);
      const keys =
        own === undefined && target.members.length === 0 ? this.keysOfCopies(target.root, definition) : [own];
      const known = keys.filter((key) => key !== undefined);
      if (known.length > 0) found.set(site, { text: target.text, keys: known, origins: [] });
    }
    return found;
  }

  /** Members that a variable is assigned to as it is. */
  private keysOfCopies(name: string, definition: FunctionDefinition): readonly string[] {
    const place = `${String(definition.bodyStart)} ${name}`;
    let keys = this.copies.get(place);
    if (keys === undefined) this.copies.set(place, (keys = this.findCopies(name, definition)));
    return keys;
  }

  private findCopies(name: string, definition: FunctionDefinition): string[] {
    const { tokens } = this.reading.masked;
    const to = tokenAt(tokens, definition.bodyEnd);
    const keys = new Set<string>();
    for (let at = tokenAt(tokens, definition.bodyStart); at < to; at += 1) {
      if (tokens[at]?.text !== name || tokens[at - 1]?.text !== '=' || tokens[at + 1]?.text !== ';') continue;
      const path = pathBefore(tokens, at - 1);
      const key = path && this.keyOf(path, definition);
      if (key !== undefined) keys.add(key);
    }
    return [...keys];
  }

  private freed(tokens: readonly Token[], definition: FunctionDefinition): RawPointer | undefined {
    const path = readPath(tokens);
    if (path === undefined) return undefined;
    const contents = this.contents(path, definition, 0);
    if (contents === UNKNOWN || contents.sites.size + contents.keys.size === 0 || contents.sites.size > MOST_SITES)
      return undefined;
    return { text: path.text, keys: [...contents.keys], origins: [...contents.sites] };
  }

  /** Everything a variable or member may hold; undefined when something unknown may be among it. */
  private contents(path: PointerPath, definition: FunctionDefinition, depth: number): Contents | undefined {
    if (path.members.length > 0) {
      const key = this.keyOf(path, definition);
      return key === undefined ? UNKNOWN : { sites: new Set(), keys: new Set([key]) };
    }
    const name = `${String(definition.bodyStart)} ${path.root}`;
    if (this.known.has(name)) return this.known.get(name);
    // In a circle of assignments nothing new comes in.
    if (this.open.has(name)) return { sites: new Set(), keys: new Set() };
    if (depth > MOST_DEPTH) return UNKNOWN;
    this.open.add(name);
    const contents = this.variable(path.root, definition, depth);
    this.open.delete(name);
    if (this.open.size === 0) this.known.set(name, contents);
    return contents;
  }

  private variable(name: string, definition: FunctionDefinition, depth: number): Contents | undefined {
    if (definition.parameters.includes(name)) return UNKNOWN;
    const member = this.ownMember(name, definition);
    if (member !== undefined) return { sites: new Set(), keys: new Set([member]) };
    const { masked } = this.reading;
    const { declared, assigned, reasons } = localValues(masked, definition, name);
    if (!declared || reasons.length > 0 || this.escapes(name, definition) || this.isHidden(name, definition))
      return UNKNOWN;
    const sites = new Set<RawSite>();
    const keys = new Set<string>();
    for (const { tokens } of assigned) {
      const value = this.value(tokens, definition, depth + 1);
      if (value === UNKNOWN) return UNKNOWN;
      for (const site of value.sites) sites.add(site);
      for (const key of value.keys) keys.add(key);
    }
    return { sites, keys };
  }

  /** What an expression gives: an allocation, null, or what another variable holds. */
  private value(tokens: readonly Token[], definition: FunctionDefinition, depth: number): Contents | undefined {
    const part = stripped(tokens);
    const [first] = part;
    if (first === undefined) return UNKNOWN;
    if (part.length === 1 && /^(?:NULL|nullptr|0)$/.test(first.text)) return { sites: new Set(), keys: new Set() };
    const site = this.allocations.get(first.start);
    if (site) return this.isWhole(part) ? { sites: new Set([site]), keys: new Set() } : UNKNOWN;
    const path = readPath(part);
    return path && this.contents(path, definition, depth);
  }

  /** Whether a call that begins these tokens ends with them. */
  private isWhole(tokens: readonly Token[]): boolean {
    const { masked } = this.reading;
    const at = tokenAt(masked.tokens, tokens[0]?.start ?? 0);
    const close = masked.tokens[at + 1]?.text === '(' ? (masked.match[at + 1] ?? -1) : at;
    return tokens.at(-1)?.end === masked.tokens[close]?.end;
  }

  /** Whether something but an assignment may change a variable: its address is taken, or a macro assigns to it. */
  private escapes(name: string, definition: FunctionDefinition): boolean {
    const { tokens } = this.reading.masked;
    const to = tokenAt(tokens, definition.bodyEnd);
    for (let at = tokenAt(tokens, definition.bodyStart); at < to; at += 1) {
      if (tokens[at]?.text !== name) continue;
      const before = tokens[at - 1]?.text ?? '';
      if (/^(?:\.|->|::)$/.test(before)) continue;
      const next = tokens[at + 1]?.text ?? '';
      if (before === '&' && !isOperand(tokens[at - 2]) && next !== '->' && next !== '[') return true;
      // A reference to it.
      if (before === '=' && tokens[at - 3]?.text === '&' && next === ';') return true;
      if (/^[(,]$/.test(before) && /^[,)]$/.test(next) && this.mayAssign(tokens, at)) return true;
      if (before === '>>' || next === '{') return true;
    }
    return false;
  }

  /** Whether the call that gets the variable at `at` as an argument may change it. */
  private mayAssign(tokens: readonly Token[], at: number): boolean {
    const place = argumentPlace(tokens, at);
    if (place === undefined) return false;
    if (this.reading.mayWrite(place)) return true;
    return this.reading.unit.macros.all(place.callee).some(({ body, parameters }) => {
      if (parameters === undefined) return false;
      return body.some(
        (token, at) =>
          (token.text === '=' && !/^(?:NULL|nullptr|0)$/.test(body[at + 1]?.text ?? '')) ||
          (token.text === '&' && body[at + 1]?.text !== '&'),
      );
    });
  }

  /** The hidden stretches of a function, of many in a file. */
  private hiddenIn(definition: FunctionDefinition): readonly Branch[] {
    let found = this.hidden.get(definition);
    if (found === undefined) {
      found = this.reading.hidden.filter(({ start, end }) => end > definition.bodyStart && start < definition.bodyEnd);
      this.hidden.set(definition, found);
    }
    return found;
  }

  private isHidden(name: string, definition: FunctionDefinition): boolean {
    const assigns = new RegExp(`(?<![\\w.>])${escapedName(name)}\\s*=(?!=)|&\\s*${escapedName(name)}\\b`);
    const { bodyStart, bodyEnd } = definition;
    return this.hiddenIn(definition).some(({ start, end }) =>
      assigns.test(this.reading.unit.root.text.slice(Math.max(start, bodyStart), Math.min(end, bodyEnd))),
    );
  }

  /** The variable or member an allocation's address is assigned to. */
  private target(site: RawSite): PointerPath | undefined {
    const { tokens, match } = this.reading.masked;
    let at = tokenAt(tokens, site.name.start) - 1;
    for (let step = 0; step < 8; step += 1) {
      if (tokens[at]?.text === '(' && tokens[at - 1]?.kind !== 'name') at -= 1;
      else if (tokens[at]?.text === ')') {
        let open = at;
        while (open > 0 && at - open < 12 && (tokens[open]?.text !== '(' || match[open] !== at)) open -= 1;
        at = open - 1;
      } else break;
    }
    return tokens[at]?.text === '=' ? pathBefore(tokens, at) : undefined;
  }

  /** What tells a member apart from others of its name; undefined where its structure is not seen. */
  keyOf({ root, members }: PointerPath, definition: FunctionDefinition): string | undefined {
    if (members.length === 0) return this.ownMember(root, definition);
    const owner = root === 'this' ? classOf(definition) : declaredType(this.reading.masked, definition, root);
    return owner === undefined ? undefined : `${owner}.${members.join('.')}`;
  }

  /** A name in a method that is none of its variables: a member of its class, unless it is a global. */
  private ownMember(name: string, definition: FunctionDefinition): string | undefined {
    const owner = classOf(definition);
    if (owner === undefined || owner === '' || definition.parameters.includes(name)) return undefined;
    return localValues(this.reading.masked, definition, name).declared ? undefined : `${owner}.${name}`;
  }

  /** What this file puts into members of these names, null aside. */
  stores(names: ReadonlySet<string>): MemberContents {
    const { masked, unit } = this.reading;
    const flows: (readonly [RawSite, string])[] = [];
    const unknown = new Set<string>();
    const places = memberStores(unit.root.text, names);
    if (places.length > 0) masked.open([...names]);
    for (const place of places) {
      if (place.isBare && this.isLocal(place)) continue;
      const store = this.store(place);
      if (store.contents === UNKNOWN) unknown.add(store.key);
      else for (const site of store.contents.sites) flows.push([site, store.key]);
    }
    return { flows, unknown: [...unknown] };
  }

  private isLocal({ name, offset }: MemberStore): boolean {
    const definition = this.reading.functions.around(offset);
    if (definition === undefined || definition.parameters.includes(name)) return true;
    return localValues(this.reading.masked, definition, name).declared;
  }

  private store({ name, offset, isAddress }: MemberStore): {
    readonly key: string;
    readonly contents: Contents | undefined;
  } {
    const { masked, functions } = this.reading;
    const { tokens, match } = masked;
    const at = tokenAt(tokens, offset);
    const definition = functions.around(offset);
    const path = tokens[at]?.start === offset && definition ? pathBefore(tokens, at + 1) : undefined;
    const known = path && definition && this.keyOf(path, definition);
    if (known === undefined || definition === undefined) return { key: `?.${name}`, contents: UNKNOWN };
    if (isAddress || tokens[at + 1]?.text !== '=') return { key: known, contents: UNKNOWN };
    const value = this.value(tokens.slice(at + 2, valueEnd(tokens, match, at + 2)), definition, 0);
    // From another member: whose contents are not this one's to tell.
    const isSame = value !== UNKNOWN && [...value.keys].every((key) => key === known);
    return { key: known, contents: isSame ? value : UNKNOWN };
  }
}

/** What a file puts into members. */
export interface MemberContents {
  /** Allocations, and the key of the member that gets them. */
  readonly flows: readonly (readonly [RawSite, string])[];
  /** Keys of members that get something else; `?.Name` where the structure is not seen. */
  readonly unknown: readonly string[];
}

function classOf({ name, scope }: FunctionDefinition): string | undefined {
  const parts = name.split('::');
  return (parts.length > 1 ? parts.at(-2) : scope)?.trim();
}
