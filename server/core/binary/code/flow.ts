/** Where control goes after an instruction. Numbers, because a sweep stores one a byte. */

export const FLOW_NEXT = 0;
/** Conditional branch: next, or `target`. */
export const FLOW_BRANCH = 1;
export const FLOW_JUMP = 2;
/** Direct call: `target`, then next. */
export const FLOW_CALL = 3;
export const FLOW_RETURN = 4;
export const FLOW_JUMP_INDIRECT = 5;
export const FLOW_CALL_INDIRECT = 6;
/** Traps: nothing follows. */
export const FLOW_STOP = 7;

/** Whether the next instruction can't follow in a straight line. */
export function endsBlock(flow: number): boolean {
  return (
    flow === FLOW_BRANCH ||
    flow === FLOW_JUMP ||
    flow === FLOW_RETURN ||
    flow === FLOW_JUMP_INDIRECT ||
    flow === FLOW_STOP
  );
}

/** Whether control may go on to the instruction behind. */
export function fallsThrough(flow: number): boolean {
  return flow === FLOW_NEXT || flow === FLOW_BRANCH || flow === FLOW_CALL || flow === FLOW_CALL_INDIRECT;
}

export function isCall(flow: number): boolean {
  return flow === FLOW_CALL || flow === FLOW_CALL_INDIRECT;
}
