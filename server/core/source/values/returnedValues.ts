/**
 * What a function of several statements may return: every `return` that its arguments leave reachable, with all that its
 * variables may hold there. For functions that choose a tag by a `switch`, branches or a table of their own.
 */
import type { ArgumentPlace } from '../syntax/argumentPlace';
import { matchBrackets, type Token } from '../text/lexer';
import { isConstant, isNothing, NO_VALUE, unite, unknown, type TagValue } from './evaluate';
import { declaresHere } from './localScopes';
import { LocalName } from './locals';

/** What the names of a body stand for. */
export interface BodyNames {
  readonly bound: ReadonlyMap<string, TagValue>;
  /** Initializers of the body's own tables. */
  readonly tables: ReadonlyMap<string, readonly Token[]>;
}

export interface ReturningFunction {
  readonly parameters: readonly string[];
  /** Tokens between the body's braces, macros expanded. */
  readonly body: readonly Token[];
}

export interface BodyReader {
  readonly evaluate: (tokens: readonly Token[], names: BodyNames) => TagValue;
  /** Whether a call may change an argument it is given. */
  readonly mayWrite: (place: ArgumentPlace) => boolean;
}

const NOT_UNDERSTOOD = /^(?:goto|asm|_{1,2}(?:asm|try|except|finally)|try|catch|throw|co_\w+|setjmp)$/;
/** Words that a statement of an expression can't hold: a macro without a semicolon hides where it ends. */
const STATEMENTS = /^(?:return|if|else|for|while|do|switch|case|default|break|continue)$/;
const ROUNDS = 4;
const MOST_LOCALS = 32;

/** Undefined where the body is not understood. */
export function returnedValue(
  { parameters, body }: ReturningFunction,
  args: readonly TagValue[],
  reader: BodyReader,
): TagValue | undefined {
  if (args.length !== parameters.length || body.some(({ text }) => NOT_UNDERSTOOD.test(text))) return undefined;
  // Of expanded text the offsets say nothing: tokens stand where they stand in the list.
  const tokens = body.map((token, at) => ({ ...token, start: at, end: at + 1 }));
  const names = namesOf(tokens, parameters, args, reader);
  if (names === undefined) return undefined;
  const walk = new Walk(tokens, (part) => reader.evaluate(part, names));
  walk.block(0, tokens.length);
  const value = walk.isUnderstood ? unite(walk.returned) : NO_VALUE;
  // A sum that begins with 0, say, is computed: where it begins says nothing.
  const isComputed = value.reasons.length > 0 && value.tags.every((tag) => tag <= 0xffff);
  return isComputed || isNothing(value) ? undefined : value;
}

/** Values of the parameters and variables, each with all that is put into it anywhere. */
function namesOf(
  tokens: readonly Token[],
  parameters: readonly string[],
  args: readonly TagValue[],
  { evaluate, mayWrite }: BodyReader,
): BodyNames | undefined {
  const match = matchBrackets(tokens);
  const whole = {
    bodyStart: 0,
    bodyEnd: tokens.length,
    nameStart: 0,
    nameEnd: 0,
    name: '',
    parameters,
    isStatic: false,
  };
  const declared = new Set(
    tokens.flatMap(({ kind, text }, at) => (kind === 'name' && declaresHere(tokens, at) ? [text] : [])),
  );
  if (declared.size > MOST_LOCALS) return undefined;
  const tables = new Map<string, readonly Token[]>();
  const bound = new Map<string, TagValue>();
  const masked = { tokens, match };
  const read = [...new Set([...parameters, ...declared])].map((name) => {
    const { assigned, reasons, passed } = new LocalName(masked, whole, name).all();
    const written = passed.filter(mayWrite).map(({ callee }) => `'${name}' is passed to ${callee} by reference`);
    const given = args[parameters.indexOf(name)];
    return { name, assigned, first: unite([...(given ? [given] : []), ...[...reasons, ...written].map(unknown)]) };
  });
  for (const { name, first } of read) {
    bound.set(name, first);
    const table = tableOf(tokens, match, name);
    if (table) tables.set(name, table);
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    let isChanged = false;
    for (const { name, assigned, first } of read) {
      const before = bound.get(name) ?? NO_VALUE;
      const after = unite([first, ...assigned.map((one) => evaluate(one.tokens, { bound, tables }))]);
      if (after.tags.length + after.reasons.length === before.tags.length + before.reasons.length) continue;
      isChanged = true;
      bound.set(name, round === ROUNDS - 1 ? unite([after, unknown(`'${name}' is computed at run time`)]) : after);
    }
    if (!isChanged) break;
  }
  return { bound, tables };
}

/** The initializer of `TYPE name[] = { … }`, when the name is used for nothing but taking elements. */
function tableOf(tokens: readonly Token[], match: Int32Array, name: string): readonly Token[] | undefined {
  let table: readonly Token[] | undefined;
  for (const [at, token] of tokens.entries()) {
    if (token.text !== name || token.kind !== 'name') continue;
    const close = tokens[at + 1]?.text === '[' ? (match[at + 1] ?? -1) : -1;
    const next = tokens[close + 1]?.text ?? '';
    if (close < 0) {
      if (
        tokens[at - 2]?.text !== 'sizeof' &&
        !/^(?:ARRAYSIZE|RTL_NUMBER_OF|_countof)$/.test(tokens[at - 2]?.text ?? '')
      )
        return undefined;
    } else if (declaresHere(tokens, at)) {
      const brace = next === '=' ? close + 2 : close + 1;
      if (table !== undefined || tokens[brace]?.text !== '{') return undefined;
      table = tokens.slice(brace, (match[brace] ?? brace) + 1);
    } else if (tokens[at - 1]?.text === '&' || /^(?:[-+*/%&|^]|<<|>>)?=$|^(?:\+\+|--)$|^\[$/.test(next))
      return undefined;
  }
  return table;
}

/** How a statement ends. */
type Outcome = 'next' | 'returned' | 'broke';

class Walk {
  readonly returned: TagValue[] = [];
  isUnderstood = true;
  /** Something leaves the loop or switch that is read. */
  private isLeft = false;
  private readonly match: Int32Array;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly value: (tokens: readonly Token[]) => TagValue,
  ) {
    this.match = matchBrackets(tokens);
  }

  block(from: number, to: number): Outcome {
    for (let at = from; at < to;) {
      const end = this.statementEnd(at, to);
      const outcome = this.statement(at, end);
      if (outcome !== 'next') return outcome;
      at = end;
    }
    return 'next';
  }

  private text(at: number): string {
    return this.tokens[at]?.text ?? '';
  }

  /** Index behind the statement at `at`. */
  private statementEnd(at: number, to: number): number {
    const text = this.text(at);
    if (text === '{') return Math.max(at, this.match[at] ?? -1) + 1;
    if (text === 'else') return this.statementEnd(at + 1, to);
    if (text === 'do') {
      const body = this.statementEnd(at + 1, to);
      return this.behindSemicolon(body, to);
    }
    if (/^(?:if|for|while|switch)$/.test(text)) {
      const open = this.text(at + 1) === 'constexpr' ? at + 2 : at + 1;
      const close = this.match[open] ?? -1;
      if (close < 0) return to;
      const end = this.statementEnd(close + 1, to);
      return text === 'if' && this.text(end) === 'else' ? this.statementEnd(end + 1, to) : end;
    }
    const label = this.behindLabel(at, to);
    return label > at ? label : this.behindSemicolon(at, to);
  }

  /** Index behind `case X:`, `default:`; `at` where there is none. */
  private behindLabel(at: number, to: number): number {
    if (this.text(at) === 'default' && this.text(at + 1) === ':') return at + 2;
    if (this.text(at) !== 'case') return at;
    let end = at + 1;
    while (end < to && this.text(end) !== ':') end = Math.max(end, this.match[end] ?? -1) + 1;
    return end + 1;
  }

  private behindSemicolon(at: number, to: number): number {
    let end = at;
    while (end < to && this.text(end) !== ';') end = Math.max(end, this.match[end] ?? -1) + 1;
    return Math.min(end + 1, to);
  }

  private statement(at: number, end: number): Outcome {
    const text = this.text(at);
    if (text === '{') return this.block(at + 1, end - 1);
    if (text === 'if') return this.branch(at, end);
    if (text === 'switch') return this.choice(at, end);
    if (text === 'for' || text === 'while') this.block((this.match[at + 1] ?? end) + 1, end);
    else if (text === 'do') this.block(at + 1, this.statementEnd(at + 1, end));
    else if (text === 'return') {
      this.returned.push(this.value(this.tokens.slice(at + 1, end - 1)));
      return 'returned';
    } else if (text === 'break' || text === 'continue') {
      this.isLeft = true;
      return 'broke';
    } else if (this.behindLabel(at, end) === at && this.tokens.slice(at, end).some((one) => STATEMENTS.test(one.text)))
      this.isUnderstood = false;
    return 'next';
  }

  private branch(at: number, end: number): Outcome {
    const open = this.text(at + 1) === 'constexpr' ? at + 2 : at + 1;
    const close = this.match[open] ?? -1;
    const test = this.value(this.tokens.slice(open + 1, close));
    const behind = this.statementEnd(close + 1, end);
    const hasElse = behind < end && this.text(behind) === 'else';
    const known = isConstant(test) ? test.tags[0] !== 0 : undefined;
    const yes = known === false ? undefined : this.block(close + 1, behind);
    const no = known === true ? undefined : hasElse ? this.block(behind + 1, end) : 'next';
    if (yes === undefined || no === undefined) return yes ?? no ?? 'next';
    return yes === no ? yes : 'next';
  }

  private choice(at: number, end: number): Outcome {
    const close = this.match[at + 1] ?? -1;
    const open = close + 1;
    if (this.text(open) !== '{') return 'next';
    const chosen = this.value(this.tokens.slice(at + 2, close));
    const labels = this.labels(open + 1, end - 1);
    const starts = this.startsFor(chosen, labels);
    // A test before the first label does not run; behind each the rest runs until something ends it.
    const outer = this.isLeft;
    this.isLeft = false;
    const outcomes = starts.map(({ behind }) => this.block(behind, end - 1));
    const isLeft = this.isLeft;
    this.isLeft = outer;
    const isWhole = isConstant(chosen) ? starts.length > 0 : labels.some(({ value }) => value === undefined);
    return isWhole && !isLeft && outcomes.every((one) => one === 'returned') ? 'returned' : 'next';
  }

  /** Labels of the switch's own block: where they lead, and what they stand for; `default` has no value. */
  private labels(from: number, to: number): readonly Label[] {
    const found: Label[] = [];
    for (let at = from; at < to; at = this.statementEnd(at, to)) {
      const behind = this.behindLabel(at, to);
      if (behind === at) continue;
      const isDefault = this.text(at) === 'default';
      found.push({ behind, ...(!isDefault && { value: this.value(this.tokens.slice(at + 1, behind - 1)) }) });
    }
    return found;
  }

  private startsFor(chosen: TagValue, labels: readonly Label[]): readonly Label[] {
    const cases = labels.filter(({ value }) => value !== undefined);
    if (!isConstant(chosen) || !cases.every(({ value }) => value && isConstant(value))) return labels;
    const meant = cases.filter(({ value }) => value?.tags[0] === chosen.tags[0]);
    return meant.length > 0 ? meant : labels.filter(({ value }) => value === undefined);
  }
}

interface Label {
  readonly behind: number;
  readonly value?: TagValue;
}
