/**
 * Which bytes of a function a listing shows: all of them, or a window around the place asked for when it is giant.
 */
import type { FunctionBounds } from '../code/functionMap';
import type { Piece } from './codeItems';

/** Some 6,000 instructions: more than anybody reads, little enough for an editor. */
const MOST_BYTES = 24 << 10;
const INT3 = 0xcc;

export interface ShownPiece extends Piece {
  /** Bytes of the range that are left out before and after. */
  readonly before: number;
  readonly after: number;
}

/** The range that holds the address is cut around it; the others have what is left, first come first served. */
export function shownPieces({ entry, ranges }: FunctionBounds, rva: number): readonly ShownPiece[] {
  const holding = ranges.find(({ code, begin, end }) => rva >= code.rva + begin && rva < code.rva + end);
  const holdingSize = holding === undefined ? 0 : Math.min(holding.end - holding.begin, MOST_BYTES);
  let left = MOST_BYTES - holdingSize;
  // The part with the entry comes first, as one would read it.
  const ordered = [...ranges].sort(
    (a, b) => Number(startsAt(b, entry)) - Number(startsAt(a, entry)) || a.code.rva + a.begin - b.code.rva - b.begin,
  );
  return ordered.map((range) => {
    const { code, begin } = range;
    const end = withoutPadding(range);
    let from = begin;
    let to = end;
    if (range === holding) {
      from = Math.max(begin, Math.min(rva - code.rva - MOST_BYTES / 2, end - MOST_BYTES));
      from -= (from - begin) % 4;
      to = Math.min(end, from + MOST_BYTES);
    } else {
      to = Math.min(end, begin + left);
      left -= to - begin;
    }
    return { code, begin: from, end: to, before: from - begin, after: end - to };
  });
}

function startsAt({ code, begin }: Piece, entry: number): boolean {
  return code.rva + begin === entry;
}

/** Bounds without a record reach to the next function, over the padding between the two. */
function withoutPadding({ code, begin, end }: Piece): number {
  let last = end;
  while (last > begin + 1 && code.bytes[last - 1] === INT3 && code.bytes[last - 2] === INT3) last -= 1;
  return last > begin + 1 && code.bytes[last - 1] === INT3 ? last - 1 : last;
}
