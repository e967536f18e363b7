/**
 * A pool tag as somebody types or selects it: PoolMon's text, a number, or the C literal with its quotes.
 * Pure; knows nothing of VS Code.
 */
import { tagFromText } from '../shared/poolTag';

/** The tag a text means, or undefined. `'derF'` in quotes is the C literal, so it is read backwards. */
export function readTagInput(text: string): number | undefined {
  const literal = /^'((?:\\.|[^'\\]){1,4})'$/.exec(text.trim())?.[1];
  if (literal !== undefined) {
    const bytes = [...literal.replace(/\\(.)/g, '$1')].map((character) => character.charCodeAt(0));
    if (bytes.some((byte) => byte > 0xff)) return undefined;
    return bytes.reduce((value, byte) => ((value << 8) | byte) >>> 0, 0);
  }
  // Blanks are part of a tag; only text that is too long for one has blanks around it by accident.
  const trimmed = text.length > 4 ? text.trim() : text;
  return trimmed === '' ? undefined : tagFromText(trimmed);
}
