/**
 * Bytes of a source file to text, in the encodings Windows sources come in: UTF-8, UTF-16 with or without a byte order
 * mark, else a code page. Never fails: what fits nothing is read as windows-1252, one character a byte.
 */
import { eastAsianCodePage } from './codePage';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const utf16le = new TextDecoder('utf-16le');
const utf16be = new TextDecoder('utf-16be');
const windows1252 = new TextDecoder('windows-1252');

/** NUL bytes on one side of nearly every pair, none on the other: UTF-16 without a mark. */
function guessUtf16(bytes: Uint8Array): 'le' | 'be' | undefined {
  const pairs = Math.min(bytes.length, 512) >> 1;
  if (pairs < 8) return undefined;
  let even = 0;
  let odd = 0;
  for (let at = 0; at < pairs * 2; at += 2) {
    if (bytes[at] === 0) even += 1;
    if (bytes[at + 1] === 0) odd += 1;
  }
  if (odd > pairs * 0.7 && even === 0) return 'le';
  return even > pairs * 0.7 && odd === 0 ? 'be' : undefined;
}

/** The text of a source file; a byte order mark is not part of it. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16le.decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16be.decode(bytes);
  const guess = guessUtf16(bytes);
  if (guess !== undefined) return (guess === 'le' ? utf16le : utf16be).decode(bytes);
  try {
    return utf8.decode(bytes);
  } catch {
    const label = eastAsianCodePage(bytes);
    return label === undefined ? windows1252.decode(bytes) : new TextDecoder(label).decode(bytes);
  }
}
