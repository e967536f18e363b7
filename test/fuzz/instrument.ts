/**
 * Counters in the branches of a TypeScript file: every block, arm of a condition and right side of && || ?? counts its runs.
 * The fuzzer keeps inputs that reach new ones. Changes no meaning; makes nothing of types.
 */
import ts from 'typescript';

/** The name under which the bundle's banner declares the counters. */
export const COUNTERS = '__poolLensCounters';
/** Room for counters; a file too many would share those of another, which does no harm. */
export const MOST_COUNTERS = 1 << 15;

export class Instrumenter {
  #next = 0;

  /** How many places count. */
  get count(): number {
    return Math.min(this.#next, MOST_COUNTERS);
  }

  /** The file's text with counters put in. */
  instrument(file: string, text: string): string {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
    const changed = ts.transform(source, [(context) => (node) => this.#file(node, context)]);
    const [result = source] = changed.transformed;
    const printed = ts.createPrinter().printFile(result);
    changed.dispose();
    return printed;
  }

  #file(file: ts.SourceFile, context: ts.TransformationContext): ts.SourceFile {
    const visit = (node: ts.Node): ts.Node => {
      // Ambient code and types run nowhere; a constant enumeration must stay constant.
      if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isEnumDeclaration(node)) return node;
      return this.#count(ts.visitEachChild(node, visit, context), context.factory);
    };
    return ts.visitEachChild(file, visit, context);
  }

  #count(node: ts.Node, factory: ts.NodeFactory): ts.Node {
    if (ts.isBlock(node)) return factory.updateBlock(node, [this.#statement(factory), ...node.statements]);
    if (ts.isIfStatement(node)) {
      const other = node.elseStatement ?? factory.createEmptyStatement();
      return factory.updateIfStatement(
        node,
        node.expression,
        this.#block(node.thenStatement, factory),
        this.#block(other, factory),
      );
    }
    if (ts.isCaseClause(node)) {
      return factory.updateCaseClause(node, node.expression, [this.#statement(factory), ...node.statements]);
    }
    if (ts.isDefaultClause(node))
      return factory.updateDefaultClause(node, [this.#statement(factory), ...node.statements]);
    if (ts.isConditionalExpression(node)) {
      const { condition, questionToken, colonToken } = node;
      const [yes, no] = [this.#expression(node.whenTrue, factory), this.#expression(node.whenFalse, factory)];
      return factory.updateConditionalExpression(node, condition, questionToken, yes, colonToken, no);
    }
    if (ts.isBinaryExpression(node) && isShortCircuit(node.operatorToken.kind)) {
      return factory.updateBinaryExpression(node, node.left, node.operatorToken, this.#expression(node.right, factory));
    }
    return node;
  }

  #block(statement: ts.Statement, factory: ts.NodeFactory): ts.Statement {
    return ts.isBlock(statement) ? statement : factory.createBlock([this.#statement(factory), statement], true);
  }

  #statement(factory: ts.NodeFactory): ts.Statement {
    return factory.createExpressionStatement(this.#counter(factory));
  }

  #expression(value: ts.Expression, factory: ts.NodeFactory): ts.Expression {
    return factory.createParenthesizedExpression(factory.createComma(this.#counter(factory), value));
  }

  #counter(factory: ts.NodeFactory): ts.Expression {
    const index = factory.createNumericLiteral(this.#next++ % MOST_COUNTERS);
    return factory.createPostfixIncrement(
      factory.createElementAccessExpression(factory.createIdentifier(COUNTERS), index),
    );
  }
}

function isShortCircuit(kind: ts.SyntaxKind): boolean {
  return (
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken
  );
}
