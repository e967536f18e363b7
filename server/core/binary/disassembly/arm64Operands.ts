/**
 * Operands of ARM64 made readable. Addresses and constants are built by two instructions there: the page or lower half
 * is remembered for each register up to the next call.
 */
import type { InstructionText } from './listing';
import { NUMBER, tagComment, type OperandReader, type OperandSurroundings, type ReadableOperands } from './operands';

const BRANCH = /^(?:b|bl|bc?\.\w+|cbn?z|tbn?z)$/;
const LAST_ADDRESS = new RegExp(`#${NUMBER}$`);
const MOVE = new RegExp(`^([wx]\\d+), #${NUMBER}(?:, lsl #(\\d+))?$`);
const MEMORY = new RegExp(`^\\w+, \\[(x\\d+)(?:, #${NUMBER})?\\]$`);
const ADD = new RegExp(`^(x\\d+), (x\\d+), #${NUMBER}$`);
const WRITES_NONE = /^(?:st|cmp|cmn|tst|ccm|b|cb|tb|prfm|nop|dmb|isb|dsb)/;

/** Registers by their 64-bit name. */
function wide(register: string): string {
  return register.replace(/^w/, 'x');
}

export class Arm64Operands implements OperandReader {
  readonly #addresses = new Map<string, number>();
  readonly #constants = new Map<string, number>();

  constructor(private readonly around: OperandSurroundings) {}

  read(_rva: number, { mnemonic, operands }: InstructionText): ReadableOperands {
    const { names } = this.around;
    const last = LAST_ADDRESS.exec(operands)?.[1];
    if (BRANCH.test(mnemonic)) {
      if (mnemonic === 'bl') this.#forgetAll();
      const name = last === undefined ? undefined : names.code(Number(last));
      return { operands: name === undefined ? operands : operands.replace(LAST_ADDRESS, () => name), comments: [] };
    }
    if (mnemonic === 'blr') this.#forgetAll();
    const address = this.#address(mnemonic, operands);
    const constant = this.#constant(mnemonic, operands);
    if (!WRITES_NONE.test(mnemonic)) this.#write(operands, mnemonic.startsWith('ld') ? undefined : address, constant);
    const comments: string[] = [];
    if (constant !== undefined && this.around.tags.has(constant)) comments.push(tagComment(constant));
    if (mnemonic === 'adrp' || mnemonic === 'adr') {
      const name = address === undefined ? undefined : names.data(address);
      return { operands: name === undefined ? operands : operands.replace(LAST_ADDRESS, () => name), comments };
    }
    const name = address === undefined ? undefined : names.data(address);
    if (name !== undefined) comments.push(name);
    return { operands, comments };
  }

  /** The address that an instruction takes or reads, where it is known. */
  #address(mnemonic: string, operands: string): number | undefined {
    if (mnemonic === 'adrp' || mnemonic === 'adr') return numberOf(LAST_ADDRESS.exec(operands)?.[1]);
    const add = mnemonic === 'add' ? ADD.exec(operands) : null;
    const memory = add === null ? MEMORY.exec(operands) : null;
    const base = this.#addresses.get(add?.[2] ?? memory?.[1] ?? '');
    return base === undefined ? undefined : base + (numberOf(add?.[3] ?? memory?.[2]) ?? 0);
  }

  #constant(mnemonic: string, operands: string): number | undefined {
    if (mnemonic === 'ldr') {
      // A constant beside the code.
      const literal = /^w\d+, #/.test(operands) ? numberOf(LAST_ADDRESS.exec(operands)?.[1]) : undefined;
      return literal === undefined ? undefined : this.around.u32(literal);
    }
    const move = /^mov[zk]?$/.test(mnemonic) ? MOVE.exec(operands) : null;
    if (move === null) return undefined;
    const [, register = '', value, shift = '0'] = move;
    const part = (Number(value) * 2 ** Number(shift)) % 2 ** 32;
    if (mnemonic !== 'movk') return part;
    const before = this.#constants.get(wide(register));
    if (before === undefined || Number(shift) > 16) return undefined;
    const mask = shift === '16' ? 0x0000ffff : 0xffff0000;
    return ((before & mask) | part) >>> 0;
  }

  #write(operands: string, address: number | undefined, constant: number | undefined): void {
    const register = wide(/^[wx]\d+/.exec(operands)?.[0] ?? '');
    if (address === undefined) this.#addresses.delete(register);
    else this.#addresses.set(register, address);
    if (constant === undefined) this.#constants.delete(register);
    else this.#constants.set(register, constant);
  }

  #forgetAll(): void {
    this.#addresses.clear();
    this.#constants.clear();
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
