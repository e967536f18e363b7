/**
 * A line of history as the `d` of an SVG path. Pure: a string in, a string out.
 */
import { levelAt, LINE_POINTS, MOST_LEVEL } from '../../../src/shared/historyLine';

/** Units of the drawing: a line's points stand `STEP` apart, its levels count from the bottom. */
const STEP = 3;
export const PATH_WIDTH = (LINE_POINTS - 1) * STEP;
export const PATH_HEIGHT = MOST_LEVEL;

/** Lines drawn again and again as rows change their places; dropped as a whole when there are too many. */
const drawn = new Map<string, string>();
const MOST_DRAWN = 4096;

export function historyPath(line: string): string {
  const known = drawn.get(line);
  if (known !== undefined) return known;
  let path = '';
  for (let point = 0; point < LINE_POINTS; point += 1) {
    path += `${point === 0 ? 'M' : 'L'}${String(point * STEP)} ${String(MOST_LEVEL - levelAt(line, point))}`;
  }
  if (drawn.size >= MOST_DRAWN) drawn.clear();
  drawn.set(line, path);
  return path;
}
