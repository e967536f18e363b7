/**
 * Values of number and character literals as MSVC reads them: a multi-character literal is an int whose last character
 * is the lowest byte ('derF' is 0x64657246).
 */

const SIMPLE_ESCAPES = new Map([
  ['n', 10],
  ['t', 9],
  ['r', 13],
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['v', 11],
  ['e', 27],
]);

const PIECE = /\\(?:x([0-9a-fA-F]{1,8})|([0-7]{1,3})|\r?\n|([^]))|([^\\])/g;

/** Bytes between the quotes of a char or string literal, escapes resolved; undefined for wide or non-Latin text. */
export function literalBytes(spelling: string): number[] | undefined {
  const match = /^(L|u8?|U)?(["'])([^]*)\2$/.exec(spelling);
  if (match === null || (match[1] !== undefined && match[1] !== 'u8')) return undefined;
  const bytes: number[] = [];
  for (const piece of (match[3] ?? '').matchAll(PIECE)) {
    const [, hex, octal, simple, plain] = piece;
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16) & 0xff);
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 0xff);
    else {
      const text = plain ?? simple;
      if (text === undefined) continue; // a spliced line
      const code = plain === undefined ? (SIMPLE_ESCAPES.get(text) ?? text.charCodeAt(0)) : text.charCodeAt(0);
      if (code > 0xff) return undefined;
      bytes.push(code);
    }
    if (bytes.length > 64) return undefined;
  }
  return bytes;
}

/** Value of a character literal: at most four characters count; undefined when it has none or too many. */
export function charValue(spelling: string): number | undefined {
  const bytes = literalBytes(spelling);
  if (bytes === undefined || bytes.length === 0 || bytes.length > 4) return undefined;
  return bytes.reduce((value, byte) => ((value << 8) | byte) >>> 0, 0);
}

/** Value of an integer literal with suffixes and digit separators; undefined for floating point or nonsense. */
export function numberValue(spelling: string): number | undefined {
  const text = spelling.replaceAll("'", '').replace(/(?:[uUlLzZ]{1,3}|[uU]?[iI](?:8|16|32|64))$/, '');
  const match = /^(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|(0[0-7]*)|([1-9]\d*))$/.exec(text);
  if (match === null) return undefined;
  if (match[1] !== undefined) return Number.parseInt(match[1], 16);
  if (match[2] !== undefined) return Number.parseInt(match[2], 2);
  if (match[3] !== undefined) return Number.parseInt(match[3], 8);
  return Number.parseInt(text, 10);
}
