/**
 * Text of hostile origin (paths, symbols, tags) made safe for a terminal or a log: control characters are spelled out,
 * so that no file name can move the cursor, colour the screen or fake a line.
 */

/** C0, DEL, C1, and the characters that reorder text. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => {
    const code = char.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
