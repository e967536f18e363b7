/**
 * Instructions in words, by Capstone as WebAssembly from the file beside the bundle (or, unbundled, from node_modules).
 * Our own decoder knows lengths and meaning but makes no text.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import loadCapstone from '@alexaltea/capstone-js';
import type { DecodeText, InstructionText } from '../../core/binary/disassembly/listing';

function moduleBytes(): Uint8Array {
  const beside = join(__dirname, 'capstone.wasm');
  const installed = join(__dirname, '../../../node_modules/@alexaltea/capstone-js/dist/capstone.wasm');
  return readFileSync(existsSync(beside) ? beside : installed);
}

/** Disassemblers for one thread's life. Rejects when the module file is missing: a broken installation. */
export async function instructionText(): Promise<(machine: 'x86' | 'x64' | 'arm64') => DecodeText> {
  const capstone = await loadCapstone({ wasmBinary: moduleBytes() });
  return (machine) => {
    const disassembler =
      machine === 'arm64'
        ? new capstone.Capstone(capstone.ARCH_ARM64, capstone.MODE_ARM)
        : new capstone.Capstone(capstone.ARCH_X86, machine === 'x64' ? capstone.MODE_64 : capstone.MODE_32);
    return (bytes, address) => {
      const found: InstructionText[] = [];
      disassembler.disasm_iter(bytes, address, ({ size, mnemonic, op_str: operands }) => {
        found.push({ size, mnemonic, operands });
      });
      return found;
    };
  };
}
