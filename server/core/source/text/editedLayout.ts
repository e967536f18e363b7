/**
 * The layout of a text that differs from another one in one stretch: only that stretch is read, up to a place from which
 * both go on alike. Gives what `readLayout` gives; evaluates nothing.
 */
import { readLayoutFrom, type Directive, type FileLayout, type LayoutPosition } from './layout';

export interface LaidOut {
  readonly text: string;
  readonly layout: FileLayout;
}

/** Layout of `text`, which was edited out of `before`. */
export function editedLayout(before: LaidOut, text: string): FileLayout {
  const { text: old, layout } = before;
  const start = restartBefore(layout, commonStart(old, text));
  const shift = text.length - old.length;
  const common = text.length - commonEnd(old, text, start.at);
  const { end, ...read } = readLayoutFrom(
    text,
    start,
    (at, place) => at >= common && isPlace(layout, at - shift, place),
  );
  return joined(layout, start.at, read, end - shift, shift);
}

function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
}

/** Length of the common end, not reaching in front of `from`. */
function commonEnd(a: string, b: string, from: number): number {
  const most = Math.min(a.length, b.length) - from;
  let length = 0;
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length)) length += 1;
  return length;
}

/** The last place at or in front of `limit` at which a reader's state is known: a directive's beginning, or behind a brace. */
function restartBefore({ directives, braces }: FileLayout, limit: number): LayoutPosition {
  const directive = directives[firstFrom(directives.length, (at) => (directives[at]?.start ?? 0) >= limit) - 1];
  const pair = firstFrom(braces.length / 2, (at) => (braces[2 * at] ?? 0) >= limit) - 1;
  const behind = pair < 0 ? 0 : (braces[2 * pair] ?? 0) + 1;
  if (directive === undefined && behind === 0) return { at: 0, lineStart: true, last: 0 };
  // What stands in front of a directive has no say in what comes behind it.
  if (directive !== undefined && directive.start >= behind) return { at: directive.start, lineStart: true, last: 0 };
  return { at: behind, lineStart: false, last: braces[2 * pair + 1] === 0 ? 125 : 123 };
}

/** Whether a reader of the old text came by here, too. */
function isPlace({ directives, braces }: FileLayout, at: number, place: 'directive' | 'behind brace'): boolean {
  if (place === 'directive')
    return directives[firstFrom(directives.length, (index) => (directives[index]?.start ?? 0) >= at)]?.start === at;
  return braces[2 * firstFrom(braces.length / 2, (index) => (braces[2 * index] ?? 0) >= at - 1)] === at - 1;
}

/** The first of `count` for which `holds`, which goes on holding from there; `count` when it never does. */
function firstFrom(count: number, holds: (at: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The old layout in front of `start`, what was read, and the old one from `end` on, moved. */
function joined(old: FileLayout, start: number, read: FileLayout, end: number, shift: number): FileLayout {
  const { directives } = old;
  const count = directives.length;
  const moved = directives
    .slice(firstFrom(count, (at) => (directives[at]?.start ?? 0) >= end))
    .map((directive): Directive => (shift === 0 ? directive : moveDirective(directive, shift)));
  return {
    directives: [
      ...directives.slice(
        0,
        firstFrom(count, (at) => (directives[at]?.start ?? 0) >= start),
      ),
      ...read.directives,
      ...moved,
    ],
    comments: joinedPairs(old.comments, start, read.comments, end, (value) => value + shift),
    braces: joinedPairs(old.braces, start, read.braces, end, (value, isOffset) => (isOffset ? value + shift : value)),
  };
}

function moveDirective({ kind, start, end, argument }: Directive, shift: number): Directive {
  return { kind, start: start + shift, end: end + shift, argument: argument + shift };
}

/** `move` gets each number of the pairs behind the edit, and whether it is the first of its pair. */
function joinedPairs(
  old: readonly number[],
  start: number,
  read: readonly number[],
  end: number,
  move: (value: number, isFirst: boolean) => number,
): number[] {
  const pairs = old.length / 2;
  const before = 2 * firstFrom(pairs, (at) => (old[2 * at] ?? 0) >= start);
  const behind = 2 * firstFrom(pairs, (at) => (old[2 * at] ?? 0) >= end);
  const found = [...old.slice(0, before), ...read];
  for (let at = behind; at < old.length; at += 1) found.push(move(old[at] ?? 0, at % 2 === 0));
  return found;
}
