/**
 * How growth reads: the word or number in a cell, and the sentence that explains it. Texts only, no DOM.
 */
import type { TagGrowth } from '../../../src/shared/growth';
import type { Formats } from '../model/format';
import type { PanelStrings } from './strings';

/** What the cell says: a rate where there is a trend, else the verdict, and nothing while there is too little data. */
export function growthText(growth: TagGrowth | undefined, formats: Formats, strings: PanelStrings): string {
  switch (growth?.verdict) {
    case undefined:
    case 'tooLittle':
      return '';
    case 'stable':
    case 'bursty':
      return strings.growth[growth.verdict].toLowerCase();
    case 'growing':
    case 'draining':
      return strings.perMinute(formats.signedBytes(growth.bytesPerMinute));
  }
}

/** `Growing: +12.3 KiB/min over the last 10 min (64 of 600 readings, p < 0.001)`. */
export function growthDetail(growth: TagGrowth | undefined, formats: Formats, strings: PanelStrings): string {
  if (growth === undefined) return strings.growth.tooLittle;
  const { verdict, swing, points, samples, spanMs, p } = growth;
  const word = strings.growth[verdict];
  const readings =
    points < samples
      ? strings.readingsOf(formats.count(points), formats.count(samples))
      : strings.readings(formats.count(samples));
  if (verdict === 'tooLittle') return `${word} (${readings})`;
  const span = strings.overLast(formats.duration(spanMs));
  if (swing === 0) return `${word}: ${strings.noChange} ${span} (${readings})`;
  const trend = verdict === 'growing' || verdict === 'draining';
  const what = trend
    ? strings.perMinute(formats.signedBytes(growth.bytesPerMinute))
    : strings.swing(formats.bytes(swing));
  return `${word}: ${what} ${span} (${readings}, ${strings.chance(formats.chance(p))})`;
}
