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

/** Import calls behind one another on a path; paths that part share what they have in common. */
interface CallChain {
  readonly slot: number;
  readonly before: CallChain | undefined;
  readonly length: number;
}

/** A stack address on a path: a constant, and what the calls removed; the chain UNKNOWN when nothing is known. */
interface Form {
  constant: number;
  calls: CallChain | undefined;
}

interface State {
  readonly stack: Form;
  readonly frame: Form;
}

/** stdcall functions of the kernel have at most some twenty arguments. */
const MOST_BYTES = 128;
/** Instructions between the first restored register and the return. */
const EPILOGUE_LENGTH = 8;
/** Instructions among which registers are saved. */
const LONGEST_PROLOGUE = 64;
const SAVED_REGISTERS = [RBX, RSI, RDI];
/** Terms of all equations of one function; hostile code would have no end of them. */
const MOST_TERMS = 1 << 15;
/** Calls that two paths may differ in. */
const LONGEST_DIFFERENCE = 4096;
const ENTRY: Form = { constant: 0, calls: undefined };
const UNKNOWN: CallChain = { slot: -1, before: undefined, length: 0 };

function copyOf({ stack, frame }: State): State {
  return { stack: { ...stack }, frame: { ...frame } };
}

function assign(to: Form, { constant, calls }: Form, by: number): void {
  to.constant = constant + by;
  to.calls = calls;
}

/** The calls of `a` less those of `b`, by import. */
function difference(a: CallChain | undefined, b: CallChain | undefined): Map<number, number> | undefined {
  const terms = new Map<number, number>();
  const count = (slot: number, by: number): void => {
    const sum = (terms.get(slot) ?? 0) + by;
    if (sum === 0) terms.delete(slot);
    else terms.set(slot, sum);
  };
  let left = a;
  let right = b;
  for (let steps = 0; left !== right; steps += 1) {
    if (steps > LONGEST_DIFFERENCE) return undefined;
    const isLeft = left !== undefined && left.length >= (right?.length ?? 0);
    const longer = isLeft ? left : right;
    if (longer === undefined) break;
    count(longer.slot, isLeft ? 1 : -1);
    if (isLeft) left = longer.before;
    else right = longer.before;
  }
  return terms;
}

/** Equations `form = 0` that hold in one function. */
export function stackEquations(code: FunctionCode, callEffect: (index: number) => CallEffect): readonly LinearForm[] {
  return new EquationWalk(code, callEffect).equations;
}

class EquationWalk {
  readonly equations: LinearForm[] = [];
  /** Stack pointer right after a register was pushed for the first time. */
  readonly #saved = new Map<number, Form>();
  /** State before the instruction at hand. */
  readonly #before: State = copyOf({ stack: ENTRY, frame: ENTRY });
  #terms = 0;

  constructor(
    private readonly code: FunctionCode,
    private readonly callEffect: (index: number) => CallEffect,
  ) {
    const { blocks } = code;
    code.measureStack();
    const entered: (State | undefined)[] = new Array<State | undefined>(blocks.count);
    const queue = [code.entryBlock];
    const states: State[] = [{ stack: ENTRY, frame: { constant: 0, calls: UNKNOWN } }];
    for (let block = queue.pop(), state = states.pop(); block !== undefined && state !== undefined;) {
      const known = entered[block];
      if (known === undefined) {
        entered[block] = state;
        const leaving = this.#walk(block, copyOf(state));
        for (let edge = 0; edge < blocks.successorCount(block); edge += 1) {
          queue.push(blocks.successor(block, edge));
          states.push(leaving);
        }
      } else this.#require(known.stack, state.stack);
      block = queue.pop();
      state = states.pop();
    }
  }

  #require(a: Form, b: Form | undefined): void {
    if (b === undefined || a.calls === b.calls || a.calls === UNKNOWN || b.calls === UNKNOWN) return;
    const terms = difference(a.calls, b.calls);
    if (terms === undefined || terms.size === 0 || this.#terms + terms.size > MOST_TERMS) return;
    this.#terms += terms.size;
    this.equations.push({ constant: a.constant - b.constant, terms });
  }

  #walk(block: number, state: State): State {
    const { code } = this;
    const end = code.blockEnd(block);
    for (let index = code.blockStart(block); index < end; index += 1) {
      const flow = code.flow(index);
      if (flow === FLOW_RETURN) this.#require(state.stack, ENTRY);
      if (isCall(flow)) this.#call(state.stack, index);
      else this.#follow(index, state);
    }
    return state;
  }

  #call(stack: Form, index: number): void {
    if (stack.calls === UNKNOWN) return;
    const effect = this.callEffect(index);
    if (effect.kind === 'unknown') stack.calls = UNKNOWN;
    else if (effect.kind === 'bytes') stack.constant += effect.bytes;
    else stack.calls = { slot: effect.slot, before: stack.calls, length: (stack.calls?.length ?? 0) + 1 };
  }

  #follow(index: number, state: State): void {
    const effect = this.code.stackEffect(index);
    const mayBeSave = effect === -4 && index < LONGEST_PROLOGUE && this.#saved.size < SAVED_REGISTERS.length;
    if (effect === STACK_COMPLEX || mayBeSave || (effect === 4 && this.#isBeforeReturn(index)))
      this.#apply(index, state);
    else if (isStep(effect)) state.stack.constant += effect;
  }

  #isBeforeReturn(index: number): boolean {
    for (let after = index + 1; after < Math.min(this.code.count, index + EPILOGUE_LENGTH); after += 1) {
      if (this.code.flow(after) !== FLOW_NEXT) return this.code.flow(after) === FLOW_RETURN;
    }
    return false;
  }

  #apply(index: number, state: State): void {
    const before = this.#before;
    assign(before.stack, state.stack, 0);
    assign(before.frame, state.frame, 0);
    for (const statement of this.code.statements(index)) {
      if (statement.target.kind !== 'register') {
        this.#rememberPush(statement, before);
        continue;
      }
      const { register } = statement.target;
      if (register === RSP) this.#evaluate(statement, before, state.stack);
      else if (register === RBP) this.#evaluate(statement, before, state.frame);
      else if (SAVED_REGISTERS.includes(register)) this.#checkPop(statement, register, before, index);
    }
  }

  #rememberPush({ target, left }: Statement, before: State): void {
    if (target.kind !== 'memory' || target.base !== RSP || left?.kind !== 'register') return;
    const { register } = left;
    if (!SAVED_REGISTERS.includes(register) || this.#saved.has(register)) return;
    const { constant, calls } = before.stack;
    if (calls !== UNKNOWN) this.#saved.set(register, { constant: constant + target.displacement, calls });
  }

  /** A saved register popped right before the return comes from where it was pushed. */
  #checkPop({ operation, left }: Statement, register: number, before: State, index: number): void {
    const isPop = operation === 'copy' && left?.kind === 'memory' && left.base === RSP && left.displacement === 0;
    if (!isPop) return;
    if (this.#isBeforeReturn(index)) this.#require(before.stack, this.#saved.get(register));
  }

  /** Gives `to` the statement's value, as far as it can be said. */
  #evaluate({ operation, left, right }: Statement, before: State, to: Form): void {
    to.calls = UNKNOWN;
    const memory =
      operation === 'address' && left?.kind === 'memory' && left.index < 0 && !left.inImage ? left : undefined;
    const register = left?.kind === 'register' ? left.register : memory?.base;
    if (register !== RSP && register !== RBP) return;
    const from = register === RSP ? before.stack : before.frame;
    if (memory !== undefined) assign(to, from, memory.displacement);
    else if (operation === 'copy') assign(to, from, 0);
    else if (right?.kind === 'constant' && (operation === 'add' || operation === 'subtract'))
      assign(to, from, operation === 'add' ? right.value | 0 : -(right.value | 0));
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
