/**
 * `macro_rules!` expanded by the words of the language: the first rule that matches, its body with what its names stand
 * for. An expansion is text in pieces that remember where they stand in the file. Bounded; evaluates nothing.
 */
import { matchAll, readPattern, repetitionAt, type Bound, type Bounds, type Pattern } from './macroPatterns';
import { isMark, macroTokens, type MacroToken } from './macroTokens';

/** Text of an expansion; what the macro was given has the offset it has in the arguments. */
export interface Piece {
  readonly text: string;
  readonly from?: number;
}

interface Rule {
  readonly pattern: readonly Pattern[] | undefined;
  readonly body: readonly MacroToken[];
}

export interface MacroRules {
  readonly name: string;
  /** Of the whole definition. */
  readonly text: string;
  readonly rules: readonly Rule[];
}

const MOST_PIECES = 20_000;

/** Reads `macro_rules! name { (pattern) => { body }; … }`; undefined when it is not finished. */
export function readMacroRules(text: string): MacroRules | undefined {
  const [, bang, name, group] = macroTokens(text) ?? [];
  if (!isMark(bang, '!') || name?.kind !== 'word' || group?.kind !== 'group') return undefined;
  const rules: Rule[] = [];
  for (let at = 0; at < group.inside.length; at += 1) {
    const [left, equals, arrow, right] = group.inside.slice(at, at + 4);
    if (left?.kind !== 'group' || !isMark(equals, '=') || !isMark(arrow, '>') || right?.kind !== 'group')
      return undefined;
    rules.push({ pattern: readPattern(left.inside), body: right.inside });
    at += isMark(group.inside[at + 4], ';') ? 4 : 3;
  }
  return { name: name.text, text, rules };
}

/** What a use of the macro stands for; `args` is the text between its brackets. Undefined: no rule is known to match. */
export function expandMacro(macro: MacroRules, args: string): readonly Piece[] | undefined {
  const tokens = macroTokens(args);
  if (tokens === undefined) return undefined;
  for (const { pattern, body } of macro.rules) {
    // What a rule that can't be read would match is not known, nor then whether the next one is meant.
    if (pattern === undefined || hasUnread(pattern)) return undefined;
    const bounds = matchAll(pattern, tokens);
    if (bounds === undefined) continue;
    const pieces: Piece[] = [];
    const isWhole = new Transcriber(macro.text, args, pieces).write(body, bounds);
    return isWhole ? pieces : undefined;
  }
  return undefined;
}

const READ = /^(?:tt|ident|lifetime|block|literal|expr|expr_2021|ty|path|vis)$/;

function hasUnread(pattern: readonly Pattern[]): boolean {
  return pattern.some((part) =>
    part.kind === 'bind' ? !READ.test(part.fragment) : part.kind !== 'token' && hasUnread(part.inside),
  );
}

class Transcriber {
  constructor(
    private readonly own: string,
    private readonly args: string,
    private readonly pieces: Piece[],
  ) {}

  /** False when the body says something that can't be written. */
  write(body: readonly MacroToken[], bounds: Bounds): boolean {
    let end = body[0]?.start ?? 0;
    for (let at = 0; at < body.length; at += 1) {
      const token = body[at];
      if (token === undefined || this.pieces.length > MOST_PIECES) return false;
      if (token.start > end) this.pieces.push({ text: ' ' });
      end = token.end;
      const repetition = repetitionAt(body, at);
      if (repetition) {
        if (!this.repeat(repetition.inside, repetition.separator, bounds)) return false;
        at = repetition.next - 1;
        end = body[at]?.end ?? end;
      } else if (isMark(token, '$')) {
        const name = body[(at += 1)];
        if (name?.kind !== 'word' || !this.fragment(name.text, bounds)) return false;
        end = name.end;
      } else if (token.kind === 'group') {
        this.pieces.push({ text: token.text });
        if (!this.write(token.inside, bounds)) return false;
        this.pieces.push({ text: this.own.charAt(token.end - 1) });
      } else this.pieces.push({ text: token.text });
    }
    return true;
  }

  private fragment(name: string, bounds: Bounds): boolean {
    if (name === 'crate') {
      this.pieces.push({ text: 'crate' });
      return true;
    }
    const bound = bounds.get(name);
    if (bound?.kind !== 'one') return false;
    const [first, last] = [bound.tokens[0], bound.tokens.at(-1)];
    if (first === undefined || last === undefined) return bound.fragment === 'vis';
    // An expression stays one whatever stands beside it, and matches no word of another macro's pattern.
    const isApart = /^expr/.test(bound.fragment) && this.pieces.at(-1)?.text !== '<';
    if (isApart) this.pieces.push({ text: '(' });
    this.pieces.push({ text: this.args.slice(first.start, last.end), from: first.start });
    if (isApart) this.pieces.push({ text: ')' });
    return true;
  }

  private repeat(inside: readonly MacroToken[], separator: readonly MacroToken[], bounds: Bounds): boolean {
    const names = [...wordsIn(inside)].filter((name) => bounds.get(name)?.kind === 'many');
    const lists = names.map((name) => [name, eachOf(bounds.get(name))] as const);
    const [first] = lists;
    if (first === undefined || lists.some(([, each]) => each.length !== first[1].length)) return false;
    for (let round = 0; round < first[1].length; round += 1) {
      if (round > 0) this.pieces.push({ text: separator.map(({ text }) => text).join('') });
      const now = new Map(bounds);
      for (const [name, each] of lists) {
        const bound = each[round];
        if (bound) now.set(name, bound);
      }
      this.pieces.push({ text: ' ' });
      if (!this.write(inside, now)) return false;
    }
    return true;
  }
}

function eachOf(bound: Bound | undefined): readonly Bound[] {
  return bound?.kind === 'many' ? bound.each : [];
}

/** Names behind dollar signs, in groups as well. */
function wordsIn(tokens: readonly MacroToken[]): Set<string> {
  const found = new Set<string>();
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'group') for (const name of wordsIn(token.inside)) found.add(name);
    if (token.kind === 'word' && isMark(tokens[at - 1], '$')) found.add(token.text);
  }
  return found;
}
