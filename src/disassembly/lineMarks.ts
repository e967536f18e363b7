/**
 * How lines of a disassembly stand out: the place that was gone to as a debugger shows where it stopped, the other uses
 * of tags more quietly. Theme colours only; each line says in words what it is, too.
 */
import * as vscode from 'vscode';
import type { Disassembly } from '../shared/serverProtocol';

function wholeLine(background: string, ruler: string): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor(background),
    // High contrast themes alone have this colour: backgrounds say little there.
    borderColor: new vscode.ThemeColor('contrastActiveBorder'),
    borderStyle: 'dotted',
    borderWidth: '1px',
    overviewRulerColor: new vscode.ThemeColor(ruler),
    overviewRulerLane: vscode.OverviewRulerLane.Full,
  });
}

export class LineMarks implements vscode.Disposable {
  private readonly place = wholeLine('editor.stackFrameHighlightBackground', 'editorOverviewRuler.findMatchForeground');
  private readonly other = wholeLine(
    'editor.selectionHighlightBackground',
    'editorOverviewRuler.selectionHighlightForeground',
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
