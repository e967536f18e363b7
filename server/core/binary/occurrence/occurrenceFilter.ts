/**
 * Whether a tag can occur in a file, told from pieces of it as they are read: most files end here, unparsed.
 * May say yes to what turns out to be nothing, never no to an occurrence.
 */
import { withoutProtection, type PoolTag } from '../../../../src/shared/poolTag';
import { TagHalves } from './arm64Constant';
import { TagNeedle } from './tagNeedle';

const ARM64_MACHINE = 0xaa64;
const PE_SIGNATURE = 0x4550;

/** Machine field of a file that begins as a PE image does. */
function machineCode(head: Uint8Array): number | undefined {
  if (head.length < 0x40) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const start = view.getUint32(0x3c, true);
  if (view.getUint16(0, true) !== 0x5a4d || start + 6 > head.length) return undefined;
  return view.getUint32(start, true) === PE_SIGNATURE ? view.getUint16(start + 4, true) : undefined;
}

export class OccurrenceFilter {
  readonly #needles: readonly TagNeedle[];
  readonly #halves: TagHalves;
  #movesCount = false;

  constructor(tags: readonly PoolTag[]) {
    this.#needles = tags.map((tag) => new TagNeedle(tag));
    this.#halves = new TagHalves(tags.map(withoutProtection));
  }

  /** Begins with another file; `head` is its first piece. */
  begin(head: Uint8Array): void {
    this.#movesCount = machineCode(head) === ARM64_MACHINE;
  }

  /**
   * Whether one of the tags can occur in the piece. Pieces must overlap by three bytes. `aligned`: index in the piece
   * of a byte whose offset in the file is a multiple of four, which is where ARM64 instructions stand.
   */
  mayHold(piece: Uint8Array, aligned: number): boolean {
    if (this.#needles.some((needle) => needle.indexIn(piece, 0) >= 0)) return true;
    return this.#movesCount && this.#halves.standIn(piece, aligned);
  }
}
