/**
 * Statements of Rust functions and constants that are evaluated: variables, assignments, loops, `return`. What can't be
 * followed ends the evaluation; nothing is ever executed but arithmetic on values, in bounded steps.
 */
import type { Node } from 'web-tree-sitter';
import { exactly, integer, join, list, NOTHING, only, open, type Possible } from './rustData';
import { isEnd, PURE_MACROS, type Evaluator } from './rustEvaluate';
import { NotFollowed, type Frame } from './rustFrames';
import { applyBinary } from './rustOperators';
import { matchPattern } from './rustPatterns';
import { parts } from './rustTree';

type Flow = 'on' | 'ended' | 'break' | 'continue';
interface Done {
  readonly flow: Flow;
  readonly value: Possible;
}

const UNIT: Done = { flow: 'on', value: list([]) };
const ENDED: Done = { flow: 'ended', value: NOTHING };
const MOST_ROUNDS = 512;

export class Runner {
  constructor(
    private readonly evaluator: Evaluator,
    private readonly named: (path: Node) => Possible,
  ) {}

  /** What a function's body gives, by its last expression or by `return`. */
  run(body: Node, frame: Frame): Possible {
    return this.followed(() => {
      const { flow, value } = this.block(body, frame);
      return join([...frame.returned, ...(flow === 'on' ? [value] : [])]);
    });
  }

  /** What a constant's initializer gives. */
  initial(expression: Node, frame: Frame): Possible {
    return this.followed(() => this.evaluator.value(expression, frame));
  }

  private followed(work: () => Possible): Possible {
    try {
      return work();
    } catch (error) {
      if (error instanceof NotFollowed) return open('computed at run time');
      throw error;
    }
  }

  /** A block as a part of an expression. */
  value(block: Node, frame: Frame): Possible {
    const { flow, value } = this.block(block, frame);
    if (flow === 'break' || flow === 'continue') throw new NotFollowed();
    return flow === 'on' ? value : NOTHING;
  }

  private block(block: Node, frame: Frame): Done {
    frame.enter();
    const done = this.statements(block, frame);
    frame.leave();
    return done;
  }

  private statements(block: Node, frame: Frame): Done {
    const all = parts(block).filter((part) => part.type !== 'label');
    let last: Done = UNIT;
    for (const statement of all) {
      last = this.statement(statement, frame);
      if (last.flow !== 'on') return last;
    }
    return last;
  }

  private statement(node: Node, frame: Frame): Done {
    if (node.type === 'let_declaration') return this.declare(node, frame);
    if (/_item$|^use_declaration$|^empty_statement$|^macro_definition$/.test(node.type)) return UNIT;
    if (node.type !== 'expression_statement') return this.execute(node, frame);
    const inner = parts(node)[0];
    if (inner === undefined) return UNIT;
    const { flow, value } = this.execute(inner, frame);
    return { flow, value: /;\s*$/.test(node.text.slice(-2)) ? list([]) : value };
  }

  private declare(node: Node, frame: Frame): Done {
    const pattern = node.childForFieldName('pattern');
    const initial = node.childForFieldName('value');
    if (pattern === null) throw new NotFollowed();
    const value = initial ? this.evaluator.value(initial, frame) : open('it has no value yet');
    const otherwise = node.childForFieldName('alternative');
    if (pattern.type === 'identifier') frame.declare(pattern.text, value);
    else {
      const bind = (name: string, bound: Possible): void => {
        frame.declare(name, bound);
      };
      const { fits } = matchPattern(pattern, only(value), this.named, bind);
      if (fits !== true && otherwise) {
        const before = frame.save();
        this.block(otherwise, frame);
        frame.restore(before);
        if (fits === false) return ENDED;
      }
    }
    return UNIT;
  }

  private execute(node: Node, frame: Frame): Done {
    switch (node.type) {
      case 'if_expression':
        return this.choose(node, frame);
      case 'while_expression':
        return this.repeat(frame, node, () => this.truth(node.childForFieldName('condition'), frame));
      case 'loop_expression':
        return this.repeat(frame, node, () => true);
      case 'for_expression':
        return this.forEach(node, frame);
      case 'block':
        return this.block(node, frame);
      case 'unsafe_block': {
        const inner = parts(node).at(-1);
        return inner ? this.execute(inner, frame) : UNIT;
      }
      case 'assignment_expression':
        this.assign(
          node.childForFieldName('left'),
          this.evaluator.value(node.childForFieldName('right'), frame),
          frame,
        );
        return UNIT;
      case 'compound_assignment_expr':
        return this.compute(node, frame);
      case 'return_expression':
        frame.returned.push(this.evaluator.value(parts(node)[0], frame));
        return ENDED;
      case 'break_expression':
      case 'continue_expression':
        if (parts(node).length > 0) throw new NotFollowed();
        return { flow: node.type === 'break_expression' ? 'break' : 'continue', value: NOTHING };
      case 'macro_invocation':
        return this.macro(node, frame);
      default:
        return { flow: 'on', value: this.evaluator.value(node, frame) };
    }
  }

  private macro(node: Node, frame: Frame): Done {
    if (isEnd(node)) return ENDED;
    const isPure = PURE_MACROS.test(node.childForFieldName('macro')?.text ?? '') && !/&\s*mut\b/.test(node.text);
    if (isPure) return { flow: 'on', value: open('computed at run time') };
    return { flow: 'on', value: this.evaluator.value(node, frame) };
  }

  private choose(node: Node, frame: Frame): Done {
    const condition = node.childForFieldName('condition');
    if (condition === null || /^let/.test(condition.type)) throw new NotFollowed();
    const decided = only(this.evaluator.value(condition, frame));
    const [yes, no] = [node.childForFieldName('consequence'), node.childForFieldName('alternative')];
    const way = (one: Node | null): Done => {
      const branch = one?.type === 'else_clause' ? parts(one).at(-1) : one;
      return branch ? this.execute(branch, frame) : UNIT;
    };
    if (decided?.kind === 'truth') return way(decided.value ? yes : no);
    const before = frame.save();
    const goingOn: { readonly saved: ReturnType<Frame['save']>; readonly value: Possible }[] = [];
    for (const one of [yes, no]) {
      frame.restore(before);
      const { flow, value } = way(one);
      if (flow === 'break' || flow === 'continue') throw new NotFollowed();
      if (flow === 'on') goingOn.push({ saved: frame.save(), value });
    }
    frame.joinAll(goingOn.map(({ saved }) => saved));
    return goingOn.length === 0 ? ENDED : { flow: 'on', value: join(goingOn.map(({ value }) => value)) };
  }

  private truth(condition: Node | null, frame: Frame): boolean {
    const decided =
      condition && !/^let/.test(condition.type) ? only(this.evaluator.value(condition, frame)) : undefined;
    if (decided?.kind !== 'truth') throw new NotFollowed();
    return decided.value;
  }

  private repeat(frame: Frame, node: Node, goesOn: () => boolean): Done {
    const body = node.childForFieldName('body');
    if (body === null) throw new NotFollowed();
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      if (!goesOn()) return UNIT;
      const done = this.block(body, frame);
      if (done.flow === 'break') return UNIT;
      if (done.flow === 'ended') return done;
    }
    throw new NotFollowed();
  }

  private forEach(node: Node, frame: Frame): Done {
    const pattern = node.childForFieldName('pattern');
    const items = this.itemsOf(node.childForFieldName('value'), frame);
    const body = node.childForFieldName('body');
    if (pattern === null || body === null || items === undefined) throw new NotFollowed();
    for (const item of items) {
      frame.enter();
      if (pattern.type === 'identifier') frame.declare(pattern.text, item);
      else
        matchPattern(pattern, only(item), this.named, (name, value) => {
          frame.declare(name, value);
        });
      const done = this.block(body, frame);
      frame.leave();
      if (done.flow === 'break') return UNIT;
      if (done.flow === 'ended') return done;
    }
    return UNIT;
  }

  private itemsOf(node: Node | null, frame: Frame): readonly Possible[] | undefined {
    const range = node?.type === 'parenthesized_expression' ? parts(node)[0] : node;
    if (range?.type === 'range_expression') {
      const [first, last, ...more] = parts(range).map((part) => only(this.evaluator.value(part, frame)));
      if (first?.kind !== 'integer' || last?.kind !== 'integer' || more.length > 0) return undefined;
      const end = last.value + (range.text.includes('..=') ? 1n : 0n);
      const count = Number(end - first.value);
      if (count > MOST_ROUNDS) return undefined;
      const type = first.type ?? last.type;
      return Array.from({ length: Math.max(count, 0) }, (_, at) => integer(first.value + BigInt(at), type));
    }
    const value = only(this.evaluator.value(node, frame));
    if (value?.kind === 'text')
      return value.bytes.map((byte) =>
        exactly({ kind: 'integer', value: BigInt(byte), type: { bits: 8, signed: false } }),
      );
    return value?.kind === 'list' ? value.items : undefined;
  }

  private compute(node: Node, frame: Frame): Done {
    const left = node.childForFieldName('left');
    const operator = (node.childForFieldName('operator')?.text ?? '').slice(0, -1);
    const right = this.evaluator.value(node.childForFieldName('right'), frame);
    this.assign(left, applyBinary(operator, this.evaluator.value(left, frame), right), frame);
    return UNIT;
  }

  private assign(target: Node | null, value: Possible, frame: Frame): void {
    if (target?.type === 'identifier') {
      if (!frame.assign(target.text, value)) throw new NotFollowed();
      return;
    }
    const [object, index] = target?.type === 'index_expression' ? parts(target) : [];
    const held = object?.type === 'identifier' ? only(frame.get(object.text) ?? NOTHING) : undefined;
    const at = index ? only(this.evaluator.value(index, frame)) : undefined;
    if (object === undefined || held?.kind !== 'list' || at?.kind !== 'integer') throw new NotFollowed();
    frame.assign(object.text, list(held.items.map((item, place) => (BigInt(place) === at.value ? value : item))));
  }
}
