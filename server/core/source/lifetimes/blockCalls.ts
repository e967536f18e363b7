/**
 * Where a call takes or gives the block its tag belongs to: functions of the catalogue by their documentation, functions
 * of the file by what their bodies do. What a body does only at times is not told.
 */
import type { RawSite } from '../calls/rawSites';
import type { Wrapper } from '../externals';
import type { FunctionDefinition } from '../syntax/functionHead';
import { tokenAt, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import type { Branch } from '../translationUnit';
import { splitName } from '../values/owners';
import { onlyParameter, united, UNKNOWN, type Contents } from './contents';
import { readPath, stripped, valueEnd } from './pointerPaths';
import { isAlwaysReached } from './reachingStores';

/** As `Wrapper.block`. */
export const RETURNED = -1;

/** Allocators that give the address back. */
const GIVES_ADDRESS =
  /^(?:ExAllocatePool|FltAllocatePoolAligned|FsRtlAllocatePool|NdisAllocateMemoryWithTagPriority|MmAllocateMappingAddress)/;
/** Allocators that give it through a parameter. */
const GIVES_THROUGH = new Map([
  ['NdisAllocateMemoryWithTag', 0],
  ['StorPortAllocatePool', 3],
]);
/** Functions that free another argument than their first. */
const FREES_SECOND = /^(?:FltFreePoolAligned|NdisFreeMemoryWithTagPriority)/;

function ofCatalogue({ role, api }: Pick<RawSite, 'role' | 'api'>): number | undefined {
  if (role === 'free') return FREES_SECOND.test(api) ? 1 : 0;
  if (role !== 'allocate') return undefined;
  return GIVES_THROUGH.get(api) ?? (GIVES_ADDRESS.test(api) ? RETURNED : undefined);
}

/** What a body is read with. */
export interface BodyReader {
  readonly masked: MaskedSource;
  readonly hidden: (definition: FunctionDefinition) => readonly Branch[];
  readonly text: string;
  /** What an expression that ends at an offset may give. */
  readonly value: (tokens: readonly Token[], definition: FunctionDefinition) => Contents | undefined;
  readonly isOwn: (definition: FunctionDefinition, offset: number) => boolean;
}

export class BlockCalls {
  /** Functions of the file with sites, by their last name. */
  private readonly definitions = new Map<string, Set<FunctionDefinition>>();
  private readonly sitesOf = new Map<number, RawSite[]>();
  private readonly known = new Map<string, Contents | undefined>();
  private readonly open = new Set<string>();

  constructor(
    private readonly reader: BodyReader,
    sites: readonly RawSite[],
  ) {
    for (const site of sites) {
      const { function: definition } = site.place;
      if (definition === undefined || site.insideMacro) continue;
      const list = this.sitesOf.get(definition.bodyStart);
      if (list) list.push(site);
      else this.sitesOf.set(definition.bodyStart, [site]);
      const { name } = splitName(definition);
      const named = this.definitions.get(name) ?? new Set();
      if (![...named].some((one) => one.bodyStart === definition.bodyStart)) named.add(definition);
      this.definitions.set(name, named);
    }
  }

  /** The one function of that name, and number of parameters, that has sites. */
  named(name: string, parameterCount: number): FunctionDefinition | undefined {
    const [only, ...more] = this.definitions.get(name) ?? [];
    return more.length === 0 && only?.parameters.length === parameterCount ? only : undefined;
  }

  isNamed(name: string): boolean {
    return this.definitions.has(name);
  }

  /** Where the call at a site takes or gives the block: a position among its arguments, or RETURNED. */
  ofSite(site: RawSite): number | undefined {
    const { call, role } = site;
    if (call === undefined) return undefined;
    const block = call.wrapper === undefined ? ofCatalogue(site) : this.ofWrapper(call.wrapper);
    return role === 'allocate' && block === RETURNED && !call.isWhole ? undefined : block;
  }

  /** `Wrapper.block` of a function whose body may be in this file. */
  ofWrapper(wrapper: Wrapper): number | undefined {
    if (wrapper.kind === 'macro' || wrapper.keeps || wrapper.pointer) return undefined;
    if (!this.isNamed(wrapper.name)) return wrapper.block;
    const definition = this.named(wrapper.name, wrapper.parameterCount);
    if (definition === undefined) return undefined;
    if (wrapper.role === 'free') return this.freedParameter(definition);
    if (wrapper.role !== 'allocate') return undefined;
    const isCarried = (contents: Contents | undefined): boolean =>
      contents !== UNKNOWN &&
      contents.sites.size > 0 &&
      contents.keys.size + contents.parameters.size === 0 &&
      [...contents.sites].every(carriesItsTag);
    if (isCarried(this.returned(definition))) return RETURNED;
    const through = definition.parameters.findIndex((_, at) => isCarried(this.through(definition, at)));
    return through < 0 ? undefined : through;
  }

  /** The parameter that every free in a function frees, with a tag that comes in, whatever else it gets. */
  private freedParameter(definition: FunctionDefinition): number | undefined {
    const frees = (this.sitesOf.get(definition.bodyStart) ?? []).filter((site) => site.role === 'free');
    const found = new Set(
      frees.map((site) => (carriesItsTag(site) ? this.parameterFreedAt(site, definition) : undefined)),
    );
    const [only, ...more] = found;
    return more.length === 0 ? only : undefined;
  }

  /** The parameter that a free gives back each time its function is called. */
  parameterFreedAt(site: RawSite, definition: FunctionDefinition): number | undefined {
    const tokens = this.freedTokens(site);
    const path = tokens && readPath(tokens);
    if (tokens === undefined || path === undefined || path.members.length > 0) return undefined;
    const contents = this.reader.value(tokens, definition);
    const index = contents && onlyParameter(contents);
    if (index === undefined) return undefined;
    return isAlwaysReached(this.reader.masked, definition, site.name.start, path.root) ? index : undefined;
  }

  /** What a free gives back, as it stands in the file. */
  freedTokens(site: RawSite): readonly Token[] | undefined {
    const position = site.role === 'free' ? this.ofSite(site) : undefined;
    return position === undefined ? undefined : written(site.call?.args[position]);
  }

  /** What a function returns. */
  returned(definition: FunctionDefinition): Contents | undefined {
    return this.once(`${String(definition.bodyStart)} return`, () => {
      const { tokens, match } = this.reader.masked;
      const to = tokenAt(tokens, definition.bodyEnd);
      const values: (Contents | undefined)[] = [];
      for (let at = tokenAt(tokens, definition.bodyStart); at < to; at += 1) {
        if (tokens[at]?.text !== 'return' || !this.reader.isOwn(definition, tokens[at]?.start ?? 0)) continue;
        values.push(this.reader.value(tokens.slice(at + 1, valueEnd(tokens, match, at + 1)), definition));
      }
      if (values.length === 0) return UNKNOWN;
      return united([...values, this.hiddenValues(definition, /\breturn\b/g)]);
    });
  }

  /** What a function puts where a parameter points: `*Out = …`, when it does nothing else with it. */
  through(definition: FunctionDefinition, index: number): Contents | undefined {
    const name = definition.parameters[index] ?? '';
    if (name === '') return UNKNOWN;
    return this.once(`${String(definition.bodyStart)} ${name}`, () => {
      const { tokens, match } = this.reader.masked;
      const to = tokenAt(tokens, definition.bodyEnd);
      const values: (Contents | undefined)[] = [];
      for (let at = tokenAt(tokens, definition.bodyStart); at < to; at += 1) {
        if (tokens[at]?.text !== name || /^(?:\.|->)$/.test(tokens[at - 1]?.text ?? '')) continue;
        const use = useThrough(tokens, at);
        if (use === 'store')
          values.push(this.reader.value(tokens.slice(at + 2, valueEnd(tokens, match, at + 2)), definition));
        else if (use === 'other') return UNKNOWN;
      }
      if (values.length === 0) return UNKNOWN;
      return united([...values, this.hiddenValues(definition, new RegExp(`\\*\\s*${name}\\s*=`, 'g'))]);
    });
  }

  /** What stands behind these words in stretches the reading leaves out: allocations, or not known. */
  private hiddenValues(definition: FunctionDefinition, words: RegExp): Contents | undefined {
    const { hidden, text } = this.reader;
    const sites = new Set<RawSite>();
    const own = this.sitesOf.get(definition.bodyStart) ?? [];
    for (const { start, end } of hidden(definition)) {
      const from = Math.max(start, definition.bodyStart);
      const part = text.slice(from, Math.min(end, definition.bodyEnd));
      for (const found of part.matchAll(words)) {
        const behind = from + found.index + found[0].length;
        const site = own.find(({ name }) => name.start >= behind);
        if (site?.role !== 'allocate' || !/^[\s()\w*]*$/.test(text.slice(behind, site.name.start))) return UNKNOWN;
        sites.add(site);
      }
    }
    return { sites, keys: new Set(), parameters: new Set() };
  }

  private once(key: string, find: () => Contents | undefined): Contents | undefined {
    if (this.known.has(key)) return this.known.get(key);
    if (this.open.has(key)) return UNKNOWN;
    this.open.add(key);
    const found = find();
    this.open.delete(key);
    this.known.set(key, found);
    return found;
  }
}

/** Tokens that all stand in the file as they are, casts and parentheses aside. */
function written(tokens: readonly Token[] | undefined): readonly Token[] | undefined {
  const part = stripped(tokens ?? []);
  return part.length > 0 && part.every(({ foreign }) => foreign !== true) ? part : undefined;
}

/** Whether a site's tag is one that comes in, and nothing else. */
function carriesItsTag({ value: { tags, reasons, parameters, arriving = [] } }: RawSite): boolean {
  return tags.length + reasons.length === 0 && parameters.length + arriving.length === 1;
}

/** What is done with a pointer to a pointer: something is stored there, it is looked at, or anything else. */
function useThrough(tokens: readonly Token[], at: number): 'store' | 'look' | 'other' {
  const before = tokens[at - 1]?.text ?? '';
  const next = tokens[at + 1]?.text ?? '';
  if (before === '*') {
    if (next === '=') return /^[;{})]$/.test(tokens[at - 2]?.text ?? '') ? 'store' : 'other';
    return /^(?:==|!=|\)|\?|;|&&|\|\|)$/.test(next) && tokens[at - 2]?.text !== ',' ? 'look' : 'other';
  }
  if (/^(?:==|!=)$/.test(next) || /^(?:==|!=|!)$/.test(before)) return 'look';
  return before === '(' && next === ')' && tokens[at - 2]?.text === 'if' ? 'look' : 'other';
}
