/**
 * Tokens of Rust as macros see them: words, literals, single marks, and groups in brackets. Reads any text, finished or not.
 */
export interface MacroToken {
  readonly kind: 'word' | 'literal' | 'lifetime' | 'mark' | 'group';
  /** Of a group its opening bracket. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** What stands in a group's brackets. */
  readonly inside: readonly MacroToken[];
}

const TOKEN = new RegExp(
  [
    String.raw`(?<gap>\s+|//[^\n]*|/\*[^]*?(?:\*/|$))`,
    String.raw`(?<raw>(?:br|cr|r)(?<hashes>#*)"[^]*?"\k<hashes>)`,
    String.raw`(?<text>[bc]?"(?:\\[^]|[^"\\])*(?:"|$))`,
    String.raw`(?<char>b?'(?:\\(?:x[\da-fA-F]{2}|u\{[\da-fA-F_]*\}|[^])|[^'\\])')`,
    String.raw`(?<lifetime>'[A-Za-z_]\w*)`,
    String.raw`(?<number>\d(?:[\w]|\.(?=\d))*)`,
    String.raw`(?<word>(?:r#)?[\p{L}_][\p{L}\p{N}_]*)`,
    String.raw`(?<mark>[^])`,
  ].join('|'),
  'uy',
);
const MOST_TOKENS = 20_000;
const MOST_NESTED = 100;
const CLOSES: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Tokens of a text; undefined when its brackets don't match, or it is too long. */
export function macroTokens(text: string): readonly MacroToken[] | undefined {
  const open: { readonly token: Omit<MacroToken, 'end'>; readonly inside: MacroToken[] }[] = [];
  const top: MacroToken[] = [];
  let inside = top;
  let count = 0;
  for (let at = 0; at < text.length;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null || (count += 1) > MOST_TOKENS) return undefined;
    const start = at;
    at = TOKEN.lastIndex;
    const { gap, lifetime, word, mark } = match.groups ?? {};
    if (gap !== undefined) continue;
    if (mark !== undefined && Object.hasOwn(CLOSES, mark)) {
      const token = { kind: 'group', text: mark, start, inside: [] } as const;
      open.push({ token, inside });
      if (open.length > MOST_NESTED) return undefined;
      inside = [];
    } else if (mark !== undefined && /[)\]}]/.test(mark)) {
      const group = open.pop();
      if (group === undefined || CLOSES[group.token.text] !== mark) return undefined;
      group.inside.push({ ...group.token, end: at, inside });
      inside = group.inside;
    } else {
      const kind =
        word !== undefined ? 'word' : lifetime !== undefined ? 'lifetime' : mark !== undefined ? 'mark' : 'literal';
      inside.push({ kind, text: match[0], start, end: at, inside: [] });
    }
  }
  return open.length === 0 ? top : undefined;
}

export function isMark(token: MacroToken | undefined, text: string): boolean {
  return token?.kind === 'mark' && token.text === text;
}
