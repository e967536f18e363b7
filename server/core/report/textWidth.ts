/**
 * How many columns of a terminal a text takes, and texts cut to fit: at their end, their beginning or in the middle,
 * wherever the least is said. For texts without control characters; see printable.ts.
 */
import { eastAsianWidth } from 'get-east-asian-width';

/** Characters that are drawn onto the one before, or not at all. */
const WITHOUT_WIDTH = /^[\p{M}\p{Cf}]$/u;
const ELLIPSIS = '…';

function charWidth(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x7f) return 1;
  return WITHOUT_WIDTH.test(char) ? 0 : eastAsianWidth(code);
}

export function textWidth(text: string): number {
  let width = 0;
  for (const char of text) width += charWidth(char);
  return width;
}

/** The text, or as much of its beginning as fits with an ellipsis behind it. */
export function cutEnd(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  return `${leading([...text], width - 1).join('')}${ELLIPSIS}`;
}

/** The text, or as much of its end as fits with an ellipsis before it. */
export function cutStart(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  return `${ELLIPSIS}${leading([...text].reverse(), width - 1)
    .reverse()
    .join('')}`;
}

/** The text, or as much of its beginning and its end as fits with an ellipsis between: `ExAlloc…WithTag`. */
export function cutMiddle(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const front = leading([...text], Math.floor((width - 1) / 2)).join('');
  return front + cutStart(text, width - textWidth(front));
}

function leading(chars: readonly string[], width: number): string[] {
  let used = 0;
  const end = chars.findIndex((char) => (used += charWidth(char)) > width);
  return chars.slice(0, end < 0 ? chars.length : end);
}

/** Filled with blanks to the width. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}
