/**
 * The commands of a CMakeLists.txt as text: names and arguments, plain variables put in. Nothing is executed: what stands
 * in a function, a loop or under a condition that is not known is left out, and so is what needs a value from elsewhere.
 */

export interface CMakeCommand {
  /** Lower case. */
  readonly name: string;
  readonly args: readonly string[];
}

const TOKEN =
  /#\[(=*)\[[^]*?(?:\]\1\]|$)|#[^\r\n]*|"((?:[^"\\]|\\[^])*)"|\[(=*)\[([^]*?)\]\3\]|[()]|(?:[^\s()"#\\]|\\[^])+/g;
const MOST_TOKENS = 200_000;
const MOST_LENGTH = 20_000;

interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

/** The commands that are reached, in their order. `variables`: those that are set before the first line. */
export function readCMake(text: string, variables?: ReadonlyMap<string, readonly string[]>): CMakeCommand[] {
  const reader = new Reader(variables);
  let name = '';
  let depth = 0;
  let words: Word[] = [];
  let count = 0;
  for (const [all, , quoted, , bracketed] of text.matchAll(TOKEN)) {
    if ((count += 1) > MOST_TOKENS) break;
    if (all.startsWith('#')) continue;
    if (depth === 0) {
      if (all === '(') depth = 1;
      else name = all.toLowerCase();
      continue;
    }
    if (all === '(') depth += 1;
    else if (all === ')') depth -= 1;
    if (depth === 0) {
      reader.command(name, words);
      words = [];
    } else if (all === '(' || all === ')') words.push({ text: all, quoted: false });
    else words.push({ text: quoted ?? bracketed ?? all, quoted: quoted !== undefined || bracketed !== undefined });
  }
  return reader.commands;
}

const OPENS = /^(?:function|macro|foreach|while|block)$/;
const CLOSES = /^end(?:function|macro|foreach|while|block)$/;
/** Conditions that hold wherever a driver for Windows is built. */
const HOLDS: ReadonlySet<string> = new Set(['WIN32', 'MSVC', 'WDK_FOUND', 'TRUE', 'ON', '1', 'YES']);
const FAILS: ReadonlySet<string> = new Set(['UNIX', 'LINUX', 'APPLE', 'MINGW', 'CYGWIN', 'FALSE', 'OFF', '0', 'NO']);

class Reader {
  readonly commands: CMakeCommand[] = [];
  private readonly variables: Map<string, readonly string[]>;
  /** Of each open `if`: whether this arm is taken, and whether an earlier one was; undefined: not known. */
  private readonly groups: { taken: boolean | undefined; done: boolean | undefined }[] = [];
  private blocks = 0;

  constructor(variables?: ReadonlyMap<string, readonly string[]>) {
    this.variables = new Map(variables);
  }

  command(name: string, words: readonly Word[]): void {
    if (OPENS.test(name)) this.blocks += 1;
    else if (CLOSES.test(name)) this.blocks = Math.max(0, this.blocks - 1);
    else if (name === 'if') {
      const holds = condition(words);
      this.groups.push({ taken: holds, done: holds });
    } else if (name === 'elseif' || name === 'else') this.otherwise(name === 'else' ? true : condition(words));
    else if (name === 'endif') this.groups.pop();
    else if (this.blocks > 0) return;
    else if (name === 'set' || name === 'list') this.assign(name, words);
    else if (this.groups.every(({ taken }) => taken === true)) this.commands.push({ name, args: this.expand(words) });
  }

  private otherwise(holds: boolean | undefined): void {
    const group = this.groups.at(-1);
    if (group === undefined) return;
    group.taken = group.done === false ? holds : group.done === undefined ? undefined : false;
    if (group.done !== true) group.done = holds === true && group.done === false ? true : group.taken;
  }

  /** A variable that is set under a condition that is not known has no value here. */
  private assign(name: string, words: readonly Word[]): void {
    const isAppend = name === 'list' && words[0]?.text.toUpperCase() === 'APPEND';
    if (name === 'list' && !isAppend) return;
    const [variable, ...values] = words.slice(isAppend ? 1 : 0);
    if (variable === undefined || this.groups.some(({ taken }) => taken === false)) return;
    const end = values.findIndex(({ text, quoted }) => !quoted && /^(?:CACHE|PARENT_SCOPE)$/.test(text));
    const list = this.expand(end < 0 ? values : values.slice(0, end));
    const isKnown = this.groups.every(({ taken }) => taken === true);
    const before = isAppend ? (this.variables.get(variable.text) ?? []) : [];
    if (isKnown) this.variables.set(variable.text, [...before, ...list]);
    else if (!isAppend) this.variables.delete(variable.text);
  }

  /** Arguments with variables put in; one with an unknown variable is left out. */
  private expand(words: readonly Word[]): string[] {
    return words.flatMap(({ text, quoted }) => {
      const [, whole] = /^\$\{(\w+)\}$/.exec(text) ?? [];
      if (whole !== undefined && !quoted) return this.variables.get(whole) ?? [];
      const expanded = text.replace(/\$\{(\w+)\}/g, (all, name: string) => this.variables.get(name)?.join(';') ?? all);
      if (expanded.includes('${') || expanded.length > MOST_LENGTH) return [];
      const plain = expanded.replace(/\\([^A-Za-z0-9;])/g, '$1');
      return quoted ? [plain] : plain.split(';').filter((part) => part !== '');
    });
  }
}

/** Of an `if`: a lone name that is known, perhaps negated. */
function condition(words: readonly Word[]): boolean | undefined {
  const isNegated = words[0]?.text === 'NOT';
  const [only, ...more] = isNegated ? words.slice(1) : words;
  if (only === undefined || more.length > 0) return undefined;
  const name = only.text.toUpperCase();
  const holds = HOLDS.has(name) ? true : FAILS.has(name) ? false : undefined;
  return holds === undefined ? undefined : holds !== isNegated;
}
