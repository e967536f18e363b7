/**
 * Quick fixes (textDocument/codeAction): a comment above a problem's line that silences its rule there. Changes no code.
 */
import {
  CodeActionKind,
  type CodeAction,
  type CodeActionParams,
  type Diagnostic,
  type TextEdit,
} from 'vscode-languageserver/node';
import { findRule } from '../../core/lint/rules';
import type { ServerContext } from '../context';
import { keyOfUri } from '../uris';

export function registerCodeActions({ connection, documents }: ServerContext): void {
  connection.onCodeAction(({ textDocument, context }: CodeActionParams): CodeAction[] => {
    const wanted = context.only?.some((kind) => CodeActionKind.QuickFix.startsWith(kind)) ?? true;
    const key = keyOfUri(textDocument.uri);
    const text = key === undefined ? undefined : documents.text(key);
    if (!wanted || text === undefined) return [];
    return context.diagnostics.flatMap((diagnostic) => {
      const rule = ruleOf(diagnostic);
      const edit = rule === undefined ? undefined : silence(text, diagnostic.range.start.line, rule);
      if (rule === undefined || edit === undefined) return [];
      return {
        title: `Disable ${rule} for this line`,
        kind: CodeActionKind.QuickFix,
        diagnostics: [diagnostic],
        edit: { changes: { [textDocument.uri]: [edit] } },
      };
    });
  });
}

/** The rule a problem of ours is about; the client may send others' as well. */
function ruleOf({ source, code }: Diagnostic): string | undefined {
  return source === 'PoolLens' && typeof code === 'string' ? findRule(code)?.id : undefined;
}

/** Undefined where a line of its own would be part of a macro's body, or there is no such line. */
function silence(text: string, line: number, rule: string): TextEdit | undefined {
  const lines = text.split(/\r\n|\r|\n/);
  const shown = lines[line];
  if (shown === undefined || (lines[line - 1] ?? '').trimEnd().endsWith('\\')) return undefined;
  const indent = /^[ \t]*/.exec(shown)?.[0] ?? '';
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const start = { line, character: 0 };
  return { range: { start, end: start }, newText: `${indent}// poollens-disable-next-line ${rule}${end}` };
}
