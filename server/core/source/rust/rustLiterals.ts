/**
 * Values of Rust's literals: integers with underscores and suffixes, characters, bytes and byte strings.
 */

/** `0x4B4D_5253u32`; undefined for anything but an integer. */
export function rustInteger(spelling: string): number | undefined {
  const match = /^(0x[\da-f]+|0o[0-7]+|0b[01]+|\d+)(?:[iu](?:8|16|32|64|128|size))?$/i.exec(
    spelling.replaceAll('_', ''),
  );
  const value = match?.[1] === undefined ? NaN : Number(match[1]);
  return Number.isSafeInteger(value) ? value : undefined;
}

const ESCAPES = new Map([
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['0', 0],
  ['\\', 92],
  ["'", 39],
  ['"', 34],
]);
const PIECE = /\\(?:x([\da-fA-F]{2})|u\{([\da-fA-F_]{1,8})\}|\r?\n\s*|([^]))|([^\\])/gu;
const MOST_BYTES = 64;

/** Codes of the characters of `b"…"`, `"…"`, `br#"…"#`, `b'…'` and `'…'`; undefined for other text, and for long text. */
export function rustCodes(spelling: string): number[] | undefined {
  const raw = /^(?:br|cr|r)(#*)"([^]*)"\1$/.exec(spelling);
  if (raw) return codesOf([...(raw[2] ?? '')].map((character) => character.codePointAt(0) ?? 0));
  const match = /^(?:[bc]?"([^]*)"|b?'([^]*)')$/.exec(spelling);
  const inner = match?.[1] ?? match?.[2];
  if (inner === undefined || inner.length > 10 * MOST_BYTES) return undefined;
  const codes: number[] = [];
  for (const [, hex, unicode, simple, plain] of inner.matchAll(PIECE)) {
    if (hex !== undefined) codes.push(Number.parseInt(hex, 16));
    else if (unicode !== undefined) codes.push(Number.parseInt(unicode.replaceAll('_', ''), 16));
    else if (simple !== undefined) codes.push(ESCAPES.get(simple) ?? simple.codePointAt(0) ?? 0);
    else if (plain !== undefined) codes.push(plain.codePointAt(0) ?? 0);
  }
  return codesOf(codes);
}

function codesOf(codes: number[]): number[] | undefined {
  return codes.length > MOST_BYTES ? undefined : codes;
}

/** The number four bytes make, the first one lowest (`little`) or highest; undefined for any other count. */
export function fromBytes(bytes: readonly number[], order: 'little' | 'big'): number | undefined {
  if (bytes.length !== 4 || bytes.some((byte) => byte > 0xff)) return undefined;
  const highFirst = order === 'big' ? bytes : [...bytes].reverse();
  return highFirst.reduce((value, byte) => ((value << 8) | byte) >>> 0, 0);
}
