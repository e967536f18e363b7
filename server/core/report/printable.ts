/**
 * Text of hostile origin (paths, symbols, tags) made safe for a terminal or a log: control characters are spelled out,
 * so that no file name can move the cursor, colour the screen or fake a line.
 */

/** C0, DEL, C1, and the characters that reorder text or can't be seen. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => {
    const code = char.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
