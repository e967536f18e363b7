/**
 * Function definitions as tree-sitter sees them: for code whose brackets alone leave open what a definition is called
 * (constructors with initializers, methods inside their classes). Offsets are those of the original text.
 */
import type { Node, Parser, Point, Range } from 'web-tree-sitter';
import { tokenAt } from '../text/lexer';
import type { MaskedSource } from '../text/mask';
import { definitionNamed, oldParameterNames, type FunctionDefinition } from './functionHead';

/** Text past this size is read by brackets alone. */
const MOST_PARSED = 8_000_000;
const MOST_PARSE_STEPS = 200_000;

/** Where the parser reads: all but the inside of function bodies, whose statements cost most and say nothing here. */
function outsideBodies(text: string, functions: readonly FunctionDefinition[]): Range[] {
  const ranges: Range[] = [];
  let at = 0;
  const add = (end: number): void => {
    // Rows are not asked for, so every position stands on row 0.
    const position = (index: number): Point => ({ row: 0, column: index });
    if (end > at) {
      ranges.push({ startIndex: at, endIndex: end, startPosition: position(at), endPosition: position(end) });
    }
  };
  for (const { bodyStart, bodyEnd } of functions) {
    if (bodyStart < at || text.charAt(bodyEnd - 1) !== '}') continue;
    add(bodyStart + 1);
    at = bodyEnd - 1;
  }
  add(text.length);
  return ranges;
}

/** All definitions the parser finds; `byBrackets` are left unread inside. */
export function parseFunctions(
  masked: MaskedSource,
  byBrackets: readonly FunctionDefinition[],
  parser: Parser,
): FunctionDefinition[] {
  if (masked.text.length > MOST_PARSED) return [];
  let steps = 0;
  // A true answer stops the parser; the declared type says nothing is returned.
  const stop = (): boolean => (steps += 1) > MOST_PARSE_STEPS;
  const tree = parser.parse(masked.text, null, {
    progressCallback: stop,
    includedRanges: outsideBodies(masked.text, byBrackets),
  });
  if (tree === null) {
    parser.reset();
    return [];
  }
  try {
    return collect(tree.rootNode, masked);
  } finally {
    tree.delete();
  }
}

/** Nodes that may hold function definitions; statements and expressions are not looked into. */
const CONTAINERS = new Set([
  ...['translation_unit', 'linkage_specification', 'declaration_list', 'namespace_definition', 'template_declaration'],
  ...['class_specifier', 'struct_specifier', 'union_specifier', 'field_declaration_list', 'ERROR', 'declaration'],
  ...['type_definition', 'friend_declaration', 'field_declaration'],
]);

function collect(root: Node, masked: MaskedSource): FunctionDefinition[] {
  const found: FunctionDefinition[] = [];
  const stack: { node: Node; scope: string | undefined }[] = [{ node: root, scope: undefined }];
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    for (const child of entry.node.namedChildren) {
      if (child.type === 'function_definition') {
        const definition = readFunction(child, entry.scope, masked);
        if (definition) found.push(definition);
      } else if (CONTAINERS.has(child.type)) {
        const named = /^(?:class|struct|union)_specifier$/.test(child.type)
          ? child.childForFieldName('name')?.text
          : undefined;
        stack.push({ node: child, scope: named ?? entry.scope });
      }
    }
  }
  return found;
}

function readFunction(node: Node, scope: string | undefined, masked: MaskedSource): FunctionDefinition | undefined {
  const body = node.childForFieldName('body');
  const declarator = functionDeclarator(node);
  const list = declarator?.childForFieldName('parameters');
  if (!body || !list || !/^(?:compound_statement|try_statement)$/.test(body.type)) return undefined;
  const open = tokenAt(masked.tokens, list.startIndex);
  const named = definitionNamed(masked, open);
  if (named === undefined) return undefined;
  // What a constructor's initializers call stands in front of its body.
  const initializers = node.namedChildren.find((child) => child.type === 'field_initializer_list');
  // `Alloc(Tag) ULONG Tag; { … }`
  const isOld = node.namedChildren.some((child) => child.type === 'declaration');
  const head = masked.text.slice(node.startIndex, named.nameStart);
  return {
    ...named,
    ...(isOld && { parameters: oldParameterNames(masked, open) }),
    ...(scope !== undefined && { scope }),
    bodyStart: initializers?.startIndex ?? body.startIndex,
    bodyEnd: body.endIndex,
    isStatic: /\bstatic\b/.test(head),
  };
}

/** The declarator of the function itself: of `void (*get(int a))(int)` the one of `get`. */
function functionDeclarator(definition: Node): Node | undefined {
  let found: Node | undefined;
  let declarator = definition.childForFieldName('declarator');
  for (let depth = 0; declarator && depth < 16; depth += 1) {
    if (declarator.type === 'function_declarator') found = declarator;
    declarator =
      declarator.childForFieldName('declarator') ??
      declarator.namedChildren.find((child) => /declarator$/.test(child.type)) ??
      null;
  }
  return found;
}
