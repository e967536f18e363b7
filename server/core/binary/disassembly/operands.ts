/**
 * Operands of a disassembler made readable: addresses get names, constants that are tags are pointed out. Works on the
 * text of one instruction after the other; what it adds is a comment, never a claim about values on other paths.
 */
import { tagToText, type PoolTag } from '../../../../src/shared/poolTag';
import type { AddressNames } from './addressNames';
import type { InstructionText } from './listing';

export interface ReadableOperands {
  readonly operands: string;
  readonly comments: readonly string[];
}

/** Reads the instructions of one run of code, in order. */
export interface OperandReader {
  read(rva: number, instruction: InstructionText): ReadableOperands;
}

export interface OperandSurroundings {
  readonly names: AddressNames;
  readonly tags: ReadonlySet<PoolTag>;
  readonly u32: (rva: number) => number | undefined;
}

export function tagComment(tag: PoolTag): string {
  return `tag ${tagToText(tag)}`;
}

/** Capstone spells small numbers in decimal, others as 0x… */
export const NUMBER = '(0x[0-9a-f]+|\\d+)';
const CONSTANT = new RegExp(`(?:^|, )(-?)${NUMBER}$`);
const RIP_RELATIVE = new RegExp(`\\[rip(?: ([+-]) ${NUMBER})?\\]`);
const ABSOLUTE = new RegExp(`\\[${NUMBER}\\]`);
const TARGET = new RegExp(`^${NUMBER}$`);
const BRANCH = /(?:^| )(?:j\w+|l?call|loop\w*|xbegin)$/;

/** x86 and x64. */
export class X86Operands implements OperandReader {
  constructor(
    private readonly around: OperandSurroundings,
    /** Added to addresses in 32-bit code; undefined for x64. */
    private readonly absoluteBase: number | undefined,
  ) {}

  read(rva: number, { size, mnemonic, operands }: InstructionText): ReadableOperands {
    const { names } = this.around;
    if (BRANCH.test(mnemonic)) {
      const target = TARGET.exec(operands)?.[1];
      const name = target === undefined ? undefined : names.code(Number(target));
      if (name !== undefined) return { operands: name, comments: [] };
    }
    const replaced = operands
      .replace(RIP_RELATIVE, (whole, sign: string | undefined, distance: string | undefined) => {
        const offset = Number(distance ?? 0) * (sign === '-' ? -1 : 1);
        const name = names.data(rva + size + offset);
        return name === undefined ? whole : `[${name}]`;
      })
      .replace(ABSOLUTE, (whole, address: string) => {
        const name = this.absoluteBase === undefined ? undefined : names.data(Number(address) - this.absoluteBase);
        return name === undefined ? whole : `[${name}]`;
      });
    return { operands: replaced, comments: this.#constant(operands) };
  }

  #constant(operands: string): string[] {
    const found = CONSTANT.exec(operands);
    if (found === null) return [];
    const value = BigInt(found[2] ?? 0) * (found[1] === '-' ? -1n : 1n);
    // Immediates of 64-bit instructions are shown sign-extended.
    const low = Number(BigInt.asUintN(32, value));
    if (this.around.tags.has(low)) return [tagComment(low)];
    const name = this.absoluteBase === undefined ? undefined : this.around.names.known(low - this.absoluteBase);
    return name === undefined ? [] : [name];
  }
}
