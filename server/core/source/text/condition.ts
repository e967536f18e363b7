/**
 * Value of an `#if` condition, three-valued: undefined where it depends on macros that are not at hand
 * (a WDK header, the build), so that nobody takes a guess for a fact.
 */
import { parseExpression, type Expression } from '../syntax/expression';
import { expand } from './expand';
import type { Token } from './lexer';
import type { MacroDefinition } from './sourceText';

export interface ConditionScope {
  /** Three-valued `defined(NAME)`. */
  readonly isDefined: (name: string) => boolean | undefined;
  /** The macro's one definition; undefined when it has none or several that may count. */
  readonly lookup: (name: string) => MacroDefinition | undefined;
}

const MOST_TOKENS = 4_000;

/** Evaluates the tokens behind `#if` or `#elif`. */
export function evaluateCondition(tokens: readonly Token[], scope: ConditionScope): boolean | undefined {
  if (tokens.length === 0 || tokens.length > MOST_TOKENS) return undefined;
  const expansion = { lookup: scope.lookup, budget: MOST_TOKENS * 4, depth: 0 };
  const value = evaluate(parseExpression(expand(replaceDefined(tokens, scope), expansion)), scope);
  return value === undefined ? undefined : value !== 0;
}

/** `defined X` and `defined(X)` as 1, 0, or a name that stands for "not known". */
function replaceDefined(tokens: readonly Token[], scope: ConditionScope): Token[] {
  const out: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.text !== 'defined') {
      out.push(token);
      continue;
    }
    const wrapped = tokens[at + 1]?.text === '(';
    const name = tokens[at + (wrapped ? 2 : 1)];
    const known = name?.kind === 'name' ? scope.isDefined(name.text) : undefined;
    out.push(
      known === undefined
        ? { ...token, kind: 'string', text: '""' }
        : { ...token, kind: 'number', text: known ? '1' : '0' },
    );
    at += wrapped ? 3 : 1;
  }
  return out;
}

function evaluate(expression: Expression, scope: ConditionScope): number | undefined {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'name': {
      const name = expression.path.join('::');
      if (name === 'true') return 1;
      return name === 'false' || scope.isDefined(name) === false ? 0 : undefined;
    }
    case 'cast':
      return evaluate(expression.operand, scope);
    case 'unary':
      return applyUnary(expression.operator, evaluate(expression.operand, scope));
    case 'conditional': {
      const test = evaluate(expression.test, scope);
      return test === undefined ? undefined : evaluate(test ? expression.yes : expression.no, scope);
    }
    case 'binary': {
      const left = evaluate(expression.left, scope);
      const right = evaluate(expression.right, scope);
      // One side can decide alone.
      if (expression.operator === '&&' && (left === 0 || right === 0)) return 0;
      if (expression.operator === '||' && ((left !== undefined && left !== 0) || (right !== undefined && right !== 0)))
        return 1;
      return left === undefined || right === undefined ? undefined : applyBinary(expression.operator, left, right);
    }
    case 'string':
    case 'call':
    case 'index':
    case 'member':
    case 'other':
      return undefined;
  }
}

/** Value of a unary operator on a number; undefined for operators that need an address. */
export function applyUnary(operator: string, value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (operator === '!') return value === 0 ? 1 : 0;
  if (operator === '~') return ~value >>> 0;
  if (operator === '-') return -value;
  return operator === '+' ? value : undefined;
}

/** Value of a binary operator; bits as 32-bit unsigned. Undefined for a division by zero. */
export function applyBinary(operator: string, left: number, right: number): number | undefined {
  const truth = (value: boolean): number => (value ? 1 : 0);
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? undefined : Math.trunc(left / right);
    case '%':
      return right === 0 ? undefined : left % right;
    case '<<':
      return right >= 32 || right < 0 ? undefined : (left << right) >>> 0;
    case '>>':
      return right >= 32 || right < 0 ? undefined : (left >>> right) >>> 0;
    case '&':
      return (left & right) >>> 0;
    case '|':
      return (left | right) >>> 0;
    case '^':
      return (left ^ right) >>> 0;
    case '==':
      return truth(left === right);
    case '!=':
      return truth(left !== right);
    case '<':
      return truth(left < right);
    case '>':
      return truth(left > right);
    case '<=':
      return truth(left <= right);
    case '>=':
      return truth(left >= right);
    case '&&':
      return truth(left !== 0 && right !== 0);
    case '||':
      return truth(left !== 0 || right !== 0);
    default:
      return undefined;
  }
}
