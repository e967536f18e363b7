/**
 * The instructions of one range as items of a listing. Places the scan found are boundaries whatever the sweep thinks;
 * bytes that are no instruction are shown as bytes.
 */
import type { PdbLine, TagSite } from '../../../../src/shared/facts';
import type { CodeBytes } from '../code/architecture';
import { hexBytes, type DecodeText, type InstructionText, type ListingItem } from './listing';
import type { OperandReader } from './operands';
import { siteComment } from './siteComments';

/** Bytes handed to the decoder at a time, so that bad bytes in a row do not copy a function again and again. */
const CHUNK = 1024;
/** The longest instruction of x86; closer to the end of a chunk a failure says nothing. */
const LONGEST_INSTRUCTION = 15;
const MOST_DATA_IN_ROW = 8;

export interface CodeSurroundings {
  readonly decode: DecodeText;
  readonly operands: OperandReader;
  /** ARM64: every instruction has four bytes, shown as one number. */
  readonly fixedWidth: boolean;
  readonly lineAt: (rva: number) => PdbLine | undefined;
  /** Sites by their address. */
  readonly sites: ReadonlyMap<number, readonly TagSite[]>;
}

/** Offsets in the section, end excluded. */
export interface Piece {
  readonly code: CodeBytes;
  readonly begin: number;
  readonly end: number;
}

class ItemWriter {
  readonly items: ListingItem[] = [];
  #line: PdbLine | undefined;

  constructor(
    private readonly around: CodeSurroundings,
    private readonly code: CodeBytes,
  ) {}

  instruction(offset: number, text: InstructionText): void {
    const { around, code } = this;
    const rva = code.rva + offset;
    this.#source(rva);
    const { operands, comments } = around.operands.read(rva, text);
    const sites = sitesIn(around.sites, rva, text.size);
    const all = [...new Set([...sites.map((site) => siteComment(site, operands)), ...comments])];
    const bytes = code.bytes.subarray(offset, offset + text.size);
    this.items.push({
      kind: 'code',
      rva,
      size: text.size,
      bytes: hexBytes(around.fixedWidth ? bytes.slice().reverse() : bytes),
      mnemonic: text.mnemonic,
      operands,
      ...(all.length === 0 ? {} : { comment: all.join('; ') }),
      ...(sites.length === 0 ? {} : { site: true }),
    });
  }

  data(from: number, to: number): void {
    const { code } = this;
    for (let at = from; at < to; at += MOST_DATA_IN_ROW) {
      const bytes = code.bytes.subarray(at, Math.min(at + MOST_DATA_IN_ROW, to));
      this.items.push({ kind: 'data', rva: code.rva + at, size: bytes.length, bytes: hexBytes(bytes) });
    }
  }

  #source(rva: number): void {
    const line = this.around.lineAt(rva);
    if (line !== undefined && (line.line !== this.#line?.line || line.file !== this.#line.file)) {
      this.items.push({ kind: 'source', file: line.file, line: line.line });
    }
    this.#line = line ?? this.#line;
  }
}

function sitesIn(sites: CodeSurroundings['sites'], rva: number, size: number): TagSite[] {
  const found: TagSite[] = [];
  // A constant or the bytes of a tag lie inside an instruction, a call is one.
  for (let at = rva; at < rva + size; at += 1) found.push(...(sites.get(at) ?? []));
  return found;
}

/** Items for a piece; `anchors`: offsets at which an instruction begins for certain, ascending. */
export function codeItems(piece: Piece, anchors: readonly number[], around: CodeSurroundings): ListingItem[] {
  const { code, begin, end } = piece;
  const writer = new ItemWriter(around, code);
  const unit = around.fixedWidth ? 4 : 1;
  let at = begin;
  let bad = begin;
  const stops = [...anchors.filter((anchor) => anchor > begin && anchor < end), end];
  for (const stop of stops) {
    while (at < stop) {
      const chunk = code.bytes.subarray(at, Math.min(at + CHUNK, end));
      const before = at;
      for (const text of around.decode(chunk, code.rva + at)) {
        if (text.size <= 0 || at >= stop || at + text.size > stop) break;
        writer.data(bad, at);
        writer.instruction(at, text);
        at += text.size;
        bad = at;
      }
      const cutOff = at > before && at - before > chunk.length - LONGEST_INSTRUCTION;
      if (at < stop && (at === before || !cutOff)) at = Math.min(at + unit, stop);
    }
  }
  writer.data(bad, end);
  return writer.items;
}
