/**
 * Statements of two readers side by side: ours, and those made from an oracle's operands. "Unknown" claims nothing and so
 * contradicts nothing; any other difference does.
 */
import type { MemoryOperand, Operand, Statement, Statements } from '../../server/core/binary/code/statement';

function memoryText(memory: MemoryOperand): string {
  const base = memory.base < 0 ? '' : `r${String(memory.base)}+`;
  const index = memory.index < 0 ? '' : `r${String(memory.index)}*${String(memory.scale)}+`;
  return `[${base}${index}${String(memory.displacement | 0)}${memory.inImage ? ' rva' : ''}]`;
}

function operandText(operand: Operand | undefined, withWidth: boolean): string {
  switch (operand?.kind) {
    case undefined:
      return '';
    case 'register':
      return `r${String(operand.register)}`;
    case 'constant':
      return `#${(operand.value >>> 0).toString(16)}`;
    case 'image':
      return `rva ${(operand.rva >>> 0).toString(16)}`;
    case 'memory':
      return memoryText(operand) + (withWidth ? String(operand.width) : '');
  }
}

/** Constants count in as many bits as are written: a byte of 0xFF is one of -1. */
function inWidth(operand: Operand | undefined, bits: number): Operand | undefined {
  return operand?.kind === 'constant' && bits < 32
    ? { kind: 'constant', value: operand.value & (2 ** bits - 1) }
    : operand;
}

/** Two ways of saying the same: an or with nothing is a copy. */
function simplified(statement: Statement): Statement {
  const { operation, target, left, right } = statement;
  const isFolded = operation === 'or' && left?.kind === 'constant' && left.value === 0 && right !== undefined;
  return isFolded ? { operation: 'copy', target, left: right } : statement;
}

export function statementText(given: Statement): string {
  const statement = simplified(given);
  const { operation, target, shift, bits } = statement;
  const width = target.kind === 'memory' ? target.width * 8 : (bits ?? 32);
  const [left, right] = [inWidth(statement.left, width), inWidth(statement.right, width)];
  // The width of memory whose address alone is taken has no meaning.
  const sources = [left, right]
    .map((operand) => operandText(operand, operation !== 'address'))
    .filter((text) => text !== '');
  const field = bits === undefined ? '' : ` bits ${String(shift ?? 0)}+${String(bits)}`;
  return `${operandText(target, true)} = ${operation} ${sources.join(', ')}${field}`;
}

function texts(statements: Statements): string {
  return statements.map(statementText).sort().join('; ');
}

export type Comparison = 'same' | 'open' | { readonly ours: string; readonly oracle: string };

/** Whether our statements say what the oracle's operands say. */
export function compareStatements(ours: Statements, oracle: Statements): Comparison {
  const [a, b] = [texts(ours), texts(oracle)];
  if (a === b) return 'same';
  const targets = (list: Statements): string =>
    list
      .map(({ target }) => (target.kind === 'register' ? operandText(target, false) : 'memory'))
      .sort()
      .join();
  // Statements that are not the oracle's must claim nothing, and hit the same targets.
  const known = new Set(oracle.map(statementText));
  const claims = ours.filter((statement) => statement.operation !== 'unknown' && !known.has(statementText(statement)));
  return claims.length === 0 && targets(ours) === targets(oracle) ? 'open' : { ours: a, oracle: b };
}
