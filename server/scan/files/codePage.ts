/**
 * Which East Asian code page a text that is no UTF-8 is written in, if it is. It matters: half of a character may look
 * like a backslash, which at the end of a comment would take the next line into it, and columns count characters. Judges
 * by which bytes stand in pairs; the single-byte code pages are not told apart.
 */

/** Share of the pairs that has to look like common text. */
const LIKELY = 0.7;

interface PairRules {
  readonly label: 'shift_jis' | 'gbk' | 'big5';
  /** Pairs that have to be seen; fewer say nothing. */
  readonly fewest: number;
  isLead(byte: number): boolean;
  isTrail(byte: number): boolean;
  /** Pairs that running text is mostly made of. */
  isCommon(lead: number, trail: number): boolean;
  /** Pairs without which there is no such text: a fifth of all at least. */
  isNeeded?(lead: number): boolean;
}

const between = (byte: number, first: number, last: number): boolean => byte >= first && byte <= last;

/** In the order they are tried: what fits the stricter rules first. */
const PAGES: readonly PairRules[] = [
  {
    label: 'shift_jis',
    fewest: 2,
    isLead: (byte) => between(byte, 0x81, 0x9f) || between(byte, 0xe0, 0xfc),
    isTrail: (byte) => between(byte, 0x40, 0x7e) || between(byte, 0x80, 0xfc),
    // Punctuation and both kana, and the common characters behind them.
    isCommon: (lead) => between(lead, 0x81, 0x84) || between(lead, 0x88, 0x97),
    // Western quotation marks and dashes before a letter look like the others.
    isNeeded: (lead) => between(lead, 0x81, 0x83),
  },
  {
    // Korean's code page 949 pairs its bytes alike.
    label: 'gbk',
    fewest: 2,
    isLead: (byte) => between(byte, 0x81, 0xfe),
    isTrail: (byte) => between(byte, 0x40, 0x7e) || between(byte, 0x80, 0xfe),
    isCommon: (lead, trail) => (between(lead, 0xa1, 0xa3) || between(lead, 0xb0, 0xd7)) && trail >= 0xa1,
  },
  {
    label: 'big5',
    fewest: 4,
    isLead: (byte) => between(byte, 0x81, 0xfe),
    isTrail: (byte) => between(byte, 0x40, 0x7e) || between(byte, 0xa1, 0xfe),
    isCommon: (lead) => between(lead, 0xa1, 0xc6),
  },
];

/** The code page as TextDecoder names it; undefined: one byte is one character. */
export function eastAsianCodePage(bytes: Uint8Array): PairRules['label'] | undefined {
  return PAGES.find((rules) => fits(bytes, rules))?.label;
}

function fits(bytes: Uint8Array, rules: PairRules): boolean {
  let pairs = 0;
  let common = 0;
  let needed = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) continue;
    // Half-width kana stand alone.
    if (rules.label === 'shift_jis' && between(lead, 0xa1, 0xdf)) continue;
    const trail = bytes[at + 1] ?? 0;
    if (!rules.isLead(lead) || !rules.isTrail(trail)) return false;
    pairs += 1;
    if (rules.isCommon(lead, trail)) common += 1;
    if (rules.isNeeded?.(lead) !== false) needed += 1;
    at += 1;
  }
  return pairs >= rules.fewest && common >= pairs * LIKELY && needed >= pairs / 5;
}
