/**
 * Whether output is coloured, and the colours of tables: the sixteen that every terminal theme defines, never a
 * background, so that text is readable on dark and on light.
 */
import { styleText } from 'node:util';
import type { Paint, TableStyle } from '../core/report/table';
import type { Io } from './command';

export const COLOUR_CHOICES = ['auto', 'always', 'never'] as const;
type Colour = (typeof COLOUR_CHOICES)[number];

type Format = Parameters<typeof styleText>[0];

const FORMATS: Readonly<Record<TableStyle, Format | undefined>> = {
  file: ['bold', 'underline'],
  dim: 'dim',
  tag: 'bold',
  unknown: ['bold', 'yellow'],
  issue: 'red',
  source: 'cyan',
  plain: undefined,
  weak: 'dim',
  allocate: 'green',
  untagged: 'yellow',
  free: 'blue',
  bind: 'magenta',
  verify: 'dim',
};

/** --color wins; then FORCE_COLOR (0 is off), NO_COLOR, a dumb terminal; else a terminal is coloured, nothing else. */
export function wantsColour(choice: Colour, env: Io['env'], isTerminal: boolean): boolean {
  if (choice !== 'auto') return choice === 'always';
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return false;
  return isTerminal;
}

export function painter(coloured: boolean): Paint {
  if (!coloured) return (_style, text) => text;
  return (style, text) => {
    const format = FORMATS[style];
    return format === undefined ? text : styleText(format, text, { validateStream: false });
  };
}
