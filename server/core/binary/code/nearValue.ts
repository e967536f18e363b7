/**
 * What a call is handed, where the straight line of instructions in front of it says so: most tags are a constant moved
 * or pushed right there. Needs neither edges nor the stack's depth, and decides nothing it can't prove: undefined means
 * "ask `valueFlow.ts`".
 */
import type { Architecture } from './architecture';
import { isCall } from './flow';
import type { FunctionCode } from './functionCode';
import type { ImageContext } from './imageContext';
import { evaluateOperation } from './operations';
import { isPart } from './registerParts';
import type { PoppedBy } from './stackDepth';
import { isStep, STACK_COMPLEX } from './stackEffect';
import type { MemoryOperand, Operand, Statement } from './statement';
import type { Value } from './value';
import { constantValue } from './value';

/** Instructions looked at for one value; what lies farther away is rarely an argument. */
const FARTHEST = 96;
/** Copies and additions that lead to one value. */
const DEEPEST = 6;

/** The statement that writes what was asked for, and the instruction it belongs to. */
export interface Written {
  readonly index: number;
  readonly statement: Statement;
}

/** What was passed on the way back from the call to where the slot is written. */
interface Passed {
  /** Stores through registers, and calls: they reach the slot if its address was made before them. */
  byPointer: boolean;
  /** Stores relative to the frame pointer. */
  byFrame: boolean;
}

export class NearValues {
  constructor(
    private readonly code: FunctionCode,
    private readonly architecture: Architecture,
    /** Bytes a call removes, as far as that is known without working it out. */
    private readonly popped: PoppedBy,
    private readonly image: ImageContext,
  ) {}

  /** Value of a register before the instruction. */
  register(index: number, register: number, depth = 0): Value | undefined {
    const { stackRegister, frameRegister } = this.architecture;
    if (register === stackRegister || register === frameRegister || depth > DEEPEST) return undefined;
    // Halves and words change with what they are part of.
    if (isPart(register)) return undefined;
    for (let before = index - 1; before >= this.#first(index); before -= 1) {
      if (isCall(this.code.flow(before))) {
        if (this.architecture.isVolatile(register) && !this.image.preservesRegisters(this.code, before))
          return undefined;
        continue;
      }
      const statements = this.code.statements(before);
      for (let at = statements.length - 1; at >= 0; at -= 1) {
        const statement = statements[at];
        if (statement?.target.kind !== 'register' || statement.target.register !== register) continue;
        return this.result({ index: before, statement }, depth);
      }
    }
    return undefined;
  }

  /**
   * What writes the four bytes `offset` above the stack pointer before the instruction. Nothing but code of the function
   * itself can: a pointer to them would have to be made behind the instruction that pushed them.
   */
  slotWriter(index: number, offset: number): Written | undefined {
    const passed: Passed = { byPointer: false, byFrame: false };
    // The stack pointer, relative to where it is before the instruction.
    let stack = 0;
    for (let before = index - 1; before >= this.#first(index); before -= 1) {
      const isCallee = isCall(this.code.flow(before));
      const moved = isCallee ? this.popped(before) : this.code.stackEffect(before);
      // Below the stack pointer nothing is kept.
      if (moved === undefined || moved === STACK_COMPLEX || offset < stack) return undefined;
      if (isStep(moved)) stack -= moved;
      if (isCallee) {
        if (!this.architecture.calleePops) return undefined;
        passed.byPointer = true;
        continue;
      }
      if (!isStep(moved) && passed.byPointer && this.#mayReach(before, offset - stack)) return undefined;
      const found = this.#written(before, offset - stack, passed);
      if (found === 'unclear') return undefined;
      if (found !== undefined) return { index: before, statement: found };
    }
    return undefined;
  }

  /** First instruction that only the line itself leads to. */
  #first(index: number): number {
    return Math.max(this.code.blockStart(this.code.blockOf(index)), index - FARTHEST);
  }

  /** The statement that writes the slot `offset` above the stack pointer before the instruction. */
  #written(index: number, offset: number, passed: Passed): Statement | 'unclear' | undefined {
    const { stackRegister, frameRegister } = this.architecture;
    for (const statement of this.code.statements(index)) {
      const { target } = statement;
      if (target.kind !== 'memory' || target.inImage || target.base < 0) continue;
      if (target.base === frameRegister) passed.byFrame = true;
      else if (target.base !== stackRegister) passed.byPointer = true;
      else {
        const distance = offset - target.displacement;
        if (target.index >= 0) return 'unclear';
        if (distance === 0) return this.#isSure(index, target, passed) ? statement : 'unclear';
        if (distance < target.width && distance > -4) return 'unclear';
      }
    }
    return undefined;
  }

  /** A push makes its slot: no address made before leads to it. Room in the frame may have been pointed to before. */
  #isSure(index: number, target: MemoryOperand, passed: Passed): boolean {
    if (target.width < 4 || target.width > 8) return false;
    const isPush = this.code.stackEffect(index) === -this.architecture.pointerSize;
    return isPush || !(passed.byPointer || passed.byFrame);
  }

  /** Whether the instruction makes an address from which the slot can be reached; objects extend upwards. */
  #mayReach(index: number, offset: number): boolean {
    const { stackRegister, frameRegister } = this.architecture;
    return this.code.statements(index).some(({ operation, left }) => {
      const isPlainAddress = operation === 'address' && left?.kind === 'memory' && left.index < 0;
      if (!isPlainAddress) return true;
      // What is pushed for a call lies below all that the frame pointer names.
      return left.base === stackRegister ? left.displacement <= offset : left.base !== frameRegister;
    });
  }

  /** The value that is written. */
  result({ index, statement }: Written, depth = 0): Value | undefined {
    let isKnown = true;
    const value = evaluateOperation(statement, (operand) => {
      const found = this.#operand(index, operand, depth + 1);
      isKnown &&= found !== undefined;
      return found ?? [];
    });
    return isKnown && value.every((atom) => atom.kind !== 'unknown') ? value : undefined;
  }

  #operand(index: number, operand: Operand, depth: number): Value | undefined {
    switch (operand.kind) {
      case 'constant':
        return constantValue(operand.value);
      case 'image':
        return [operand];
      case 'register':
        return this.register(index, operand.register, depth);
      case 'memory':
        return this.#memory(index, operand, depth);
    }
  }

  /** What stands in the image itself: import slots, read-only data. */
  #memory(
    index: number,
    { base, index: by, displacement, inImage, width }: MemoryOperand,
    depth: number,
  ): Value | undefined {
    if (by >= 0) return undefined;
    if (inImage) return base >= 0 ? undefined : this.image.load(displacement, width);
    const [address, more] = (base < 0 ? undefined : this.register(index, base, depth)) ?? [];
    if (address?.kind !== 'image' || more !== undefined) return undefined;
    return this.image.load(address.rva + displacement, width);
  }
}
