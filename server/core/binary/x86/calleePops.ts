/**
 * Arguments a callee removes from the stack in 32-bit code (stdcall), read from the callee's own return instruction.
 * A thunk of an import gives the import's slot; what imports remove is `importPops.ts`.
 */
import type { CodeBytes } from '../code/architecture';
import { FLOW_BRANCH, FLOW_JUMP, FLOW_JUMP_INDIRECT, FLOW_RETURN, FLOW_STOP } from '../code/flow';
import type { CallEffect } from './importPops';
import { LengthDecoder } from './lengthDecoder';

/** Instructions looked at for a return, and jumps followed from function to function. */
const FARTHEST_RETURN = 20000;
const LONGEST_CHAIN = 8;
const RET_IMM16 = 0xc2;
const UNKNOWN: CallEffect = { kind: 'unknown' };

export class CalleePops {
  readonly #known = new Map<number, CallEffect>();
  readonly #decoder = new LengthDecoder(false);

  constructor(
    private readonly sectionAt: (rva: number) => CodeBytes | undefined,
    private readonly imageBase: number,
  ) {}

  /** What a call of the function at the RVA removes. */
  byFunction(rva: number): CallEffect {
    const known = this.#known.get(rva);
    if (known !== undefined) return known;
    const effect = this.#follow(rva, LONGEST_CHAIN);
    this.#known.set(rva, effect);
    return effect;
  }

  /** Reads on to the first return; at the end of the function, on to where its last jump leads. */
  #follow(rva: number, left: number): CallEffect {
    const code = this.sectionAt(rva);
    if (code === undefined || left === 0) return UNKNOWN;
    const decoder = this.#decoder;
    let farthest = rva - code.rva;
    let offset = rva - code.rva;
    for (let count = 0; count < FARTHEST_RETURN && offset < code.size; count += 1) {
      decoder.decode(code.bytes, offset);
      const { flow, target } = decoder;
      if (flow === FLOW_RETURN)
        return { kind: 'bytes', bytes: decoder.opcode === RET_IMM16 ? decoder.immediate & 0xffff : 0 };
      if (flow === FLOW_BRANCH) farthest = Math.max(farthest, target);
      const end = offset + decoder.length;
      const isLast = end > farthest;
      if (flow === FLOW_JUMP && isLast) {
        // A jump back is a loop's end or a shared tail; one out of the function leads to its true end.
        if (target >= rva - code.rva && target < end) return UNKNOWN;
        return this.#follow(code.rva + target, left - 1);
      }
      if (flow === FLOW_JUMP && target > end) farthest = Math.max(farthest, target);
      if (flow === FLOW_JUMP_INDIRECT && isLast) return this.#throughSlot();
      if (flow === FLOW_STOP && isLast) return UNKNOWN;
      offset = end;
    }
    return UNKNOWN;
  }

  /** The decoder stands on `jmp [slot]`. */
  #throughSlot(): CallEffect {
    const { modrm, sib, displacement } = this.#decoder;
    const isAbsolute = sib < 0 && modrm >> 6 === 0 && (modrm & 7) === 5;
    return isAbsolute ? { kind: 'import', slot: (displacement >>> 0) - this.imageBase } : UNKNOWN;
  }
}
