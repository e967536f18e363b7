/**
 * Numbers as text, the way the reader's language writes them. Pure; texts around the numbers are in strings.ts.
 */

export interface Formats {
  /** `12,345`. */
  readonly count: (value: number) => string;
  /** `(+12)`, `(−3)`; nothing when there was no change. The sign carries what colour says. */
  readonly change: (value: number) => string;
  /** `0.98`, `2`: at most two digits behind the point. */
  readonly decimal: (value: number) => string;
  /** `1.52 GiB`, three significant digits. */
  readonly bytes: (value: number) => string;
  /** `+1.52 GiB`, `−12 B`. */
  readonly signedBytes: (value: number) => string;
  /** `12.3 %`: a part from 0 to 1, nothing for none. */
  readonly share: (part: number) => string;
  /** `45 s`, `10 min`, `6 h`, `7 d`. */
  readonly duration: (milliseconds: number) => string;
  /** `= 0.012`, `< 0.001`: a probability as a comparison. */
  readonly chance: (probability: number) => string;
  /** `14:03:22`, with the date when it is not today's. */
  readonly time: (milliseconds: number, now: number) => string;
  /** `14:03:22`, `14:03` or `14 Feb, 14:03`, as short as the time an axis shows allows. */
  readonly axisTime: (milliseconds: number, spanMs: number) => string;
}

const LONGEST_IN_SECONDS = 10 * 60_000;
const LONGEST_IN_MINUTES = 24 * 3_600_000;

/** Longest duration a unit is used for, in it, and its length in milliseconds. */
const DURATIONS: readonly (readonly [Intl.NumberFormatOptions['unit'], number, number])[] = [
  ['second', 1000, 59],
  ['minute', 60_000, 59],
  ['hour', 3_600_000, 23],
  ['day', 86_400_000, Number.POSITIVE_INFINITY],
];
const LEAST_CHANCE = 0.001;

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

function scaled(value: number): { readonly amount: number; readonly unit: string } {
  let amount = value;
  let unit = 0;
  while (Math.abs(amount) >= 1023.5 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return { amount, unit: UNITS[unit] ?? 'B' };
}

/** Language tags the page got from outside are not trusted to be well-formed. */
function knownLocale(locale: string): string | undefined {
  try {
    return Intl.NumberFormat.supportedLocalesOf([locale])[0];
  } catch {
    return undefined;
  }
}

export function formatsFor(language: string): Formats {
  const locale = knownLocale(language);
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const digits = [0, 1, 2].map((n) => new Intl.NumberFormat(locale, { maximumFractionDigits: n }));
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const dated = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const short = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const day = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' });
  const chance = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 });
  const durations = DURATIONS.map(([unit, length, most]) => {
    const style = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 } as const;
    return { length, most, format: new Intl.NumberFormat(locale, style) };
  });
  const percent = new Intl.NumberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const bytes = (value: number): string => {
    const { amount, unit } = scaled(value);
    const fraction = unit === 'B' || Math.abs(amount) >= 100 ? 0 : Math.abs(amount) >= 10 ? 1 : 2;
    return `${(digits[fraction] ?? whole).format(amount)} ${unit}`;
  };
  const count = (value: number): string => whole.format(value);
  return {
    count,
    change: (value) => {
      if (value === 0) return '';
      return value > 0 ? `(+${count(value)})` : `(\u2212${count(-value)})`;
    },
    decimal: (value) => (digits[2] ?? whole).format(value),
    bytes,
    signedBytes: (value) => (value < 0 ? `\u2212${bytes(-value)}` : `+${bytes(value)}`),
    share: (part) => (part === 0 ? '' : percent.format(part)),
    duration: (milliseconds) => {
      const unit = durations.find(({ length, most }) => Math.round(milliseconds / length) <= most);
      return unit === undefined ? '' : unit.format.format(milliseconds / unit.length);
    },
    chance: (p) => (p < LEAST_CHANCE ? `< ${chance.format(LEAST_CHANCE)}` : `= ${chance.format(p)}`),
    axisTime: (milliseconds, spanMs) =>
      (spanMs <= LONGEST_IN_SECONDS ? clock : spanMs <= LONGEST_IN_MINUTES ? short : day).format(milliseconds),
    time: (milliseconds, now) => {
      const date = new Date(milliseconds);
      if (Number.isNaN(date.getTime())) return '';
      return date.toDateString() === new Date(now).toDateString() ? clock.format(date) : dated.format(date);
    },
  };
}
