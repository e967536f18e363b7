/**
 * The part of @alexaltea/capstone-js that we use: Capstone as WebAssembly, which brings no types of its own.
 */
declare module '@alexaltea/capstone-js' {
  function load(options: { readonly wasmBinary: Uint8Array }): Promise<load.Module>;
  namespace load {
    interface Instruction {
      readonly size: number;
      readonly mnemonic: string;
      readonly op_str: string;
    }
    /** Methods throw strings. */
    interface Disassembler {
      /** Hands over one instruction after the other, up to the first bytes that are none. */
      disasm_iter(bytes: Uint8Array, address: number, take: (instruction: Instruction) => void): number;
      close(): void;
    }
    interface Module {
      readonly Capstone: new (architecture: number, mode: number) => Disassembler;
      readonly ARCH_X86: number;
      readonly ARCH_ARM64: number;
      readonly MODE_32: number;
      readonly MODE_64: number;
      readonly MODE_ARM: number;
    }
  }
  export = load;
}
