/**
 * A listing as the text of a read-only editor: fixed columns, one item a line, comments behind `;`. Tells which lines
 * hold the place asked for and the others that use a tag.
 */
import { baseName } from '../../../../src/shared/baseName';
import { printable } from '../../report/printable';
import { hex, type Listing, type ListingItem } from './listing';

/** Nine bytes of x86 without a blank; the few longer instructions push the rest to the right. */
const MOST_BYTES_WIDTH = 18;
const MNEMONIC_WIDTH = 7;
/** From the mnemonic on. */
const COMMENT_COLUMN = 40;
const LONGEST_SOURCE_LINE = 200;

export interface ListingText {
  readonly text: string;
  /** Line from 0 with the address asked for. */
  readonly line: number;
  /** Lines from 0 where a tag is used, ascending. */
  readonly sites: readonly number[];
}

export interface ListingTextOptions {
  /** The address asked for. */
  readonly rva: number;
  /** Text of a source's line, where that source is at hand. */
  readonly sourceText: (file: string, line: number) => string | undefined;
  /** Said at the top. */
  readonly notes?: readonly string[];
}

export function listingText(listing: Listing, options: ListingTextOptions): ListingText {
  const { rva } = options;
  const writer = new LineWriter(listing, options);
  let line: number | undefined;
  const sites: number[] = [];
  for (const item of listing.items) {
    writer.add(item);
    if (item.kind !== 'code' && item.kind !== 'data') continue;
    if (item.site === true) sites.push(writer.last);
    if (rva >= item.rva && rva < item.rva + item.size) line ??= writer.last;
  }
  return { text: writer.text, line: line ?? 0, sites };
}

class LineWriter {
  readonly #lines: string[] = [];
  readonly #stem: string;
  readonly #addressWidth: number;
  readonly #absoluteWidth: number;
  readonly #bytesWidth: number;
  readonly #base: bigint;
  #source = '';

  constructor(
    listing: Listing,
    private readonly options: ListingTextOptions,
  ) {
    const { machine, imageBase, items, module, name, pdb } = listing;
    this.#stem = printable(module.replace(/\.[^.]*$/, ''));
    this.#base = BigInt(Math.max(0, Math.trunc(imageBase)));
    const rvas = items.map((item) => ('rva' in item ? item.rva : 0));
    const widths = items.map((item) => ('bytes' in item ? item.bytes.length : 0));
    this.#bytesWidth = Math.min(Math.max(0, ...widths), MOST_BYTES_WIDTH);
    const highest = Math.max(0, ...rvas);
    this.#addressWidth = hex(highest).length;
    this.#absoluteWidth = (this.#base + BigInt(highest)).toString(16).length;
    this.#lines.push(`; ${printable(module)}!${name}: disassembled by PoolLens`);
    const symbols = pdb === undefined ? 'no PDB' : `symbols from ${printable(pdb)}`;
    this.#lines.push(`; ${machine}, image base ${hex(imageBase)}, ${symbols}`);
    for (const note of options.notes ?? []) this.#lines.push(`; ${printable(note)}`);
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  get last(): number {
    return this.#lines.length - 1;
  }

  add(item: ListingItem): void {
    switch (item.kind) {
      case 'label':
        this.#lines.push('', `${item.text}:`);
        break;
      case 'note':
        this.#lines.push(`; … ${item.text}`);
        break;
      case 'source':
        this.#sourceLine(item.file, item.line);
        break;
      case 'data':
        this.#code(item.rva, item.bytes, item.text === undefined ? 'db' : '', item.text ?? '', item.comment);
        break;
      case 'code':
        this.#code(item.rva, item.bytes, item.mnemonic, item.operands, item.comment);
        break;
    }
  }

  #sourceLine(file: string, line: number): void {
    // The path once, where it changes; below it the name.
    if (file !== this.#source) this.#lines.push(`; ${printable(file)}`);
    this.#source = file;
    const text = this.options.sourceText(file, line)?.trim().slice(0, LONGEST_SOURCE_LINE);
    const where = `${printable(baseName(file))}:${String(line + 1)}`;
    this.#lines.push(text === undefined || text === '' ? `; ${where}` : `; ${where}  ${printable(text)}`);
  }

  #code(rva: number, bytes: string, mnemonic: string, operands: string, comment: string | undefined): void {
    const address = `${this.#stem}+${hex(rva).padEnd(this.#addressWidth)}`;
    const absolute = (this.#base + BigInt(rva)).toString(16).padEnd(this.#absoluteWidth);
    const words = `${mnemonic.padEnd(MNEMONIC_WIDTH)} ${operands}`;
    const end = comment === undefined ? words.trimEnd() : `${words.padEnd(COMMENT_COLUMN)} ; ${comment}`;
    this.#lines.push(`${address}  ${absolute}  ${bytes.padEnd(this.#bytesWidth)}  ${end}`.trimEnd());
  }
}
