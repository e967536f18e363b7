/** capstone's JavaScript build, which has no types, behind the little that the comparison needs. */

export interface CapstoneInstruction {
  readonly mnemonic: string;
  /** As capstone prints them. */
  readonly operands: string;
  /** Names of the registers it writes. */
  readonly writes: readonly string[];
}

export interface CapstoneHandle {
  /** The instruction in the bytes; undefined when it knows none. */
  one(bytes: Uint8Array, address: number): CapstoneInstruction | undefined;
  close(): void;
}

interface Disassembler {
  option(option: number, value: number): void;
  disasm_iter(
    bytes: Uint8Array,
    address: number,
    callback: (instruction: { readonly mnemonic: string; readonly op_str: string }, pointer: number) => boolean,
  ): number;
  regs_access(pointer: number): { readonly regs_write: readonly number[] };
  reg_name(register: number): string;
  close(): void;
}

interface CapstoneModule {
  readonly ARCH_ARM64: number;
  readonly MODE_LITTLE_ENDIAN: number;
  readonly OPT_DETAIL: number;
  readonly OPT_ON: number;
  readonly Capstone: new (architecture: number, mode: number) => Disassembler;
}

function isLoader(value: unknown): value is () => Promise<CapstoneModule> {
  return typeof value === 'function';
}

export async function openArm64(): Promise<CapstoneHandle> {
  // Without types of its own: the module is one function that gives a promise.
  const name = '@alexaltea/capstone-js';
  const imported = (await import(name)) as { readonly default: unknown };
  if (!isLoader(imported.default)) throw new Error('@alexaltea/capstone-js is not what it was');
  const capstone = await imported.default();
  const handle = new capstone.Capstone(capstone.ARCH_ARM64, capstone.MODE_LITTLE_ENDIAN);
  handle.option(capstone.OPT_DETAIL, capstone.OPT_ON);
  const names = new Map<number, string>();
  const nameOf = (register: number): string => {
    const known = names.get(register) ?? handle.reg_name(register);
    names.set(register, known);
    return known;
  };
  return {
    one(bytes, address) {
      let found: CapstoneInstruction | undefined;
      handle.disasm_iter(bytes, address, (instruction, pointer) => {
        const writes = handle.regs_access(pointer).regs_write.map(nameOf);
        found = { mnemonic: instruction.mnemonic, operands: instruction.op_str, writes };
        return false;
      });
      return found;
    },
    close() {
      handle.close();
    },
  };
}
