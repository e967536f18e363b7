/**
 * A disassembly as data: one item a line, before it becomes text. Crosses a thread border as it is.
 */
import type { Machine, PdbLine, TagSite } from '../../../../src/shared/facts';

/** One instruction in words, as a disassembler gives it. */
export interface InstructionText {
  /** Bytes. */
  readonly size: number;
  readonly mnemonic: string;
  /** Intel syntax for x86; addresses in it count from where `address` counts. */
  readonly operands: string;
}

/** Instructions from the first byte on, up to the first that is none. */
export type DecodeText = (bytes: Uint8Array, address: number) => readonly InstructionText[];

export type ListingItem =
  | {
      readonly kind: 'code';
      readonly rva: number;
      readonly size: number;
      readonly bytes: string;
      readonly mnemonic: string;
      readonly operands: string;
      readonly comment?: string;
      /** A tag is used here. */
      readonly site?: true;
    }
  | {
      readonly kind: 'data';
      readonly rva: number;
      readonly size: number;
      readonly bytes: string;
      /** The bytes as ASCII, where somebody may want to read them. */
      readonly text?: string;
      readonly comment?: string;
      readonly site?: true;
    }
  /** The instructions that follow come from this line, from 0, of a path as the compiler saw it. */
  | { readonly kind: 'source'; readonly file: string; readonly line: number }
  | { readonly kind: 'label'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string };

/** The code around an address, or its bytes where it is no code. */
export interface Listing {
  /** Base name of the image. */
  readonly module: string;
  readonly machine: Machine;
  readonly imageBase: number;
  /** Name of the function: from the PDB, an export, else `module+0xRVA`. */
  readonly name: string;
  /** Where the function begins; for data, the address asked for. */
  readonly entry: number;
  /** Whether nothing of the function was left out for its size. */
  readonly whole: boolean;
  /** File name of the PDB that was used. */
  readonly pdb?: string;
  /** What the PDB says of the address asked for. */
  readonly source?: PdbLine;
  readonly items: readonly ListingItem[];
}

export interface ListingRequest {
  /** Absolute path of the image; only its name is used. */
  readonly file: string;
  /** Address that must be in the listing. */
  readonly rva: number;
  /** What is known of the image: places to be marked, tags to be recognised. */
  readonly sites: readonly TagSite[];
}

/** Bytes in hexadecimal without blanks, as debuggers print them. */
export function hexBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
