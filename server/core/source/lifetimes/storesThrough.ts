/**
 * What changes a variable besides assignments: calls that get its address, references to it, macros. Reads tokens; of
 * most of them it is not known what they put there.
 */
import type { RawSite } from '../calls/rawSites';
import { argumentPlace } from '../syntax/argumentPlace';
import type { FunctionDefinition } from '../syntax/functionHead';
import { splitArguments, tokenAt, type Token } from '../text/lexer';
import { placesOf } from '../text/namePlaces';
import type { BlockCalls } from './blockCalls';
import { hasOwnTags, ofSite, UNKNOWN, type Contents } from './contents';
import { isOperand } from './pointerPaths';
import type { PointerReading } from './pointerReading';
import type { Store } from './reachingStores';

/** Something that may change a variable, and what it puts there. */
export interface VariableStore extends Store {
  readonly contents: () => Contents | undefined;
}

/** Tokens of a call in front of an argument. */
const MOST_BEFORE = 400;

export class StoresThrough {
  constructor(
    private readonly reading: PointerReading,
    private readonly calls: BlockCalls,
    /** By the offset of the called name. */
    private readonly allocations: ReadonlyMap<number, RawSite>,
  ) {}

  /**
   * What else but assignments puts into a variable: calls that get its address and of which it is known what they put
   * there. Undefined when something may change it of which that is not known.
   */
  into(name: string, definition: FunctionDefinition): VariableStore[] | undefined {
    const { tokens } = this.reading.masked;
    const found: VariableStore[] = [];
    for (const at of placesOf(
      tokens,
      name,
      tokenAt(tokens, definition.bodyStart),
      tokenAt(tokens, definition.bodyEnd),
    )) {
      const before = tokens[at - 1]?.text ?? '';
      if (/^(?:\.|->|::)$/.test(before)) continue;
      const next = tokens[at + 1]?.text ?? '';
      if (before === '&' && !isOperand(tokens[at - 2]) && next !== '->' && next !== '[') {
        const store = this.storeThrough(tokens, at);
        if (store === undefined) return UNKNOWN;
        found.push(store);
      }
      // A reference to it.
      if (before === '=' && tokens[at - 3]?.text === '&' && next === ';') return UNKNOWN;
      if (/^[(,]$/.test(before) && /^[,)]$/.test(next) && this.mayAssign(tokens, at)) return UNKNOWN;
      if (before === '>>' || next === '{') return UNKNOWN;
    }
    return found;
  }

  /** `Create(&name)`, with the name at `at`. */
  private storeThrough(tokens: readonly Token[], at: number): VariableStore | undefined {
    if (!/^[,)]$/.test(tokens[at + 1]?.text ?? '')) return undefined;
    let open = at - 1;
    for (let depth = 0; open >= 0 && at - open < MOST_BEFORE; open -= 1) {
      const text = tokens[open]?.text ?? '';
      if (text === ')') depth += 1;
      else if (text === '(' && (depth -= 1) < 0) break;
      else if (/^[;{}]$/.test(text)) return undefined;
    }
    const callee = tokens[open - 1];
    const close = this.reading.masked.match[open] ?? -1;
    if (callee?.kind !== 'name' || close < at || /^(?:\.|->|::)$/.test(tokens[open - 2]?.text ?? '')) return undefined;
    const args = splitArguments(tokens, open + 1, close);
    const position = args.findIndex((arg) => arg.length === 2 && arg[1] === tokens[at]);
    if (position < 0) return undefined;
    const site = this.allocations.get(callee.start);
    const store = { offset: callee.start, end: undefined };
    if (site) return this.calls.ofSite(site) === position ? { ...store, contents: () => ofSite(site) } : undefined;
    const definition = this.calls.named(callee.text, args.length);
    const contents = definition && this.calls.through(definition, position);
    return contents && hasOwnTags(contents) ? { ...store, contents: () => contents } : undefined;
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
}
