/**
 * Bytes of a capture file → text: what consoles, redirections and editors on Windows write.
 * One byte outside any Unicode encoding stays one character, because it may be a byte of a tag.
 */

/**
 * UTF-16 with a byte-order mark (PowerShell's `>`) or without (programs that write wide characters to a pipe), UTF-8 with or
 * without one, else one character a byte.
 */
export function decodeCaptureText(bytes: Uint8Array): string {
  if (isUnmarkedUtf16(bytes)) return utf16(bytes, 1, 0, 0);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16(bytes, 1, 0);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16(bytes, 0, 1);
  const body = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  return utf8(body) ?? join(body.length, (i) => body[i] ?? 0);
}

/** Strings are made in pieces: one String.fromCharCode per character is slow, one for all overflows the stack. */
function join(length: number, unit: (index: number) => number): string {
  let text = '';
  const piece: number[] = [];
  for (let i = 0; i < length; i++) {
    piece.push(unit(i));
    if (piece.length === 4096) text += String.fromCharCode(...piece.splice(0));
  }
  return text + String.fromCharCode(...piece);
}

function utf16(bytes: Uint8Array, high: 0 | 1, low: 0 | 1, from = 2): string {
  const at = (i: number): number => ((bytes[i * 2 + from + high] ?? 0) << 8) | (bytes[i * 2 + from + low] ?? 0);
  return join(Math.floor((bytes.length - from) / 2), at);
}

/** Every tool's output begins with plain characters: eight of them with a NUL behind each are no text of bytes. */
function isUnmarkedUtf16(bytes: Uint8Array): boolean {
  if (bytes.length < 16) return false;
  for (let at = 0; at < 16; at += 2)
    if (bytes[at] === 0 || (bytes[at] ?? 0) > 0x7e || bytes[at + 1] !== 0) return false;
  return true;
}

/** What a terminal is told: moves of the cursor to another line, and everything else. ECMA-48: CSI, OSC, and short ones. */
const MOVES = /\u001b\[[0-9;]*[EFHfd]/g;
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b\n]{0,300}(?:\u0007|\u001b\\)|[ -/]*[0-Z\\^-~])/g;

/** Text of a terminal as lines: colours and titles left out, a cursor that is put elsewhere begins a line. */
export function withoutEscapes(text: string): string {
  return text.includes('\u001b[') ? text.replace(MOVES, '\n').replace(ESCAPES, '') : text;
}

/** Undefined when the bytes are not UTF-8. Surrogates, overlong forms and values past U+10FFFF are not. */
function utf8(bytes: Uint8Array): string | undefined {
  const units: number[] = [];
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i] ?? 0;
    const more = first < 0x80 ? 0 : first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : 3;
    if (more === 3 && (first < 0xf0 || first > 0xf4)) return undefined;
    let code = more === 0 ? first : first & (0x3f >> more);
    for (let k = 1; k <= more; k++) {
      const next = bytes[i + k] ?? 0;
      if ((next & 0xc0) !== 0x80) return undefined;
      code = (code << 6) | (next & 0x3f);
    }
    if (more === 2 && (code < 0x800 || (code >= 0xd800 && code < 0xe000))) return undefined;
    if (more === 3 && (code < 0x10000 || code > 0x10ffff)) return undefined;
    if (code < 0x10000) units.push(code);
    else units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff));
    i += more + 1;
    if (units.length >= 4096) text += String.fromCharCode(...units.splice(0));
  }
  return text + String.fromCharCode(...units);
}
