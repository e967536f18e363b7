/**
 * Registers a function of the image can change, with everything it calls: whole-program optimizers keep values in
 * volatile registers over calls of functions they know. Says "all" wherever control leaves what is seen.
 */
import { fallsThrough, FLOW_BRANCH, FLOW_CALL, FLOW_CALL_INDIRECT, FLOW_JUMP, FLOW_JUMP_INDIRECT } from './flow';
import type { FunctionCode } from './functionCode';

/** Helpers that compilers do this with are small. */
const MOST_INSTRUCTIONS = 512;
const DEEPEST = 6;

export class Clobbers {
  /** By entry; undefined: all registers. */
  readonly #known = new Map<number, ReadonlySet<number> | undefined>();

  constructor(private readonly codeAt: (rva: number) => FunctionCode | undefined) {}

  /** Whether a call of the function leaves the register as it was. */
  keeps(entry: number, register: number): boolean {
    return this.#of(entry, 0)?.has(register) === false;
  }

  #of(entry: number, depth: number): ReadonlySet<number> | undefined {
    if (this.#known.has(entry)) return this.#known.get(entry);
    // What recursion leads back to counts as all, for as long as it is being looked at.
    this.#known.set(entry, undefined);
    const code = depth > DEEPEST ? undefined : this.codeAt(entry);
    const changed = code === undefined ? undefined : this.#read(code, entry, depth);
    this.#known.set(entry, changed);
    return changed;
  }

  #read(code: FunctionCode, entry: number, depth: number): ReadonlySet<number> | undefined {
    // Bounds that were guessed may end too early: then control runs off the end, or out by a jump.
    const isWhole = code.indexAt(entry) !== undefined && code.count > 0 && !fallsThrough(code.flow(code.count - 1));
    if (!isWhole || code.count > MOST_INSTRUCTIONS) return undefined;
    const changed = new Set<number>();
    for (let index = 0; index < code.count; index += 1) {
      const flow = code.flow(index);
      if (flow === FLOW_CALL_INDIRECT || flow === FLOW_JUMP_INDIRECT) return undefined;
      const leaves = (flow === FLOW_JUMP || flow === FLOW_BRANCH) && !code.contains(code.target(index));
      if (flow === FLOW_CALL || leaves) {
        const callee = this.#of(code.target(index), depth + 1);
        if (callee === undefined) return undefined;
        for (const register of callee) changed.add(register);
      }
      for (const { target } of code.statements(index)) if (target.kind === 'register') changed.add(target.register);
    }
    return changed;
  }
}
