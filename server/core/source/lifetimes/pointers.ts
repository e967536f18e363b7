/**
 * Where allocations go and what frees give back, as far as the text of one file shows: variables of a function followed
 * through their assignments, members by the type they belong to. Whatever else may be in a variable makes it unknown:
 * what is told here is meant to accuse.
 */
import type { RawSite } from '../calls/rawSites';
import type { Wrapper } from '../externals';
import type { FunctionDefinition } from '../syntax/functionHead';
import { splitArguments, tokenAt, type Token } from '../text/lexer';
import { placesOf } from '../text/namePlaces';
import type { Branch } from '../translationUnit';
import { LocalName, setThroughAddress } from '../values/locals';
import { splitName } from '../values/owners';
import { BlockCalls, RETURNED } from './blockCalls';
import {
  hasOwnTags,
  NOTHING,
  ofMember,
  ofParameter,
  ofSite,
  onlyParameter,
  united,
  UNKNOWN,
  type Contents,
} from './contents';
import { MemberReader, type MemberContents } from './memberContents';
import { MemberKeys } from './memberKeys';
import { escapedName } from './memberStores';
import { pathBefore, readPath, stripped, type PointerPath } from './pointerPaths';
import type { PointerReading } from './pointerReading';
import { reachingStores } from './reachingStores';
import { StoresThrough, type VariableStore } from './storesThrough';

/** What a site's pointer is, in terms of raw sites. */
export interface RawPointer {
  readonly text: string;
  /** Members that hold it: equal keys within a module are the same member. */
  readonly keys: readonly string[];
  /** Of a free: the allocations that reach it. */
  readonly origins: readonly RawSite[];
  /** Of a free of a parameter: what each call of the function gives. */
  readonly given?: readonly GivenPointer[];
}

/** What one call gives in a parameter that is freed. */
export interface GivenPointer extends Pick<RawPointer, 'keys' | 'origins'> {
  /** Name of the called function, at the call. */
  readonly call: Token;
}

/** A block goes back to the interface it came from. */
export function poolFamily(api: string): string {
  return /^(?:Flt|Ndis|StorPort|Mm)/.exec(api)?.[0] ?? 'Ex';
}

const MOST_DEPTH = 6;
const MOST_SITES = 8;
const MOST_CALLS = 64;

export class Pointers {
  /** Allocations by the offset of the called name. */
  private readonly allocations = new Map<number, RawSite>();
  private readonly known = new Map<string, Contents | undefined>();
  private readonly open = new Set<string>();
  private readonly locals = new Map<string, LocalName>();
  private readonly copies = new Map<string, readonly string[]>();
  private readonly hidden = new Map<FunctionDefinition, readonly Branch[]>();
  private readonly calls: BlockCalls;
  private readonly members: MemberKeys;
  private readonly through: StoresThrough;
  private depth = 0;

  constructor(
    private readonly reading: PointerReading,
    sites: readonly RawSite[],
  ) {
    const { masked, unit, functions } = reading;
    this.members = new MemberKeys(masked, reading.structuresWith, reading.watched);
    this.calls = new BlockCalls(
      {
        masked,
        text: unit.root.text,
        hidden: (definition) => this.hiddenIn(definition),
        value: (tokens, definition) => this.value(tokens, definition),
        isOwn: (definition, offset) => functions.around(offset)?.bodyStart === definition.bodyStart,
      },
      sites,
    );
    for (const site of sites) {
      if (site.role === 'allocate' && site.insideMacro === undefined && this.isShown(site))
        this.allocations.set(site.name.start, site);
    }
    this.through = new StoresThrough(reading, this.calls, this.allocations);
  }

  /** Whether the site stands in the text as this reading shows it. */
  private isShown({ name, insideMacro }: RawSite): boolean {
    const { tokens } = this.reading.masked;
    return insideMacro === undefined && tokens[tokenAt(tokens, name.start)]?.start === name.start;
  }

  /** `Wrapper.block`, where it can be told. */
  readonly blockOf = (wrapper: Wrapper): number | undefined => this.calls.ofWrapper(wrapper);

  /** What each site's pointer is; sites of which nothing is sure are not in it. */
  read(sites: readonly RawSite[]): Map<RawSite, RawPointer> {
    const found = new Map<RawSite, RawPointer>();
    for (const site of sites) {
      const definition = site.place.function;
      if (definition === undefined || site.role !== 'free' || !accuses(site) || !this.isShown(site)) continue;
      const pointer = this.freed(site, definition);
      if (pointer) found.set(site, pointer);
    }
    for (const site of this.allocations.values()) {
      const definition = site.place.function;
      const target = definition && this.calls.ofSite(site) === RETURNED ? this.target(site) : undefined;
      if (definition === undefined || target === undefined) continue;
      const own = this.members.of(target, definition);
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
    const keys = new Set<string>();
    for (const at of this.placesIn(definition, name)) {
      if (tokens[at - 1]?.text !== '=' || tokens[at + 1]?.text !== ';') continue;
      const path = pathBefore(tokens, at - 1);
      const key = path && this.members.of(path, definition);
      if (key !== undefined) keys.add(key);
    }
    return [...keys];
  }

  private placesIn({ bodyStart, bodyEnd }: FunctionDefinition, name: string): readonly number[] {
    const { tokens } = this.reading.masked;
    return placesOf(tokens, name, tokenAt(tokens, bodyStart), tokenAt(tokens, bodyEnd));
  }

  private freed(site: RawSite, definition: FunctionDefinition): RawPointer | undefined {
    const tokens = this.calls.freedTokens(site);
    const path = tokens && readPath(tokens);
    if (tokens === undefined || path === undefined) return undefined;
    const contents = this.contents(path, definition, tokens[0]?.start ?? 0);
    if (contents === UNKNOWN) return undefined;
    const held = heldBy(contents);
    if (held) return { text: path.text, ...held };
    // What comes in has its own tag where the tag comes in with it: each call is a site then.
    if (onlyParameter(contents) === undefined || site.value.parameters.length > 0) return undefined;
    const index = this.calls.parameterFreedAt(site, definition);
    const given = index === undefined ? [] : this.given(definition, index);
    return given.length === 0 ? undefined : { text: path.text, keys: [], origins: [], given };
  }

  /** What the calls of a function in this file give in a parameter, as far as it is known. */
  private given(definition: FunctionDefinition, index: number): GivenPointer[] {
    const { masked, functions } = this.reading;
    const { name, scope } = splitName(definition);
    const count = definition.parameters.length;
    if (scope !== undefined || this.calls.named(name, count) === undefined) return [];
    masked.open([name]);
    const { tokens, match } = masked;
    const found: GivenPointer[] = [];
    for (const at of placesOf(tokens, name).slice(0, MOST_CALLS)) {
      const call = tokens[at];
      const caller = call && functions.around(call.start);
      const close = tokens[at + 1]?.text === '(' ? (match[at + 1] ?? -1) : -1;
      if (!call || !caller || close < 0 || /^(?:\.|->|::)$/.test(tokens[at - 1]?.text ?? '')) continue;
      const args = splitArguments(tokens, at + 2, close);
      const contents = args.length === count ? this.value(args[index] ?? [], caller) : UNKNOWN;
      const held = contents && heldBy(contents);
      if (held) found.push({ call, ...held });
    }
    return found;
  }

  /** Everything a variable or member may hold at a place; undefined when something unknown may be among it. */
  private contents(path: PointerPath, definition: FunctionDefinition, at: number): Contents | undefined {
    if (path.members.length > 0) {
      const key = this.members.of(path, definition);
      return key === undefined ? UNKNOWN : ofMember(key);
    }
    const name = `${String(at)} ${path.root}`;
    if (this.known.has(name)) return this.known.get(name);
    // In a circle of assignments nothing new comes in.
    if (this.open.has(name)) return NOTHING;
    if (this.depth > MOST_DEPTH) return UNKNOWN;
    this.open.add(name);
    this.depth += 1;
    const contents = this.variable(path.root, definition, at);
    this.depth -= 1;
    this.open.delete(name);
    if (this.open.size === 0) this.known.set(name, contents);
    return contents;
  }

  private variable(name: string, definition: FunctionDefinition, at: number): Contents | undefined {
    const { masked } = this.reading;
    const { declared, assigned, reasons, declaredAt } = this.local(definition, name).at(at);
    const index = declared ? -1 : definition.parameters.indexOf(name);
    if (!declared && index < 0) {
      const member = this.members.ownMember(name, definition);
      return member === undefined ? UNKNOWN : ofMember(member);
    }
    if (reasons.some((reason) => reason !== setThroughAddress(name)) || this.isHidden(name, definition)) return UNKNOWN;
    const given = this.through.into(name, definition);
    if (given === UNKNOWN) return UNKNOWN;
    const stores: VariableStore[] = [
      ...assigned.map(({ offset, tokens }) => ({
        offset,
        end: tokens.at(-1)?.end,
        contents: () => this.value(tokens, definition),
      })),
      ...given,
    ];
    // Of one store alone the order is of no interest.
    const isOrdered = stores.length > 1 || index >= 0;
    const reaching = isOrdered ? reachingStores(masked, definition, stores, at) : { stores, fromStart: true };
    // A variable that is static, or declared in a loop, keeps what it held.
    const isKept = declaredAt !== undefined && this.isStatic(declaredAt);
    const start = index >= 0 && reaching.fromStart ? [ofParameter(index)] : [];
    return united([...start, ...(isKept ? stores : reaching.stores).map((store) => store.contents())]);
  }

  private isStatic(declaredAt: number): boolean {
    const { tokens } = this.reading.masked;
    for (let at = tokenAt(tokens, declaredAt) - 1; at >= 0 && !/^[;{}]$/.test(tokens[at]?.text ?? ''); at -= 1) {
      if (tokens[at]?.text === 'static') return true;
    }
    return false;
  }

  private local(definition: FunctionDefinition, name: string): LocalName {
    const key = `${String(definition.bodyStart)} ${name}`;
    let found = this.locals.get(key);
    if (found === undefined) this.locals.set(key, (found = new LocalName(this.reading.masked, definition, name)));
    return found;
  }

  /** What an expression gives: an allocation, null, or what another variable holds. */
  private value(tokens: readonly Token[], definition: FunctionDefinition): Contents | undefined {
    const part = stripped(tokens);
    const [first] = part;
    if (first === undefined) return UNKNOWN;
    if (part.length === 1 && /^(?:NULL|nullptr|0)$/.test(first.text)) return NOTHING;
    const site = this.allocations.get(first.start);
    if (site && this.calls.ofSite(site) === RETURNED) return this.isWhole(part) ? ofSite(site) : UNKNOWN;
    if (part[1]?.text === '(' && this.isWhole(part)) return this.made(first.text, part);
    const choice = this.alternatives(part);
    if (choice) return united(choice.map((one) => this.value(one, definition)));
    const path = readPath(part);
    return path && this.contents(path, definition, first.start);
  }

  /** Both sides of `test ? one : other`. */
  private alternatives(tokens: readonly Token[]): readonly (readonly Token[])[] | undefined {
    let depth = 0;
    let test = -1;
    for (const [at, { text }] of tokens.entries()) {
      if (/^[({[]$/.test(text)) depth += 1;
      else if (/^[)}\]]$/.test(text)) depth -= 1;
      else if (depth === 0 && text === '?' && test >= 0) return undefined;
      else if (depth === 0 && text === '?') test = at;
      else if (depth === 0 && text === ':' && test >= 0) return [tokens.slice(test + 1, at), tokens.slice(at + 1)];
    }
    return undefined;
  }

  /** What a call of one of the file's functions returns, with tags that are the same each time. */
  private made(name: string, call: readonly Token[]): Contents | undefined {
    const count = splitArguments(call, 2, call.length - 1).length;
    const definition = this.calls.named(name, count);
    const contents = definition && this.calls.returned(definition);
    return contents && hasOwnTags(contents) ? contents : UNKNOWN;
  }

  /** Whether a call that begins these tokens ends with them. */
  private isWhole(tokens: readonly Token[]): boolean {
    const { masked } = this.reading;
    const at = tokenAt(masked.tokens, tokens[0]?.start ?? 0);
    const close = masked.tokens[at + 1]?.text === '(' ? (masked.match[at + 1] ?? -1) : at;
    return tokens.at(-1)?.end === masked.tokens[close]?.end;
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
    const hidden = this.hiddenIn(definition);
    if (hidden.length === 0) return false;
    const assigns = new RegExp(`(?<![\\w.>])${escapedName(name)}\\s*=(?!=)|&\\s*${escapedName(name)}\\b`);
    const { bodyStart, bodyEnd } = definition;
    return hidden.some(({ start, end }) =>
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

  /** What this file puts into members of these names, null aside. */
  stores(names: ReadonlySet<string>): MemberContents {
    const value = (tokens: readonly Token[], definition: FunctionDefinition): Contents | undefined =>
      this.value(tokens, definition);
    return new MemberReader(
      this.reading,
      this.members,
      value,
      this.reading.structuresWith,
      this.reading.watchedStructures,
    ).stores(names);
  }
}

/** Allocations and members, when they are all there is, and something. */
function heldBy({ sites, keys, parameters }: Contents): Pick<RawPointer, 'keys' | 'origins'> | undefined {
  if (parameters.size > 0 || sites.size + keys.size === 0 || sites.size > MOST_SITES) return undefined;
  return { keys: [...keys], origins: [...sites] };
}

/** Whether a free may have a tag that does not fit: 0 fits every block. */
function accuses({ value: { tags, parameters, arriving = [] } }: RawSite): boolean {
  return tags.some((tag) => tag !== 0) || parameters.length + arriving.length > 0;
}
