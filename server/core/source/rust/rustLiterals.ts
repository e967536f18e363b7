/**
 * Values of Rust's literals: integers with underscores and suffixes, characters, bytes and byte strings. Reads one spelling at a
 * time.
 */
import { bytesOf, exactly, integer, open, type Datum, type Possible } from './rustData';
import { cut, integerType, type IntegerType } from './rustTypes';

/** `0x4B4D_5253u32`, with the type behind it; undefined for anything but an integer. */
export function rustInteger(spelling: string): { readonly value: bigint; readonly type?: string } | undefined {
  const match = /^(0x[\da-f]+?|0o[0-7]+|0b[01]+|\d+)([iu](?:8|16|32|64|128|size))?$/i.exec(
    spelling.slice(0, 200).replaceAll('_', ''),
  );
  if (match?.[1] === undefined) return undefined;
  return { value: BigInt(match[1]), ...(match[2] !== undefined && { type: match[2] }) };
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

const U8: IntegerType = { bits: 8, signed: false };

export function literalInteger(text: string): Possible {
  const found = rustInteger(text);
  if (found === undefined) return open('a literal that is no tag');
  const type = found.type === undefined ? undefined : integerType(found.type);
  if (type && cut(found.value, type) !== found.value) return open('a literal that is no tag');
  return integer(found.value, type);
}

export function literalCharacter(text: string): Possible {
  const [code] = rustCodes(text) ?? [];
  if (code === undefined) return open('a literal that is no tag');
  return integer(code, text.startsWith('b') ? U8 : { bits: 32, signed: false });
}

export function literalText(text: string): Possible {
  const codes = rustCodes(text);
  if (codes === undefined) return open('a text that is not known');
  if (text.startsWith('b')) return bytesOf(codes);
  if (text.startsWith('c') || codes.some((code) => code > 0x7f)) return open('a text is no tag');
  const datum: Datum = { kind: 'text', bytes: codes };
  return exactly(datum);
}
