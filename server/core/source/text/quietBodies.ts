/**
 * Bodies of functions that name nothing of interest: most of a driver's text. What stands in them is not read, unless
 * somebody asks later. Found by braces alone, before a text is cut into tokens.
 */
import { BRACE, type FileLayout } from './layout';

/** A stretch of text, half-open. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The insides of bodies that stand at the top, or in a namespace, a linkage or a class; ascending. */
export function functionBodies(text: string, layout: FileLayout, hidden: readonly Span[]): Span[] {
  // Braces in raw strings look like those of code here.
  if (RAW_STRING.test(text)) return [];
  const found: Span[] = [];
  const { braces } = layout;
  const match = matchBraces(braces, hidden);
  for (let at = 0; at < braces.length; at += 2) {
    const close = match[at] ?? -1;
    if (close < 0) continue;
    const open = braces[at] ?? 0;
    if (braces[at + 1] === BRACE.openBehindParenthesis) found.push({ start: open + 1, end: braces[close] ?? 0 });
    else if (holdsFunctions(text, open)) continue;
    at = close;
  }
  return found;
}

const RAW_STRING = /R"[^\s()\\]{0,16}\(/;

/** For each opening brace outside the hidden stretches the place of the one that closes it, else -1. */
function matchBraces(braces: readonly number[], hidden: readonly Span[]): Int32Array {
  const match = new Int32Array(braces.length).fill(-1);
  const open: number[] = [];
  let next = 0;
  for (let at = 0; at < braces.length; at += 2) {
    const offset = braces[at] ?? 0;
    while ((hidden[next]?.end ?? Infinity) <= offset) next += 1;
    if ((hidden[next]?.start ?? Infinity) <= offset) continue;
    if (braces[at + 1] !== BRACE.close) open.push(at);
    else {
      const from = open.pop();
      if (from !== undefined) match[from] = at;
    }
  }
  return match;
}

/** Most of what stands in front of a brace and belongs to it, in characters. */
const MOST_HEAD = 400;

function holdsFunctions(text: string, brace: number): boolean {
  return /\b(?:namespace|extern|class|struct|union)\b[^;{}()=]*$/.test(
    text.slice(Math.max(0, brace - MOST_HEAD), brace),
  );
}
