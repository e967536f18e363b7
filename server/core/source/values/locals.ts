/**
 * What a function does to one of its names: whether it declares it, and what it assigns. Reads tokens; no order of
 * statements is kept, since any of the values may reach a use.
 */
import { groupBy } from '../../index/groupBy';
import { argumentPlace, type ArgumentPlace } from '../syntax/argumentPlace';
import type { FunctionDefinition } from '../syntax/functionHead';
import { tokenAt, type Token } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import { placesOf } from '../text/namePlaces';
import { localEnumerators } from './localEnumerators';
import {
  declaresHere,
  localDeclarations,
  mayDeclare,
  type BracketedTokens,
  type LocalDeclaration,
} from './localScopes';
import { MeantLocals } from './meantLocals';

export interface LocalValues {
  readonly declared: boolean;
  /** Tokens of each assigned or initial value, and where it is assigned. */
  readonly assigned: readonly Assigned[];
  /** Changes that give no value that can be read: one sentence each. */
  readonly reasons: readonly string[];
  /** Calls that get the name itself as an argument: if they take it by reference they may change it. */
  readonly passed: readonly ArgumentPlace[];
  /** Offset of the declaration meant; undefined when there is none, or several. */
  readonly declaredAt?: number;
}

export interface Assigned {
  readonly offset: number;
  readonly tokens: readonly Token[];
  /** Behind a brace or comma: outside of functions that is an enumerator. */
  readonly isListed: boolean;
}

const MOST_ASSIGNMENTS = 32;

/** The reason of a name whose address is taken. */
export function setThroughAddress(name: string): string {
  return `'${name}' is set through its address`;
}

/** Assignments to a name inside a function, or in the whole file when none is given: of all that bear the name there. */
export function localValues(
  masked: MaskedSource,
  definition: FunctionDefinition | undefined,
  name: string,
): LocalValues {
  // A function is asked about because something in it is of interest; for the whole file all that name it are read.
  if (definition === undefined) masked.open([name]);
  return new LocalName(masked, definition, name).all();
}

/** A name in a function, with the variables it means in different blocks. */
export class LocalName {
  private readonly masked: BracketedTokens;
  private readonly declarations: readonly LocalDeclaration[];
  /** Indexes of the tokens that are the name. */
  private readonly uses: readonly number[];
  private readonly to: number;
  private readonly known = new Map<LocalDeclaration | undefined, LocalValues>();
  private meant: MeantLocals | undefined;
  private byMeaning: ReadonlyMap<LocalDeclaration | undefined, readonly number[]> | undefined;

  constructor(
    { tokens, match }: BracketedTokens,
    private readonly definition: FunctionDefinition | undefined,
    private readonly name: string,
  ) {
    this.masked = { tokens, match };
    const from = definition ? tokenAt(tokens, definition.bodyStart) : 0;
    this.to = definition ? tokenAt(tokens, definition.bodyEnd) : tokens.length;
    const uses = placesOf(tokens, name, from, this.to);
    this.uses = uses;
    this.declarations =
      definition && uses.some((at) => mayDeclare(tokens, at))
        ? localDeclarations(this.masked, from, this.to, uses)
        : [];
  }

  /** Of all variables of that name together. */
  all(): LocalValues {
    return { declared: this.declarations.length > 0, ...this.read(this.uses) };
  }

  /** Of the variable that the name means at an offset; `declared` is false where that is none of the function's own. */
  at(offset: number): LocalValues {
    const { tokens } = this.masked;
    const meant = this.around(tokenAt(tokens, offset));
    let found = this.known.get(meant);
    if (found !== undefined) return found;
    const uses = this.usesOf().get(meant) ?? [];
    const declaredAt = meant && tokens[meant.at]?.start;
    const values = this.read(uses, meant);
    found = { declared: meant !== undefined, ...values, ...(declaredAt !== undefined && { declaredAt }) };
    this.known.set(meant, found);
    return found;
  }

  private around(at: number): LocalDeclaration | undefined {
    this.meant ??= new MeantLocals(this.declarations);
    return this.meant.at(at);
  }

  /** Which of the uses mean each of the variables. */
  private usesOf(): ReadonlyMap<LocalDeclaration | undefined, readonly number[]> {
    this.byMeaning ??= groupBy(this.uses, (at) => this.around(at));
    return this.byMeaning;
  }

  private read(
    uses: readonly number[],
    meant?: LocalDeclaration,
  ): Pick<LocalValues, 'assigned' | 'reasons' | 'passed'> {
    const reader = new Uses(this.masked, this.to, this.name, this.definition !== undefined);
    for (const at of uses) reader.read(at, at === meant?.at ? meant.listedIn : undefined);
    return { assigned: reader.assigned, reasons: [...reader.reasons], passed: [...reader.passed.values()] };
  }
}

/** Where a name stands, read one after the other: what they put into it. */
class Uses {
  readonly assigned: Assigned[] = [];
  readonly reasons = new Set<string>();
  readonly passed = new Map<string, ArgumentPlace>();

  constructor(
    private readonly masked: BracketedTokens,
    private readonly to: number,
    private readonly name: string,
    private readonly isInside: boolean,
  ) {}

  /** `list`: where the list opens of which the name at `at` is an enumerator. */
  read(at: number, list?: number): void {
    const { tokens, match } = this.masked;
    const { name } = this;
    const before = tokens[at - 1];
    const next = tokens[at + 1]?.text ?? '';
    if (before?.text === '.' || before?.text === '->' || before?.text === '::') return;
    if (list !== undefined && /^[=,}]$/.test(next)) this.enumerator(at, list);
    // Outside a function an initializer is the declaration's own, read elsewhere.
    else if (next === '=') {
      if (!this.isInside && declaresHere(tokens, at)) return;
      this.add(at, tokens.slice(at + 2, valueEnd(this.masked, at + 2, this.to)), /^[{,]$/.test(before?.text ?? ''));
    } else if ((next === '{' || next === '(') && this.isInside && declaresHere(tokens, at)) {
      const close = match[at + 1] ?? -1;
      if (close > at + 2) this.add(at, tokens.slice(at + 2, close), false);
    } else if (/^(?:[-+*/%&|^]|<<|>>)=$|^(?:\+\+|--)$/.test(next) || before?.text === '++' || before?.text === '--') {
      this.reasons.add(`'${name}' is computed at run time`);
    } else if (isAddressed(tokens, match, at)) {
      this.reasons.add(setThroughAddress(name));
    } else if (/^[(,]$/.test(before?.text ?? '') && /^[,)]$/.test(next)) {
      const place = argumentPlace(tokens, at);
      if (place) this.passed.set(`${place.callee} ${String(place.position)}`, place);
    }
  }

  private add(at: number, tokens: readonly Token[], isListed: boolean): void {
    if (this.assigned.length >= MOST_ASSIGNMENTS) this.reasons.add(`'${this.name}' is assigned too often`);
    else this.assigned.push({ offset: this.masked.tokens[at]?.start ?? 0, tokens, isListed });
  }

  /** `{ A = 1, NAME }` inside a body: what the last initializer says, and one for each enumerator behind it. */
  private enumerator(at: number, open: number): void {
    const named = this.masked.tokens[at];
    const found = named && localEnumerators(this.masked, open).get(named);
    if (named === undefined || found === undefined) {
      this.reasons.add(`'${this.name}' stands in a list that is not understood`);
      return;
    }
    const { start, end } = named;
    const token = (kind: Token['kind'], text: string): Token => ({ kind, text, start, end, foreign: true });
    const first = found.from ?? [token('number', '0')];
    const count = found.steps === 0 ? [] : [token('punct', '+'), token('number', String(found.steps))];
    this.add(at, [token('punct', '('), ...first, token('punct', ')'), ...count], false);
  }
}

/** Whether the address of the name at `at` is taken where something may be written through it, or a reference made. */
function isAddressed(tokens: readonly Token[], match: Int32Array, at: number): boolean {
  const before = tokens[at - 1]?.text;
  const next = tokens[at + 1]?.text ?? '';
  // `TYPE &other = name;`
  if (before === '=' && next === ';') return tokens[at - 3]?.text === '&' && tokens[at - 4]?.kind === 'name';
  if (before !== '&' || !/^[,;)\]}[]$/.test(next)) return false;
  const ahead = tokens[at - 2];
  if (ahead?.text !== ')') return ahead?.kind !== 'name' && ahead?.kind !== 'number' && ahead?.text !== ']';
  // `(UCHAR *)&name` is a cast, `(flags) & name` is not.
  let open = at - 3;
  while (open > 0 && at - open < 12 && match[open] !== at - 2) open -= 1;
  const inside = tokens.slice(open + 1, at - 2);
  const isPointer = inside.at(-1)?.text === '*' || (inside.length === 1 && /^P[A-Z]|_PTR$/.test(inside[0]?.text ?? ''));
  return tokens[open]?.text === '(' && isPointer && tokens[open - 1]?.kind !== 'name';
}

function valueEnd(masked: BracketedTokens, from: number, limit: number): number {
  let at = from;
  while (at < limit && !/^[;,)\]}:]$/.test(masked.tokens[at]?.text ?? '')) {
    // `?` takes its `:` with it.
    if (masked.tokens[at]?.text === '?') at = colonOf(masked, at, limit);
    at = Math.max(at, masked.match[at] ?? -1) + 1;
  }
  return Math.min(at, limit);
}

/** The `:` of the `?` at `at`. */
function colonOf(masked: BracketedTokens, at: number, limit: number): number {
  let depth = 0;
  for (let next = at + 1; next < limit; next = Math.max(next, masked.match[next] ?? -1) + 1) {
    const text = masked.tokens[next]?.text;
    if (text === '?') depth += 1;
    else if (text === ':') {
      if (depth === 0) return next;
      depth -= 1;
    } else if (text === ';') break;
  }
  return at;
}
