/**
 * A few lines of assembly for tests: pieces of bytes with labels, calls of imports and relative branches.
 * The mnemonics stand beside the bytes in the tests; this only fills in distances.
 */
import { CODE_RVA, hex, le32, X86_BASE } from './imageBuilder';

/** Distance to fill in: from the end of its four bytes (rel) or absolute (abs). */
type Fixup = { readonly kind: 'slot' | 'absolute' | 'label'; readonly name: string };
type Piece = readonly number[] | Fixup | { readonly label: string };

/** Bytes in hexadecimal. */
export function b(text: string): Piece {
  return hex(text);
}

/** Four bytes of a value. */
export function imm(value: number): Piece {
  return le32(value);
}

/** Four bytes: distance to an import's slot. */
export function slot(name: string): Piece {
  return { kind: 'slot', name };
}

/** Four bytes: absolute address of an import's slot (x86). */
export function absolute(name: string): Piece {
  return { kind: 'absolute', name };
}

/** Four bytes: distance to a label. */
export function to(name: string): Piece {
  return { kind: 'label', name };
}

export function label(name: string): Piece {
  return { label: name };
}

/** Padding to a multiple of 16, with int3. */
export const ALIGN: Piece = { label: '' };

export interface Assembled {
  readonly bytes: readonly number[];
  /** RVAs of the labels. */
  readonly labels: ReadonlyMap<string, number>;
}

/** Lays the pieces out at CODE_RVA. */
export function assemble(pieces: readonly Piece[], slotOf: (name: string) => number): Assembled {
  const labels = new Map<string, number>();
  const layout = (emit: boolean): number[] => {
    const bytes: number[] = [];
    for (const piece of pieces) {
      if (Array.isArray(piece)) bytes.push(...(piece as number[]));
      else if ('label' in piece) {
        if (piece.label === '') while (bytes.length % 16 !== 0) bytes.push(0xcc);
        else labels.set(piece.label, CODE_RVA + bytes.length);
      } else if ('kind' in piece) {
        bytes.push(...le32(emit ? distance(piece, CODE_RVA + bytes.length + 4) : 0));
      }
    }
    return bytes;
  };
  const distance = (fixup: Fixup, end: number): number => {
    if (fixup.kind === 'absolute') return X86_BASE + slotOf(fixup.name);
    const target = fixup.kind === 'slot' ? slotOf(fixup.name) : labels.get(fixup.name);
    if (target === undefined) throw new Error(`no label ${fixup.name}`);
    return target - end;
  };
  layout(false);
  return { bytes: layout(true), labels };
}
