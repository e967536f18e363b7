/**
 * Answers "what does this hold here?" about one function at the least cost: from the line of instructions in front, else
 * from all paths, else with what every call removes from the stack worked out as well. Each step only adds knowledge.
 */
import type { Architecture } from './architecture';
import { isCall } from './flow';
import type { FunctionCode } from './functionCode';
import type { ImageContext } from './imageContext';
import { NearValues } from './nearValue';
import type { PoppedBy, StackDepth } from './stackDepth';
import type { Operand } from './statement';
import type { Location, Value } from './value';
import { isSlot, slotLocation, slotOffset, unknown } from './value';
import { ValueFlow } from './valueFlow';

/** Bytes calls of a function remove from the stack. */
export interface CallPops {
  /** As far as it is known without working anything out. */
  readonly sure: (code: FunctionCode) => PoppedBy;
  readonly all: (code: FunctionCode) => PoppedBy;
}

/** Callers remove their own arguments. */
export const NOTHING_POPPED: CallPops = { sure: () => () => 0, all: () => () => 0 };

export class FunctionValues {
  readonly #near: NearValues;
  #sure: ValueFlow | undefined;
  #all: ValueFlow | undefined;

  constructor(
    private readonly code: FunctionCode,
    private readonly architecture: Architecture,
    private readonly image: ImageContext,
    private readonly pops: CallPops,
  ) {
    this.#near = new NearValues(code, architecture, pops.sure(code), image);
  }

  /** Where the stack stands; slots in values are relative to it. */
  get depth(): StackDepth {
    return this.#flow.depth;
  }

  /** Value of a register, or of a slot of `depth`, before the instruction. */
  valueBefore(index: number, location: Location): Value {
    if (isSlot(location)) return this.#flow.valueBefore(index, location);
    return (
      this.#near.register(index, location) ??
      this.#withSurePops((flow) => flow.valueBefore(index, location)) ??
      this.#flow.valueBefore(index, location)
    );
  }

  /** Value of an operand as the instruction reads it. */
  operandBefore(index: number, operand: Operand): Value {
    if (operand.kind === 'register') return this.valueBefore(index, operand.register);
    return this.#withSurePops((flow) => flow.operandBefore(index, operand)) ?? this.#flow.operandBefore(index, operand);
  }

  /** Value, at a call or tail jump, of what the callee sees at a location on entry. */
  argument(index: number, location: Location): Value {
    if (!isSlot(location)) return this.valueBefore(index, location);
    const pushed = isCall(this.code.flow(index)) ? this.architecture.returnAddressSize : 0;
    const above = slotOffset(location) - pushed;
    const at = (flow: ValueFlow): Value => {
      const offset = flow.depth.stackBefore(index) + above;
      return Number.isNaN(offset) ? unknown('stack pointer not known') : flow.valueBefore(index, slotLocation(offset));
    };
    const written = this.#near.slotWriter(index, above);
    if (written === undefined) return this.#withSurePops(at) ?? at(this.#flow);
    const result = (flow: ValueFlow): Value => flow.result(written);
    return this.#near.result(written) ?? this.#withSurePops(result) ?? result(this.#flow);
  }

  get #flow(): ValueFlow {
    return (this.#all ??= new ValueFlow(this.code, this.architecture, this.image, this.pops.all(this.code)));
  }

  /** The answer, if it needs nothing else: stack addresses mean something under all pops only. */
  #withSurePops(ask: (flow: ValueFlow) => Value): Value | undefined {
    if (!this.architecture.calleePops) return undefined;
    this.#sure ??= new ValueFlow(this.code, this.architecture, this.image, this.pops.sure(this.code));
    const value = ask(this.#sure);
    return value.every((atom) => atom.kind !== 'unknown' && atom.kind !== 'stack') ? value : undefined;
  }
}
