/**
 * What constructors get that no call by the class's name shows: members in lists of initializers, further declarators,
 * returned and passed lists in braces, and templates that make an object of the class. Evaluates only those arguments.
 */
import { wrapperKey, type Wrapper } from '../externals';
import type { Flow } from '../flows';
import type { FunctionIndex } from '../syntax/functions';
import { angleArguments } from '../syntax/templates';
import { behindAngles, splitArguments, tokenAt, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import type { Names } from '../values/names';
import { ownerOf, seenOutside } from '../values/owners';
import type { Place } from '../values/place';
import type { WrapperLookup } from './call';

export interface ConstructionSources {
  /** Of the root. */
  readonly text: string;
  readonly masked: MaskedSource;
  readonly functions: FunctionIndex;
  readonly names: Names;
  /** Constructors that pass a parameter on, by the names their classes have here. */
  readonly constructors: WrapperLookup;
}

/** Makers that pass all of their arguments on to the constructor. */
const MAKERS = /^(?:make_unique|make_shared|make_unique_nothrow|make_shared_nothrow)$/;

/** Flows into constructors of these classes. */
export function findConstructions(sources: ConstructionSources, classes: ReadonlySet<string>): Flow[] {
  const { masked, functions } = sources;
  masked.open([...classes, ...wordsBeforeLists(sources.text)]);
  const reader = new Constructions(sources);
  const { tokens } = masked;
  const flows: Flow[] = [];
  const objects = objectsOf(sources, classes);
  for (let at = 1; at < tokens.length; at += 1) {
    const token = tokens[at];
    const before = tokens[at - 1]?.text ?? '';
    const next = tokens[at + 1]?.text ?? '';
    const named = token?.kind === 'name' && (next === '(' || next === '{') ? objects.get(token.text) : undefined;
    if (named !== undefined && /^[:,]$/.test(before)) flows.push(...reader.construct(named, at + 1));
    else if (token?.text === '{' && /^[(,]$/.test(before)) flows.push(...reader.passed(at, classes));
    else if (token?.text === '{' && before === 'return') {
      const definition = functions.around(token.start);
      const type = definition && typeInFront(tokens, tokenAt(tokens, definition.nameStart));
      if (type !== undefined && classes.has(type)) flows.push(...reader.construct(type, at));
    } else if (token?.text === '<' && tokens[at - 1]?.kind === 'name') flows.push(...reader.made(at, classes));
  }
  return flows;
}

const LIST = /\b(?:(return)|(\w{1,64})\s*\()\s*\{/g;
const MOST_LISTS = 256;

/** `return` and names of functions, where lists in braces stand behind them. */
function wordsBeforeLists(text: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const [, keyword, name] of text.matchAll(LIST)) {
    words.add(keyword ?? name ?? '');
    if (words.size >= MOST_LISTS) break;
  }
  return words;
}

/** Variables and members that are declared with one of the classes, here and in what is included: name → class. */
function objectsOf({ masked, names }: ConstructionSources, classes: ReadonlySet<string>): ReadonlyMap<string, string> {
  const objects = new Map<string, string>();
  for (const tokens of [masked.tokens, ...names.index.tokensNaming(classes)]) {
    for (const [at, { text }] of tokens.entries()) {
      if (!classes.has(text)) continue;
      let next = tokens[at + 1]?.text === '<' ? behindAngles(tokens, at + 1) : at + 1;
      // `Pool a(1), b(2);`: further declarators are told by the comma in front of them.
      for (; tokens[next]?.kind === 'name'; next += 1) {
        objects.set(tokens[next]?.text ?? '', text);
        next = behindDeclarator(tokens, next + 1);
        if (tokens[next]?.text !== ',') break;
      }
    }
  }
  return objects;
}

const MOST_DECLARATOR = 200;

/** Index behind what initializes a declarator. */
function behindDeclarator(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length && at < from + MOST_DECLARATOR; at += 1) {
    const text = tokens[at]?.text ?? '';
    if (/^[({[]$/.test(text)) depth += 1;
    else if (/^[)}\]]$/.test(text)) depth -= 1;
    if (depth < 0 || (depth === 0 && /^[,;]$/.test(text))) return at;
  }
  return from;
}

/** The type in front of a function's name. */
function typeInFront(tokens: readonly Token[], at: number): string | undefined {
  let last = at - 1;
  while (tokens[last]?.text === '::') last -= 2;
  const type = tokens[last];
  return type?.kind === 'name' ? type.text : undefined;
}

class Constructions {
  constructor(private readonly sources: ConstructionSources) {}

  /** An object of a class from the list that opens at `open`. */
  construct(name: string, open: number): Flow[] {
    const { masked, names } = this.sources;
    const close = masked.match[open] ?? -1;
    if (close < 0) return [];
    const args = splitArguments(masked.tokens, open + 1, close);
    const place = this.placeAt(open);
    return this.fitting(name, args.length).flatMap((wrapper) =>
      wrapper.carries.flatMap((position) => {
        const pack = args.find((arg) => arg.at(-1)?.text === '...');
        const tokens = pack ?? args[position] ?? names.defaultArgument(wrapper, position);
        if (tokens === undefined) return [];
        const { tags, reasons, arriving = [] } = seenOutside(names.value(tokens, place), ownerOf(place, undefined));
        const from = arriving.filter((one) => one.index >= 0).map(({ key, index }) => ({ key, index }));
        return [{ to: wrapperKey(wrapper), parameter: position, tags, reasons, ...(from.length > 0 && { from }) }];
      }),
    );
  }

  /** `Take({ … })` where `Take` has a parameter of one of the classes. */
  passed(at: number, classes: ReadonlySet<string>): Flow[] {
    const { masked, names } = this.sources;
    const { tokens } = masked;
    let open = at - 1;
    for (let depth = 0; open > 0 && open > at - MOST_DECLARATOR; open -= 1) {
      const text = tokens[open]?.text ?? '';
      if (text === ';') return [];
      if (/^[)}\]]$/.test(text)) depth += 1;
      else if (/^[({[]$/.test(text) && (depth -= 1) < 0) break;
    }
    const callee = tokens[open]?.text === '(' ? tokens[open - 1] : undefined;
    if (callee?.kind !== 'name' || classes.has(callee.text)) return [];
    return [...classes]
      .filter((name) => names.index.hasParameterOf(callee.text, name))
      .flatMap((name) => this.construct(name, at));
  }

  /** `make_unique<Class>(…)`, with the `<` at `at`: what other functions put into the constructor is not seen. */
  made(at: number, classes: ReadonlySet<string>): Flow[] {
    const { tokens } = this.sources.masked;
    const behind = behindAngles(tokens, at);
    if (tokens[behind]?.text !== '(' || tokens[behind + 1]?.text === ')') return [];
    const maker = tokens[at - 1]?.text ?? '';
    if (/_cast$/.test(maker) || classes.has(maker)) return [];
    const [first, ...more] = angleArguments(tokens, at) ?? [];
    const name = first?.findLast((token) => token.kind === 'name')?.text ?? '';
    if (!classes.has(name) || first?.at(-1)?.kind !== 'name') return [];
    if (MAKERS.test(maker) && more.length === 0) return this.construct(name, behind);
    const reasons = [`what ${maker} makes a ${name} of is not seen`];
    return this.fitting(name, undefined).flatMap((wrapper) =>
      wrapper.carries.map((parameter) => ({ to: wrapperKey(wrapper), parameter, tags: [], reasons })),
    );
  }

  private fitting(name: string, count: number | undefined): readonly Wrapper[] {
    const all = this.sources.constructors(name);
    return count === undefined
      ? all
      : all.filter((one) => count === one.parameterCount || (count < one.parameterCount && count > 0));
  }

  private placeAt(at: number): Place {
    const offset = this.sources.masked.tokens[at]?.start ?? 0;
    const definition = this.sources.functions.around(offset);
    return { offset, ...(definition && { function: definition }) };
  }
}
