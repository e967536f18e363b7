/**
 * The bytes around a place that is no code, as rows of a listing: tags stand in tables and strings too.
 */
import type { TagSite } from '../../../../src/shared/facts';
import type { PeImage } from '../peImage';
import type { ListingItem } from './listing';
import { siteComment } from './siteComments';

const ROW = 16;
const ROWS_AROUND = 16;

/** Rows around an address; empty where the file has no bytes for it. */
export function dataItems(image: PeImage, rva: number, sites: readonly TagSite[]): readonly ListingItem[] {
  const items: ListingItem[] = [];
  const middle = rva - (rva % ROW);
  for (let at = middle - ROWS_AROUND * ROW; at <= middle + ROWS_AROUND * ROW; at += ROW) {
    const bytes = at < 0 ? undefined : rowAt(image, at);
    if (bytes === undefined) continue;
    const here = sites.filter(({ place }) => place.kind === 'image' && place.rva >= at && place.rva < at + ROW);
    items.push({
      kind: 'data',
      rva: at,
      size: bytes.length,
      bytes: [...bytes]
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join(' ')
        .padEnd(ROW * 3 - 1),
      text: asciiOf(bytes),
      ...(here.length === 0 ? {} : { comment: here.map((site) => siteComment(site)).join('; '), site: true }),
    });
  }
  return items;
}

/** As many bytes as the file has there. */
function rowAt(image: PeImage, rva: number): Uint8Array | undefined {
  for (let count = ROW; count > 0; count -= 1) {
    const offset = image.offsetOf(rva, count);
    if (offset !== undefined) return image.reader.bytes.subarray(offset, offset + count);
  }
  return undefined;
}

function asciiOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
  return text;
}
