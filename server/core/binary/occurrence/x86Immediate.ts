/**
 * Whether four bytes in x86 or x64 code are an instruction's immediate: not a displacement, a branch distance, an
 * address, or bytes of several instructions.
 */
import { FLOW_NEXT } from '../code/flow';
import type { ImageCode } from '../code/imageCode';
import { type LengthDecoder, MAP_ONE_BYTE } from '../x86/lengthDecoder';

/** mov between the accumulator and an absolute address. */
const FIRST_MOFFS = 0xa0;
const LAST_MOFFS = 0xa3;

/** RVA of the instruction whose 32-bit immediate stands at `rva`; undefined when no instruction has it there. */
export function immediateOwner(code: ImageCode, decoder: LengthDecoder, rva: number): number | undefined {
  const analysed = code.analyse(rva);
  const index = analysed?.code.indexContaining(rva);
  if (analysed === undefined || index === undefined) return undefined;
  const address = analysed.code.address(index);
  const section = code.functions.sectionAt(address);
  if (section === undefined) return undefined;
  decoder.decode(section.bytes, address - section.rva);
  if (!decoder.valid || decoder.flow !== FLOW_NEXT || decoder.immediateSize < 4) return undefined;
  const { map, opcode, length, immediateSize } = decoder;
  if (map === MAP_ONE_BYTE && opcode >= FIRST_MOFFS && opcode <= LAST_MOFFS) return undefined;
  // The immediate ends the instruction. Of one of eight bytes the upper four must be a sign or nothing.
  const at = address + length - immediateSize;
  if (at !== rva) return undefined;
  return immediateSize === 4 || isExtension(section.bytes, at + 4 - section.rva) ? address : undefined;
}

function isExtension(bytes: Uint8Array, at: number): boolean {
  const upper = bytes.subarray(at, at + 4);
  return upper.length === 4 && (upper.every((byte) => byte === 0) || upper.every((byte) => byte === 0xff));
}
