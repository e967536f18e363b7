/**
 * PoolMon's column Mapped_Driver (`/g`): what a pooltag.txt says of a tag, in brackets, as PoolMon prints it. Pure.
 */
import type { PoolTagFile } from '../tags/poolTagFile';
import { printable } from './printable';

export const MAPPED_DRIVER_HEADING = '  Mapped_Driver';
const UNKNOWN = 'Unknown Driver';

/** Text of the column for a tag: `[afd.sys - AFD buffers]`. */
export type MappedDriver = (tag: number) => string;

/** Each tag is looked up once. */
export function mappedDriver(file: PoolTagFile): MappedDriver {
  const known = new Map<number, string>();
  return (tag) => {
    const before = known.get(tag);
    if (before !== undefined) return before;
    const [entry] = file.describe(tag);
    const text =
      entry === undefined
        ? UNKNOWN
        : `[${[entry.binary, entry.description].filter((part) => part !== undefined && part !== '').join(' - ')}]`;
    const safe = printable(text);
    known.set(tag, safe);
    return safe;
  };
}
