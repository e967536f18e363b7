/** Bytes as a person reads them in a status bar: three digits. Pure. */
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `700 MiB`, `1.5 GiB`. */
export function shortBytes(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1023.5 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  const text = unit === 0 || amount >= 99.95 ? amount.toFixed(0) : String(Number(amount.toFixed(1)));
  return `${text} ${UNITS[unit] ?? ''}`;
}
