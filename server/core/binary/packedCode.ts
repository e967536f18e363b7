/**
 * Code that is not in the file as it runs: packed or encrypted images. Says so, so that no site found is not taken for
 * none there. Unpacks nothing.
 */
import type { ParseIssue } from '../../../src/shared/facts';
import type { ImageSection, PeImage } from './peImage';

/** Bits a byte; compiled code has 5.5 to 6.7, compressed data 7.8 and up. */
const PACKED_ENTROPY = 7.4;
/** Enough bytes to tell, few enough to cost nothing. */
const FEWEST_BYTES = 4096;
const MOST_BYTES = 1 << 16;
/** Incremental linking reserves room for code that way. */
const RESERVED = '.textbss';

/** What of the image's code can't be read, one issue for the image; for images in which no call was found. */
export function packedCode(image: PeImage): readonly ParseIssue[] {
  const code = image.sections.filter((section) => section.executable && section.name !== RESERVED);
  // A section behind the end of a truncated file is missing for another reason, which is said already.
  const absent = code.find(
    ({ rawOffset, rawSize, virtualSize }) =>
      rawSize === 0 && virtualSize >= FEWEST_BYTES && rawOffset < image.reader.length,
  );
  if (absent !== undefined) return [issue(absent, 'is filled at run time')];
  const dense = code.find((section) => entropy(image, section) > PACKED_ENTROPY);
  return dense === undefined ? [] : [issue(dense, 'is compressed or encrypted')];
}

function issue({ name, rawOffset }: ImageSection, what: string): ParseIssue {
  return { message: `packed: section ${JSON.stringify(name)} ${what}, its calls can't be searched`, offset: rawOffset };
}

/** Of the section's middle, in bits a byte. */
function entropy({ reader }: PeImage, { rawOffset, rawSize }: ImageSection): number {
  if (rawSize < FEWEST_BYTES) return 0;
  const count = Math.min(rawSize, MOST_BYTES);
  const start = rawOffset + ((rawSize - count) >>> 1);
  const counts = new Uint32Array(256);
  for (const byte of reader.bytes.subarray(start, start + count)) counts[byte] = (counts[byte] ?? 0) + 1;
  return counts.reduce((sum, each) => (each === 0 ? sum : sum - (each / count) * Math.log2(each / count)), 0);
}
