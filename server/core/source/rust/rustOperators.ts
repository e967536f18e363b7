/**
 * Operators on values of Rust expressions. What overflows stops a driver or its build, and gives no value.
 */
import { combine, exactly, integer, only, open, type Datum, type Possible } from './rustData';
import { cut, type IntegerType } from './rustTypes';

function checked(value: bigint, type: IntegerType | undefined): Possible {
  if (type !== undefined && cut(value, type) !== value) return open('its computation overflows');
  return integer(value, type);
}

const OVERFLOWS = 'its computation overflows';

function truth(value: boolean): Possible {
  return exactly({ kind: 'truth', value });
}

export function applyBinary(operator: string, a: Possible, b: Possible): Possible {
  // What stands on the right of an operator that the left decides is not looked at.
  const left = only(a);
  if (operator === '&&' && left?.kind === 'truth') return left.value ? b : a;
  if (operator === '||' && left?.kind === 'truth') return left.value ? a : b;
  return combine(a, b, (x, y) => {
    if (x.kind === 'truth' && y.kind === 'truth') return onTruths(operator, x.value, y.value);
    if (x.kind !== 'integer' || y.kind !== 'integer') return open('computed at run time');
    return onIntegers(operator, x, y);
  });
}

function onTruths(operator: string, a: boolean, b: boolean): Possible {
  switch (operator) {
    case '&&':
    case '&':
      return truth(a && b);
    case '||':
    case '|':
      return truth(a || b);
    case '==':
      return truth(a === b);
    case '!=':
    case '^':
      return truth(a !== b);
    default:
      return open('computed at run time');
  }
}

type IntegerDatum = Extract<Datum, { kind: 'integer' }>;

function onIntegers(operator: string, x: IntegerDatum, y: IntegerDatum): Possible {
  const [a, b] = [x.value, y.value];
  const type = x.type ?? y.type;
  switch (operator) {
    case '+':
      return checked(a + b, type);
    case '-':
      return checked(a - b, type);
    case '*':
      return checked(a * b, type);
    case '/':
      return b === 0n ? open(OVERFLOWS) : checked(a / b, type);
    case '%':
      return b === 0n ? open(OVERFLOWS) : checked(a % b, type);
    case '<<':
    case '>>':
      return shift(operator, x, b);
    case '&':
      return integer(a & b, type);
    case '|':
      return integer(a | b, type);
    case '^':
      return integer(a ^ b, type);
    default:
      return comparison(operator, a, b);
  }
}

function shift(operator: '<<' | '>>', { value, type }: IntegerDatum, by: bigint): Possible {
  if (by < 0n || by >= BigInt(type?.bits ?? 32)) return open(OVERFLOWS);
  // How many high bits a number without a type has is not known.
  if (operator === '>>')
    return type === undefined && value < 0n ? open('its type is not known') : integer(value >> by, type);
  const shifted = value << by;
  return integer(type === undefined ? shifted : cut(shifted, type), type);
}

function comparison(operator: string, a: bigint, b: bigint): Possible {
  switch (operator) {
    case '==':
      return truth(a === b);
    case '!=':
      return truth(a !== b);
    case '<':
      return truth(a < b);
    case '>':
      return truth(a > b);
    case '<=':
      return truth(a <= b);
    case '>=':
      return truth(a >= b);
    default:
      return open('computed at run time');
  }
}

/** A number without a type has the one that is written where it goes. */
export function typed(value: Possible, type: IntegerType | undefined): Possible {
  if (type === undefined || value.data.every((datum) => datum.kind !== 'integer' || datum.type)) return value;
  const data = value.data.map((datum) =>
    datum.kind === 'integer' && datum.type === undefined ? { ...datum, value: cut(datum.value, type), type } : datum,
  );
  return { ...value, data };
}
