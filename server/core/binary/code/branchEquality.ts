/** What one way out of a conditional branch proves about a value. The architectures find it, the value search uses it. */
import type { Operand } from './statement';

export interface BranchEquality {
  readonly operand: Operand;
  /** What the operand is on the proving path, unsigned 32 bits. */
  readonly value: number;
  /** Instruction that compared; the operand is as it was behind it. */
  readonly at: number;
  /** The proving path: the branch's target, or straight on. */
  readonly whenTaken: boolean;
}
