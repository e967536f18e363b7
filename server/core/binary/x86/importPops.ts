/**
 * How many bytes of arguments each import removes from the stack in 32-bit code, worked out from the image itself:
 * a function must return with the stack pointer where it was, and restore saved registers from where it pushed them.
 * Every path gives a linear equation; an import is known only if no equation contradicts it.
 */
import { FLOW_RETURN, isCall } from '../code/flow';
import type { FunctionCode } from '../code/functionCode';
import type { Statement } from '../code/statement';
import { RBP, RBX, RDI, RSI, RSP } from './registers';

/** constant + sum of count × bytes removed by the import. */
interface LinearForm {
  readonly constant: number;
  readonly terms: ReadonlyMap<number, number>;
}

/** What a call does to the stack: bytes removed, the slot of an import not known yet, or nothing that can be said. */
export type CallEffect =
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'import'; readonly slot: number }
  | { readonly kind: 'unknown' };

interface State {
  stack: LinearForm | undefined;
  frame: LinearForm | undefined;
}

/** stdcall functions of the kernel have at most some twenty arguments. */
const MOST_BYTES = 128;
/** Instructions between the first restored register and the return. */
const EPILOGUE_LENGTH = 8;
const SAVED_REGISTERS = [RBX, RSI, RDI];
const NO_TERMS: ReadonlyMap<number, number> = new Map();

function shifted(form: LinearForm | undefined, by: number): LinearForm | undefined {
  return form === undefined ? undefined : { constant: form.constant + by, terms: form.terms };
}

function difference(a: LinearForm, b: LinearForm): LinearForm {
  const terms = new Map(a.terms);
  for (const [slot, count] of b.terms) {
    const left = (terms.get(slot) ?? 0) - count;
    if (left === 0) terms.delete(slot);
    else terms.set(slot, left);
  }
  return { constant: a.constant - b.constant, terms };
}

/** Equations `form = 0` that hold in one function. */
export function stackEquations(code: FunctionCode, callEffect: (index: number) => CallEffect): readonly LinearForm[] {
  return new EquationWalk(code, callEffect).equations;
}

class EquationWalk {
  readonly equations: LinearForm[] = [];
  readonly #entered = new Map<number, State>();
  /** Stack pointer right after a register was pushed for the first time. */
  readonly #saved = new Map<number, LinearForm>();

  constructor(
    private readonly code: FunctionCode,
    private readonly callEffect: (index: number) => CallEffect,
  ) {
    const queue: { block: number; state: State }[] = [
      { block: code.entryBlock, state: { stack: { constant: 0, terms: NO_TERMS }, frame: undefined } },
    ];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const known = this.#entered.get(next.block);
      if (known !== undefined) {
        this.#require(known.stack, next.state.stack);
        continue;
      }
      this.#entered.set(next.block, { ...next.state });
      this.#walk(next.block, next.state);
      for (const block of code.successors[next.block] ?? []) queue.push({ block, state: { ...next.state } });
    }
  }

  #require(a: LinearForm | undefined, b: LinearForm | undefined): void {
    if (a === undefined || b === undefined) return;
    const equation = difference(a, b);
    if (equation.terms.size > 0) this.equations.push(equation);
  }

  #walk(block: number, state: State): void {
    const { code } = this;
    for (let index = code.blockStarts[block] ?? 0; index < code.blockEnd(block); index += 1) {
      if (code.flow(index) === FLOW_RETURN) this.#require(state.stack, { constant: 0, terms: NO_TERMS });
      if (isCall(code.flow(index))) state.stack = this.#afterCall(state.stack, index);
      else if (code.movesStack(index)) this.#apply(index, state);
    }
  }

  #afterCall(stack: LinearForm | undefined, index: number): LinearForm | undefined {
    const effect = this.callEffect(index);
    if (stack === undefined || effect.kind === 'unknown') return undefined;
    if (effect.kind === 'bytes') return shifted(stack, effect.bytes);
    return {
      constant: stack.constant,
      terms: new Map(stack.terms).set(effect.slot, (stack.terms.get(effect.slot) ?? 0) + 1),
    };
  }

  #apply(index: number, state: State): void {
    const before = { ...state };
    for (const statement of this.code.statements(index)) {
      if (statement.target.kind !== 'register') {
        this.#rememberPush(statement, before);
        continue;
      }
      const { register } = statement.target;
      if (register === RSP) state.stack = this.#evaluate(statement, before);
      else if (register === RBP) state.frame = this.#evaluate(statement, before);
      else if (SAVED_REGISTERS.includes(register)) this.#checkPop(statement, register, before, index);
    }
  }

  #rememberPush({ target, left }: Statement, before: State): void {
    if (target.kind !== 'memory' || target.base !== RSP || left?.kind !== 'register') return;
    const { register } = left;
    if (!SAVED_REGISTERS.includes(register) || this.#saved.has(register)) return;
    const slot = shifted(before.stack, target.displacement);
    if (slot !== undefined) this.#saved.set(register, slot);
  }

  /** A saved register popped right before the return comes from where it was pushed. */
  #checkPop({ operation, left }: Statement, register: number, before: State, index: number): void {
    const isPop = operation === 'copy' && left?.kind === 'memory' && left.base === RSP && left.displacement === 0;
    if (!isPop) return;
    for (let after = index + 1; after < Math.min(this.code.count, index + EPILOGUE_LENGTH); after += 1) {
      if (this.code.flow(after) === FLOW_RETURN) {
        this.#require(before.stack, this.#saved.get(register));
        return;
      }
      if (this.code.flow(after) !== 0) return;
    }
  }

  #evaluate({ operation, left, right }: Statement, before: State): LinearForm | undefined {
    const form = (register: number): LinearForm | undefined => {
      if (register === RSP) return before.stack;
      return register === RBP ? before.frame : undefined;
    };
    if (operation === 'address' && left?.kind === 'memory' && left.index < 0 && !left.inImage) {
      return shifted(form(left.base), left.displacement);
    }
    if (left?.kind !== 'register') return undefined;
    if (operation === 'copy') return form(left.register);
    if (right?.kind !== 'constant' || (operation !== 'add' && operation !== 'subtract')) return undefined;
    return shifted(form(left.register), operation === 'add' ? right.value | 0 : -(right.value | 0));
  }
}

/** Solves equations by substitution. A slot that any equation contradicts is given up. */
export class PopSolver {
  readonly #solved = new Map<number, number>();
  readonly #contradicted = new Set<number>();
  /** Equations seen so far: most functions state the same few. */
  readonly #seen = new Set<string>();
  /** Those with more than one unknown. */
  #open: readonly LinearForm[] = [];

  popped(slot: number): number | undefined {
    return this.#contradicted.has(slot) ? undefined : this.#solved.get(slot);
  }

  add(equations: readonly LinearForm[]): void {
    const fresh = equations.filter((equation) => this.#isNew(equation));
    if (fresh.length === 0) return;
    let open = [...this.#open, ...fresh];
    for (let before = open.length + 1; open.length > 0 && open.length < before;) {
      before = open.length;
      open = open.filter((equation) => !this.#settle(equation));
    }
    this.#open = open;
  }

  #isNew({ constant, terms }: LinearForm): boolean {
    const key = `${String(constant)} ${[...terms].sort((a, b) => a[0] - b[0]).join(' ')}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  /** Uses an equation with one unknown, checks one with none; false when it has to wait. */
  #settle(equation: LinearForm): boolean {
    let { constant } = equation;
    let unknownSlot: number | undefined;
    let unknownCount = 0;
    for (const [slot, count] of equation.terms) {
      const bytes = this.#solved.get(slot);
      if (bytes !== undefined) constant += count * bytes;
      else if (unknownSlot !== undefined) return false;
      else [unknownSlot, unknownCount] = [slot, count];
    }
    if (unknownSlot === undefined) {
      if (constant !== 0) for (const slot of equation.terms.keys()) this.#contradicted.add(slot);
      return true;
    }
    const bytes = -constant / unknownCount;
    if (Number.isInteger(bytes / 4) && bytes >= 0 && bytes <= MOST_BYTES) this.#solved.set(unknownSlot, bytes);
    else this.#contradicted.add(unknownSlot);
    return true;
  }
}
