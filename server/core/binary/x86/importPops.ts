/**
 * How many bytes of arguments each import removes from the stack in 32-bit code, worked out from the image itself:
 * a function must return with the stack pointer where it was, and restore saved registers from where it pushed them.
 * Every path gives a linear equation; what a clear majority of them says is taken.
 */
import { FLOW_NEXT, FLOW_RETURN, isCall } from '../code/flow';
import type { FunctionCode } from '../code/functionCode';
import { isStep, STACK_COMPLEX } from '../code/stackEffect';
import type { Statement } from '../code/statement';
import { RBP, RBX, RDI, RSI, RSP } from './registers';

/** constant + sum of count × bytes removed by the import. */
export interface LinearForm {
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
/** Instructions among which registers are saved. */
const LONGEST_PROLOGUE = 64;
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
      for (let edge = 0; edge < code.blocks.successorCount(next.block); edge += 1)
        queue.push({ block: code.blocks.successor(next.block, edge), state: { ...next.state } });
    }
  }

  #require(a: LinearForm | undefined, b: LinearForm | undefined): void {
    if (a === undefined || b === undefined) return;
    const equation = difference(a, b);
    if (equation.terms.size > 0) this.equations.push(equation);
  }

  #walk(block: number, state: State): void {
    const { code } = this;
    for (let index = code.blockStart(block); index < code.blockEnd(block); index += 1) {
      if (code.flow(index) === FLOW_RETURN) this.#require(state.stack, { constant: 0, terms: NO_TERMS });
      if (isCall(code.flow(index))) state.stack = this.#afterCall(state.stack, index);
      else this.#follow(index, state);
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

  #follow(index: number, state: State): void {
    const effect = this.code.stackEffect(index);
    const mayBeSave = effect === -4 && index < LONGEST_PROLOGUE && this.#saved.size < SAVED_REGISTERS.length;
    if (effect === STACK_COMPLEX || mayBeSave || (effect === 4 && this.#isBeforeReturn(index)))
      this.#apply(index, state);
    else if (isStep(effect) && effect !== 0) state.stack = shifted(state.stack, effect);
  }

  #isBeforeReturn(index: number): boolean {
    for (let after = index + 1; after < Math.min(this.code.count, index + EPILOGUE_LENGTH); after += 1) {
      if (this.code.flow(after) !== FLOW_NEXT) return this.code.flow(after) === FLOW_RETURN;
    }
    return false;
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
    if (this.#isBeforeReturn(index)) this.#require(before.stack, this.#saved.get(register));
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

interface Ballot {
  readonly votes: Map<number, number>;
}

/**
 * Solves equations by substitution and vote: an equation with one unknown left votes for a value. A value needs a clear
 * majority, because a path that does not exist (behind a call that never returns) states a false equation now and then.
 */
export function solvePops(equations: readonly LinearForm[]): ReadonlyMap<number, number> {
  const solved = new Map<number, number>();
  for (let open = equations; open.length > 0;) {
    const ballots = new Map<number, Ballot>();
    const rest: LinearForm[] = [];
    for (const equation of open) {
      const outcome = substitute(equation, solved);
      if (outcome === 'open') rest.push(equation);
      else if (outcome !== 'known') vote(ballots, outcome.slot, outcome.bytes);
    }
    const before = solved.size;
    for (const [slot, ballot] of ballots) {
      const winner = majority(ballot);
      if (winner !== undefined) solved.set(slot, winner);
    }
    if (solved.size === before) break;
    open = rest;
  }
  return solved;
}

/** What an equation says under the values known: about one more import, nothing new, or nothing yet. */
function substitute(
  { constant, terms }: LinearForm,
  solved: ReadonlyMap<number, number>,
): { readonly slot: number; readonly bytes: number } | 'known' | 'open' {
  let sum = constant;
  let single: readonly [slot: number, count: number] | undefined;
  for (const [slot, count] of terms) {
    const bytes = solved.get(slot);
    if (bytes !== undefined) sum += count * bytes;
    else if (single === undefined) single = [slot, count];
    else return 'open';
  }
  return single === undefined ? 'known' : { slot: single[0], bytes: -sum / single[1] };
}

function vote(ballots: Map<number, Ballot>, slot: number, bytes: number): void {
  const ballot = ballots.get(slot) ?? { votes: new Map<number, number>() };
  ballots.set(slot, ballot);
  ballot.votes.set(bytes, (ballot.votes.get(bytes) ?? 0) + 1);
}

/** The possible value with at least four times the votes of all others together. */
function majority({ votes }: Ballot): number | undefined {
  let total = 0;
  let best: readonly [bytes: number, count: number] | undefined;
  for (const [bytes, count] of votes) {
    total += count;
    const isPossible = Number.isInteger(bytes / 4) && bytes >= 0 && bytes <= MOST_BYTES;
    if (isPossible && (best === undefined || count > best[1])) best = [bytes, count];
  }
  return best !== undefined && best[1] >= 4 * (total - best[1]) ? best[0] : undefined;
}
