/**
 * One row of a PoolMon table: where the tag stands, which pool, and the numbers, glued together or not.
 * Layouts: Microsoft's "PoolMon Display" page and posted output; columns are read as tokens, not by position.
 */
import type { Pool } from './sampleBuilder';

export interface PoolMonNumbers {
  readonly allocs: number;
  readonly frees: number;
  /** As printed; see `addsUp`. */
  readonly diff: number;
  readonly bytes: number;
  /** Nothing followed the bytes, where Per Alloc or a change is to. */
  readonly endsInBytes?: true;
}

export interface PoolMonRow extends PoolMonNumbers {
  /** Where the type word stands; the tag is left of it. */
  readonly typeColumn: number;
  readonly pool: Pool;
}

/** The type word stands within this many characters; bounds the search on a hostile line. */
const TYPE_WITHIN = 60;
/**
 * A number with its change in parentheses; the next number may follow the `)` without a blank. Two glued counters have 40
 * digits at most: hundreds of digits are no number.
 */
const WITH_CHANGES =
  /^\s*(\d{1,40})\s*\(\s*[+-]?\d+\s*\)\s*(\d{1,40})\s*\(\s*[+-]?\d+\s*\)\s*(-?\d{1,40})(?:\s+(-?\d{1,40}))?\s*\(\s*[+-]?\d+\s*\)/;
const WITHOUT_CHANGES = /^\s*(-?\d{1,40}(?:\s+-?\d{1,40}){2,4})(?=\s|$|\[)/;

/** Column and word of the type: the first `Nonp` or `Paged` behind a tag, with a number after it. */
function findType(line: string): { readonly column: number; readonly word: string } | undefined {
  for (const match of line.slice(0, TYPE_WITHIN).matchAll(/(?<=[ \t])(?:Nonp|Paged)(?=\s*-?\d)/g)) {
    // A tag may itself be `Nonp`: the type word has something before it.
    if (/\S/.test(line.slice(0, match.index))) return { column: match.index, word: match[0] };
  }
  return undefined;
}

/** Whether the line has the shape `something Nonp|Paged number`: a row, readable or not. */
export function looksLikeRow(line: string): boolean {
  return findType(line) !== undefined;
}

/** Reads a row; undefined when the line is none, or its numbers can't be told apart. */
export function parsePoolMonRow(line: string): PoolMonRow | undefined {
  const type = findType(line);
  if (type === undefined) return undefined;
  const rest = line.slice(type.column + type.word.length);
  const numbers = numbersWithChanges(rest) ?? numbersWithoutChanges(rest);
  if (numbers === undefined) return undefined;
  return { typeColumn: type.column, pool: type.word === 'Paged' ? 'paged' : 'nonPaged', ...numbers };
}

/** Whether Diff is Allocs − Frees, give or take the wrap of 32-bit counters. */
export function addsUp(row: PoolMonNumbers): boolean {
  const difference = row.allocs - row.frees;
  return row.diff === difference || (row.diff - difference) % 0x1_0000_0000 === 0;
}

function numbersWithChanges(rest: string): PoolMonNumbers | undefined {
  const match = WITH_CHANGES.exec(rest);
  if (match === null) return undefined;
  const allocs = Number(match[1]);
  const frees = Number(match[2]);
  const third = match[3] ?? '';
  if (match[4] !== undefined) return { allocs, frees, diff: Number(third), bytes: Number(match[4]) };
  // Diff and Bytes printed without a blank between them: Diff is known, so the rest is Bytes.
  const diff = String(allocs - frees);
  if (!third.startsWith(diff) || third.length === diff.length) return undefined;
  return { allocs, frees, diff: allocs - frees, bytes: Number(third.slice(diff.length)) };
}

function numbersWithoutChanges(rest: string): PoolMonNumbers | undefined {
  const tokens = WITHOUT_CHANGES.exec(rest)?.[1]?.trim().split(/\s+/);
  if (tokens === undefined) return undefined;
  if (tokens.length >= 5) {
    const [allocs = 0, frees = 0, diff = 0, bytes = 0] = tokens.map(Number);
    return { allocs, frees, diff, bytes };
  }
  if (tokens.length < 4) return undefined;
  const [allocs = 0, frees = 0, diff = 0, bytes = 0] = tokens.map(Number);
  // Without Per Alloc, or with two columns glued.
  return allocs - frees === diff ? { allocs, frees, diff, bytes, endsInBytes: true } : splitGlued(tokens);
}

/** Four tokens for five columns: two are glued. Accepts the one split that adds up, in Diff and in Per Alloc. */
function splitGlued(tokens: readonly string[]): PoolMonNumbers | undefined {
  const found: PoolMonNumbers[] = [];
  for (const [index, token] of tokens.entries()) {
    for (let cut = 1; cut < token.length && cut <= 20; cut++) {
      const parts = [...tokens.slice(0, index), token.slice(0, cut), token.slice(cut), ...tokens.slice(index + 1)];
      const [allocs = 0, frees = 0, diff = 0, bytes = 0, perAlloc = 0] = parts.map(Number);
      const expected = diff > 0 ? Math.floor(bytes / diff) : 0;
      if (allocs - frees === diff && perAlloc === expected) found.push({ allocs, frees, diff, bytes });
    }
  }
  return found.length === 1 ? found[0] : undefined;
}
