/**
 * Conditions of MSBuild as project files write them: comparisons of expanded texts, `and`, `or`, `!`, parentheses,
 * Exists and HasTrailingSlash. Three-valued: undefined for what calls functions or can't be read. Opens nothing itself.
 */

/** How a condition learns what it speaks of. */
export interface MsBuildConditionScope {
  /** The text with its properties replaced; undefined when one of them can't be known. */
  readonly expand: (text: string) => string | undefined;
  /** Whether a file or folder exists; undefined where nobody may look. */
  readonly exists: (path: string) => boolean | undefined;
}

type Truth = boolean | undefined;

const MOST_LENGTH = 4_000;
const MOST_DEPTH = 32;
const TOKEN = /\s*(?:'([^']*)'|(==|!=|<=|>=|[<>()!,])|((?:\$\([^()]*\)|[\w.%@-])+))/y;

interface Word {
  /** `'` for quoted and bare values, else the operator. */
  readonly kind: string;
  readonly text: string;
}

/** Whether the condition holds; an empty one does. */
export function evaluateMsBuildCondition(condition: string, scope: MsBuildConditionScope): Truth {
  if (condition.trim() === '') return true;
  const words = readWords(condition);
  return words === undefined ? undefined : new ConditionReader(words, scope).read();
}

function readWords(condition: string): Word[] | undefined {
  if (condition.length > MOST_LENGTH) return undefined;
  const words: Word[] = [];
  const text = condition.trimEnd();
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const [, quoted, operator, bare] = match;
    if (operator !== undefined) words.push({ kind: operator, text: operator });
    else if (bare !== undefined && /^(?:and|or)$/i.test(bare)) words.push({ kind: bare.toLowerCase(), text: bare });
    else words.push({ kind: quoted === undefined ? 'bare' : "'", text: quoted ?? bare ?? '' });
  }
  return words;
}

class ConditionReader {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly words: readonly Word[],
    private readonly scope: MsBuildConditionScope,
  ) {}

  read(): Truth {
    const value = this.either();
    return this.at === this.words.length ? value : undefined;
  }

  private take(kind: string): boolean {
    if (this.words[this.at]?.kind !== kind) return false;
    this.at += 1;
    return true;
  }

  private either(): Truth {
    let value = this.both();
    while (this.take('or')) {
      const right = this.both();
      value = value === true || right === true ? true : value === undefined || right === undefined ? undefined : false;
    }
    return value;
  }

  private both(): Truth {
    let value = this.single();
    while (this.take('and')) {
      const right = this.single();
      value =
        value === false || right === false ? false : value === undefined || right === undefined ? undefined : true;
    }
    return value;
  }

  private single(): Truth {
    if ((this.depth += 1) > MOST_DEPTH) return undefined;
    try {
      if (this.take('!')) {
        const value = this.single();
        return value === undefined ? undefined : !value;
      }
      if (this.take('(')) {
        const value = this.either();
        return this.take(')') ? value : undefined;
      }
      return this.comparison();
    } finally {
      this.depth -= 1;
    }
  }

  private comparison(): Truth {
    const left = this.words[this.at];
    if (left === undefined || (left.kind !== "'" && left.kind !== 'bare')) return undefined;
    this.at += 1;
    if (left.kind === 'bare' && this.take('(')) return this.call(left.text.toLowerCase());
    const operator = this.words[this.at]?.kind ?? '';
    if (!/^(?:[=!]=|[<>]=?)$/.test(operator)) return truthOf(this.scope.expand(left.text));
    const right = this.words[this.at + 1];
    this.at += 2;
    if (right === undefined) return undefined;
    return compare(operator, this.scope.expand(left.text), this.scope.expand(right.text));
  }

  private call(name: string): Truth {
    const argument = this.words[this.at];
    this.at += 1;
    if (!this.take(')') || argument === undefined) return undefined;
    const text = this.scope.expand(argument.text);
    if (text === undefined) return undefined;
    if (name === 'exists') return text === '' ? false : this.scope.exists(text);
    return name === 'hastrailingslash' ? /[\\/]$/.test(text) : undefined;
  }
}

function truthOf(text: string | undefined): Truth {
  if (text === undefined) return undefined;
  const lower = text.toLowerCase();
  if (/^(?:true|on|yes)$/.test(lower)) return true;
  return /^(?:false|off|no)$/.test(lower) ? false : undefined;
}

function compare(operator: string, left: string | undefined, right: string | undefined): Truth {
  if (left === undefined || right === undefined) return undefined;
  const equal = left.toLowerCase() === right.toLowerCase();
  if (operator === '==') return equal;
  if (operator === '!=') return !equal;
  const a = Number(left);
  const b = Number(right);
  if (left.trim() === '' || right.trim() === '' || Number.isNaN(a) || Number.isNaN(b)) return undefined;
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}
