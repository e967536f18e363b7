/**
 * NTSTATUS values NtQuerySystemInformation is known to return, with their names (ntstatus.h) and what a user can do.
 */
import { PoolSourceError } from './poolSource';

export const STATUS_SUCCESS = 0;
export const STATUS_INVALID_INFO_CLASS = 0xc0000003;
export const STATUS_INFO_LENGTH_MISMATCH = 0xc0000004;

interface Meaning {
  readonly name: string;
  /** A sentence that begins after a colon, for someone in front of that machine. */
  readonly advice?: string;
}

const MEANINGS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [
    0xc0000002,
    { name: 'STATUS_NOT_IMPLEMENTED', advice: 'this Windows does not offer these statistics (is it Wine?)' },
  ],
  [
    STATUS_INVALID_INFO_CLASS,
    {
      name: 'STATUS_INVALID_INFO_CLASS',
      advice:
        'this Windows does not offer these statistics (is it Wine?); before Server 2003 turn pool tagging on with "gflags /r +ptg" and restart',
    },
  ],
  [
    STATUS_INFO_LENGTH_MISMATCH,
    { name: 'STATUS_INFO_LENGTH_MISMATCH', advice: 'the table grows faster than it can be read; try again' },
  ],
  [0xc0000005, { name: 'STATUS_ACCESS_VIOLATION' }],
  [0xc000000d, { name: 'STATUS_INVALID_PARAMETER' }],
  [0xc0000017, { name: 'STATUS_NO_MEMORY', advice: 'the machine is out of memory; close something and try again' }],
  [
    0xc0000022,
    {
      name: 'STATUS_ACCESS_DENIED',
      advice: 'this process runs at low integrity or in an app container; start VS Code from a normal session',
    },
  ],
  [0xc0000061, { name: 'STATUS_PRIVILEGE_NOT_HELD', advice: 'start VS Code as administrator' }],
  [0xc000009a, { name: 'STATUS_INSUFFICIENT_RESOURCES', advice: 'the machine is short of memory; try again' }],
  [0xc00000bb, { name: 'STATUS_NOT_SUPPORTED', advice: 'this Windows does not offer these statistics' }],
]);

/** `0xc0000003`. */
export function ntStatusText(status: number): string {
  return `0x${(status >>> 0).toString(16).padStart(8, '0')}`;
}

/** One line: what was refused, the status, its name, and what to do. */
export function refusal(what: string, status: number): PoolSourceError {
  const text = ntStatusText(status);
  const meaning = MEANINGS.get(status >>> 0);
  const name = meaning === undefined ? '' : ` ${meaning.name}`;
  const advice = meaning?.advice === undefined ? '' : `: ${meaning.advice}`;
  return new PoolSourceError(`The kernel refused ${what} with ${text}${name}${advice}.`, text);
}
