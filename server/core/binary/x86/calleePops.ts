/**
 * Arguments a callee removes from the stack in 32-bit code (stdcall): read from the callee's own return instruction,
 * or known for catalogued imports. Other imports are not known; see `poppedByImport`.
 */
import type { CodeBytes } from '../code/architecture';
import { FLOW_BRANCH, FLOW_JUMP, FLOW_JUMP_INDIRECT, FLOW_RETURN, FLOW_STOP } from '../code/flow';
import { LengthDecoder } from './lengthDecoder';

/** Instructions looked at for a return, and jumps followed from function to function. */
const FARTHEST_RETURN = 20000;
const LONGEST_CHAIN = 8;
const RET_IMM16 = 0xc2;

export class CalleePops {
  readonly #known = new Map<number, number | undefined>();
  readonly #decoder = new LengthDecoder(false);

  constructor(
    private readonly sectionAt: (rva: number) => CodeBytes | undefined,
    /** Bytes removed by the import behind a slot, when known. */
    private readonly poppedByImport: (slot: number) => number | undefined,
    private readonly imageBase: number,
  ) {}

  /** Bytes the function at the RVA removes; undefined when no return tells. */
  byFunction(rva: number): number | undefined {
    if (this.#known.has(rva)) return this.#known.get(rva);
    this.#known.set(rva, undefined);
    const popped = this.#follow(rva, LONGEST_CHAIN);
    this.#known.set(rva, popped);
    return popped;
  }

  byImport(slot: number): number | undefined {
    return this.poppedByImport(slot);
  }

  /** Reads on to the first return; at the end of the function, on to where its last jump leads. */
  #follow(rva: number, left: number): number | undefined {
    const code = this.sectionAt(rva);
    if (code === undefined || left === 0) return undefined;
    const decoder = this.#decoder;
    let farthest = rva - code.rva;
    let offset = rva - code.rva;
    for (let count = 0; count < FARTHEST_RETURN && offset < code.size; count += 1) {
      decoder.decode(code.bytes, offset);
      const { flow, target } = decoder;
      if (flow === FLOW_RETURN) return decoder.opcode === RET_IMM16 ? decoder.immediate & 0xffff : 0;
      if (flow === FLOW_BRANCH) farthest = Math.max(farthest, target);
      const end = offset + decoder.length;
      const isLast = end > farthest;
      if (flow === FLOW_JUMP && isLast) {
        // A jump back is a loop's end or a shared tail; one out of the function leads to its true end.
        if (target >= rva - code.rva && target < end) return undefined;
        return this.#follow(code.rva + target, left - 1);
      }
      if (flow === FLOW_JUMP && target > end) farthest = Math.max(farthest, target);
      if (flow === FLOW_JUMP_INDIRECT && isLast) return this.#throughSlot();
      if (flow === FLOW_STOP && isLast) return undefined;
      offset = end;
    }
    return undefined;
  }

  /** The decoder stands on `jmp [slot]`. */
  #throughSlot(): number | undefined {
    const { modrm, sib, displacement } = this.#decoder;
    const isAbsolute = sib < 0 && modrm >> 6 === 0 && (modrm & 7) === 5;
    return isAbsolute ? this.poppedByImport((displacement >>> 0) - this.imageBase) : undefined;
  }
}
