/**
 * How lines of a disassembly stand out: the place that was gone to as a debugger shows where it stopped, the other uses
 * of tags more quietly. Theme colours only; each line says in words what it is, too.
 */
import * as vscode from 'vscode';
import type { Disassembly } from '../shared/serverProtocol';

function wholeLine(background: string, border: string, ruler: string): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor(background),
    // Set in high contrast themes only, where backgrounds say nothing.
    borderColor: new vscode.ThemeColor(border),
    overviewRulerColor: new vscode.ThemeColor(ruler),
    overviewRulerLane: vscode.OverviewRulerLane.Full,
  });
}

export class LineMarks implements vscode.Disposable {
  private readonly place = wholeLine(
    'editor.stackFrameHighlightBackground',
    'editor.findMatchBorder',
    'editorOverviewRuler.findMatchForeground',
  );
  private readonly other = wholeLine(
    'editor.wordHighlightBackground',
    'editor.wordHighlightBorder',
    'editorOverviewRuler.wordHighlightForeground',
  );

  apply(editor: vscode.TextEditor, { line, sites }: Disassembly): void {
    const others = sites.filter((site) => site !== line);
    editor.setDecorations(this.place, [lineRange(line)]);
    editor.setDecorations(this.other, others.map(lineRange));
  }

  dispose(): void {
    this.place.dispose();
    this.other.dispose();
  }
}

function lineRange(line: number): vscode.Range {
  return new vscode.Range(line, 0, line, 0);
}
