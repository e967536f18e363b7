/**
 * Values of Rust expressions by their meaning: operators, arrays, structures, choices, calls. Names, members and functions
 * are asked for; statements are run by rustRun. Where it can't be told which way it goes, all ways count.
 */
import type { Node } from 'web-tree-sitter';
import { array, indexed, structure } from './rustAggregates';
import { libraryFunction, libraryMethod, memberOf } from './rustBuiltins';
import { change, exactly, integer, join, list, NOTHING, only, open, type Possible } from './rustData';
import { NotFollowed, type Frame } from './rustFrames';
import { literalCharacter, literalInteger, literalText } from './rustLiterals';
import { applyBinary } from './rustOperators';
import { matchPattern } from './rustPatterns';
import { genericsOf, lastOfPath, parts } from './rustTree';
import { cut, type IntegerType } from './rustTypes';

const AT_RUN_TIME = 'computed at run time';
const TOO_DEEP = 'its definition goes too deep';
const MOST_DEPTH = 48;
const MOST_STEPS = 20_000;
/** What never gives a value. */
const ENDS = /^(?:panic|unreachable|todo|unimplemented|compile_error)$/;

export interface Meanings {
  /** Value of a path, or of a local name where no frame has it. */
  readonly named: (path: Node) => Possible;
  /** What the file gives `self.member`, anywhere. */
  readonly ownMember: (expression: Node, member: string) => Possible;
  /** A call of one of the project's functions; undefined when it is none that is known. */
  readonly called: (
    callee: Node,
    args: () => readonly Possible[],
    generics: readonly Possible[],
  ) => Possible | undefined;
  readonly method: (name: Node, object: Possible, args: () => readonly Possible[]) => Possible | undefined;
  /** What a use of a macro of the file stands for. */
  readonly expansion: (use: Node) => readonly Node[] | undefined;
  /** The integer type an alias of the file names. */
  readonly typeOf: (type: Node) => IntegerType | undefined;
  readonly block: (block: Node, frame: Frame) => Possible;
  readonly self: (node: Node) => string | undefined;
}

export class Evaluator {
  private depth = 0;
  private steps = MOST_STEPS;

  constructor(private readonly meanings: Meanings) {}

  value(node: Node | null | undefined, frame: Frame | undefined): Possible {
    if (!node) return NOTHING;
    if (this.depth === 0) this.steps = MOST_STEPS;
    if (this.depth >= MOST_DEPTH || (this.steps -= 1) < 0) return open(TOO_DEEP);
    this.depth += 1;
    try {
      return this.valueOf(node, frame);
    } finally {
      this.depth -= 1;
    }
  }

  private valueOf(node: Node, frame: Frame | undefined): Possible {
    switch (node.type) {
      case 'integer_literal':
        return literalInteger(node.text);
      case 'boolean_literal':
        return exactly({ kind: 'truth', value: node.text === 'true' });
      case 'char_literal':
        return literalCharacter(node.text);
      case 'string_literal':
      case 'raw_string_literal':
        return literalText(node.text);
      case 'parenthesized_expression':
      case 'unsafe_block':
      case 'const_block':
      case 'else_clause':
      case 'expression_statement':
        return this.value(parts(node).at(-1), frame);
      case 'negative_literal':
        return this.unary(node, frame);
      case 'reference_expression':
        if (frame && node.namedChildren.some((child) => child.type === 'mutable_specifier')) throw new NotFollowed();
        return this.value(node.childForFieldName('value'), frame);
      case 'unary_expression':
        return this.unary(node, frame);
      case 'type_cast_expression':
        return this.cast(node, frame);
      case 'binary_expression':
        return this.binary(node, frame);
      case 'block':
        return frame ? this.meanings.block(node, frame) : this.lastOf(node);
      case 'if_expression':
        return this.choice(node, frame);
      case 'match_expression':
        return this.match(node, frame);
      default:
        return this.other(node, frame);
    }
  }

  private other(node: Node, frame: Frame | undefined): Possible {
    switch (node.type) {
      case 'identifier':
      case 'scoped_identifier':
      // A constant among generic arguments.
      case 'type_identifier':
      case 'scoped_type_identifier':
      case 'self':
        return frame?.get(node.text) ?? this.meanings.named(node);
      case 'call_expression':
        return this.called(node, frame);
      case 'field_expression':
        return this.member(node, frame);
      case 'index_expression':
        return indexed(node, (part) => this.value(part, frame));
      case 'array_expression':
        return array(node, (part) => this.value(part, frame));
      case 'tuple_expression':
        return list(parts(node).map((part) => this.value(part, frame)));
      case 'struct_expression':
        return structure(node, this.meanings.self, (part) => this.value(part, frame));
      case 'macro_invocation':
        return this.macro(node, frame);
      case 'return_expression':
      case 'break_expression':
      case 'continue_expression':
        if (frame) throw new NotFollowed();
        return NOTHING;
      case 'closure_expression':
        return open('a closure is no tag');
      default:
        if (frame && /assignment|compound|loop|while|for_|await|try|yield/.test(node.type)) throw new NotFollowed();
        return open(AT_RUN_TIME);
    }
  }

  private unary(node: Node, frame: Frame | undefined): Possible {
    const value = this.value(parts(node)[0], frame);
    const operator = node.text.charAt(0);
    if (operator === '*') return value;
    return change(value, (datum) => {
      if (datum.kind === 'truth' && operator === '!') return exactly({ kind: 'truth', value: !datum.value });
      if (datum.kind !== 'integer') return open(AT_RUN_TIME);
      const result = operator === '!' ? ~datum.value : -datum.value;
      if (operator === '-' && datum.type && cut(result, datum.type) !== result) return open(AT_RUN_TIME);
      return integer(datum.type ? cut(result, datum.type) : result, datum.type);
    });
  }

  private cast(node: Node, frame: Frame | undefined): Possible {
    const type = node.childForFieldName('type');
    const value = this.value(node.childForFieldName('value'), frame);
    const meant = type?.text === '_' ? 'any' : type && this.meanings.typeOf(type);
    if (!meant) return change(value, () => open(`cast to '${type?.text.slice(0, 80) ?? ''}'`));
    const step = meant === 'any' || meant.bits >= 32 ? '' : undefined;
    return change(
      value,
      (datum) => {
        const number =
          datum.kind === 'truth' ? (datum.value ? 1n : 0n) : datum.kind === 'integer' ? datum.value : undefined;
        if (number === undefined) return open(AT_RUN_TIME);
        // The type that is meant is at least as wide as a tag, or the value fits.
        return meant === 'any' ? integer(number) : integer(cut(number, meant), meant);
      },
      step,
    );
  }

  private binary(node: Node, frame: Frame | undefined): Possible {
    const left = this.value(node.childForFieldName('left'), frame);
    const right = this.value(node.childForFieldName('right'), frame);
    return applyBinary(node.childForFieldName('operator')?.text ?? '', left, right);
  }

  /** Outside of an evaluation by statements a block is what its last expression is. */
  private lastOf(node: Node): Possible {
    const last = parts(node).at(-1);
    if (last === undefined) return NOTHING;
    if (last.type === 'expression_statement' && /;\s*$/.test(last.text.slice(-2)))
      return isEnd(parts(last)[0]) ? NOTHING : open(AT_RUN_TIME);
    return /_item$|_declaration$|^empty_statement$/.test(last.type) ? open(AT_RUN_TIME) : this.value(last, undefined);
  }

  private choice(node: Node, frame: Frame | undefined): Possible {
    const condition = node.childForFieldName('condition');
    const [yes, no] = [node.childForFieldName('consequence'), node.childForFieldName('alternative')];
    const decided = condition?.type === 'let_condition' ? undefined : only(this.condition(condition, frame));
    if (decided?.kind === 'truth') return this.value(decided.value ? yes : no, frame);
    const ways = [yes, no].map((way) => () => this.value(way, frame));
    if (frame && /^let/.test(condition?.type ?? '')) throw new NotFollowed();
    return this.anyOf(ways, frame);
  }

  private condition(condition: Node | null, frame: Frame | undefined): Possible {
    return condition?.type === 'let_chain' ? open(AT_RUN_TIME) : this.value(condition, frame);
  }

  /** All ways; with a frame the variables are as any of them leaves them. */
  anyOf(ways: readonly (() => Possible)[], frame: Frame | undefined): Possible {
    if (frame === undefined) return join(ways.map((way) => way()));
    const before = frame.save();
    const after: ReturnType<Frame['save']>[] = [];
    const values = ways.map((way) => {
      frame.restore(before);
      const value = way();
      after.push(frame.save());
      return value;
    });
    frame.joinAll(after);
    return join(values);
  }

  private match(node: Node, frame: Frame | undefined): Possible {
    const subject = this.value(node.childForFieldName('value'), frame);
    const body = node.childForFieldName('body');
    const arms = body ? parts(body).filter((part) => part.type === 'match_arm') : [];
    const datum = only(subject);
    const possible: Node[] = [];
    for (const arm of arms) {
      const pattern = arm.childForFieldName('pattern');
      const isGuarded = pattern?.childForFieldName('condition') != null;
      const answer =
        pattern && datum && !isGuarded ? matchPattern(pattern, datum, (path) => this.meanings.named(path)) : undefined;
      if (answer?.fits === false) continue;
      possible.push(arm);
      if (answer?.fits === true) break;
    }
    const ways = possible.map((arm) => () => {
      const pattern = arm.childForFieldName('pattern');
      if (frame === undefined) return this.value(arm.childForFieldName('value'), undefined);
      frame.enter();
      if (pattern)
        matchPattern(
          pattern,
          datum,
          (path) => this.meanings.named(path),
          (name, value) => {
            frame.declare(name, value);
          },
        );
      const value = this.value(arm.childForFieldName('value'), frame);
      frame.leave();
      return value;
    });
    return this.anyOf(ways, frame);
  }

  private called(node: Node, frame: Frame | undefined): Possible {
    const callee = node.childForFieldName('function');
    const list = parts(node.childForFieldName('arguments') ?? node);
    if (callee === null) return NOTHING;
    const args = (): readonly Possible[] => list.map((arg) => this.value(arg, frame));
    const object = callee.type === 'field_expression' ? callee.childForFieldName('value') : null;
    const field = callee.type === 'field_expression' ? callee.childForFieldName('field') : null;
    if (object && field) {
      const target = this.value(object, frame);
      const known = this.meanings.method(field, target, args) ?? libraryMethod(field.text, target, args());
      // A method that is not known may change its object.
      if (known === undefined && frame) throw new NotFollowed();
      return known ?? open(`computed at run time by ${field.text.slice(0, 80)}`);
    }
    const generics = (genericsOf(callee)?.args ?? []).map((arg) => this.value(arg, frame));
    const { name, qualifier } = lastOfPath(callee);
    return (
      this.meanings.called(callee, args, generics) ??
      libraryFunction(name, qualifier, args()) ??
      open(`computed at run time by ${name.slice(0, 80)}`)
    );
  }

  private member(node: Node, frame: Frame | undefined): Possible {
    const member = node.childForFieldName('field')?.text ?? '';
    const object = node.childForFieldName('value');
    if (object?.type === 'self' && frame?.get('self') === undefined) return this.meanings.ownMember(node, member);
    return memberOf(this.value(object, frame), member);
  }

  private macro(node: Node, frame: Frame | undefined): Possible {
    const name = node.childForFieldName('macro')?.text.split('::').at(-1) ?? '';
    if (ENDS.test(name)) return NOTHING;
    const expansions = this.meanings.expansion(node);
    if (expansions === undefined) {
      if (frame && !PURE_MACROS.test(name)) throw new NotFollowed();
      return open(`computed by macro ${name.slice(0, 80)}!`);
    }
    return join(expansions.map((root) => this.value(root, frame)));
  }
}

/** Macros that change no variable. */
export const PURE_MACROS =
  /^(?:(?:debug_)?assert(?:_eq|_ne)?|e?println?|dbg|cfg|matches|concat|stringify|line|file|module_path|size_of)$/;

/** Whether an expression leaves: `return …`, `panic!()`. */
export function isEnd(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if (/^(?:return|break|continue)_expression$/.test(node.type)) return true;
  return node.type === 'macro_invocation' && ENDS.test(node.childForFieldName('macro')?.text ?? '');
}
