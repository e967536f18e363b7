/**
 * A window of readings as a small line (src/shared/historyLine.ts). Pure; knows no tags and no history.
 */
import { LINE_POINTS, MOST_LEVEL, writeLine } from '../../../src/shared/historyLine';
import type { SeriesWindow } from './growth';

/**
 * The line from the first to the last reading, at equal distances in time: between two readings a value stays what it
 * was. Undefined where there is nothing to draw: fewer than two readings, or no movement.
 */
export function sketch({ times, values, count, low, high }: SeriesWindow): string | undefined {
  const start = times[0] ?? 0;
  const span = (times[count - 1] ?? 0) - start;
  if (count < 2 || span <= 0 || !(high > low)) return undefined;
  let at = 0;
  return writeLine((point) => {
    const time = start + (point * span) / (LINE_POINTS - 1);
    while (at < count - 1 && (times[at + 1] ?? 0) <= time) at++;
    // The last point is the last reading, whatever the division gave.
    const value = values[point === LINE_POINTS - 1 ? count - 1 : at] ?? low;
    return (MOST_LEVEL * (value - low)) / (high - low);
  });
}
