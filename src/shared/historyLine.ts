/**
 * A series drawn small: 32 readings at equal distances in time, each one of 32 levels between its lowest and highest.
 * One character a reading, so that thousands cross process borders cheaply. Pure.
 */

/** Readings of a line. */
export const LINE_POINTS = 32;
/** The highest level; 0 is the lowest reading of the window. */
export const MOST_LEVEL = 31;
/** Code of level 0: the digits and capitals that follow need no escape in JSON. */
const FIRST_CODE = 48;

/** A line of LINE_POINTS characters; `level` gives that of a point, from 0, and is rounded and bounded. */
export function writeLine(level: (point: number) => number): string {
  let line = '';
  for (let point = 0; point < LINE_POINTS; point++) {
    const bounded = Math.min(MOST_LEVEL, Math.max(0, Math.round(level(point))));
    line += String.fromCharCode(FIRST_CODE + (Number.isNaN(bounded) ? 0 : bounded));
  }
  return line;
}

/** Level of a point, from 0 to MOST_LEVEL; 0 where the line has none. */
export function levelAt(line: string, point: number): number {
  const level = line.charCodeAt(point) - FIRST_CODE;
  return level >= 0 && level <= MOST_LEVEL ? level : 0;
}
