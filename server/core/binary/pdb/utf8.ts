/**
 * Text of symbol names: UTF-8 as PDB records store it, decoded without platform classes.
 * Never throws: broken sequences become U+FFFD.
 */

const REPLACEMENT = 0xfffd;

/** Decodes `bytes[start, end)`. The caller has checked the bounds; bytes outside read as broken sequences. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end;) {
    const lead = bytes[at] ?? 0;
    const width = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    let code = width === 1 ? lead : REPLACEMENT;
    let used = 1;
    if (width > 1 && at + width <= end) {
      const decoded = decodeSequence(bytes, at, width, lead);
      if (decoded !== undefined) {
        code = decoded;
        used = width;
      }
    }
    text += String.fromCodePoint(code);
    at += used;
  }
  return text;
}

function decodeSequence(bytes: Uint8Array, at: number, width: number, lead: number): number | undefined {
  let code = lead & (0x7f >> width);
  for (let index = 1; index < width; index++) {
    const next = bytes[at + index] ?? 0;
    if ((next & 0xc0) !== 0x80) return undefined;
    code = (code << 6) | (next & 0x3f);
  }
  const least = width === 2 ? 0x80 : width === 3 ? 0x800 : 0x10000;
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return code < least || code > 0x10ffff || surrogate ? undefined : code;
}
