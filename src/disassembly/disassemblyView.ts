/**
 * Read-only editors with the function around a place in an image. The text comes from the language server, which reads
 * the image when it is asked; here it is shown, and the places in it are marked.
 */
import * as vscode from 'vscode';
import { DisposableList } from '../dispose';
import type { LanguageService } from '../language/languageService';
import { describeError } from '../notify';
import { baseName } from '../shared/baseName';
import type { TagSite } from '../shared/facts';
import { IMAGE_SCHEME } from '../shared/ids';
import {
  ServerRequest,
  type DisassembleParams,
  type DisassembleResult,
  type Disassembly,
} from '../shared/serverProtocol';
import { imageAddress, imageUri } from './imageUri';
import { LineMarks } from './lineMarks';

/** An editor that is open already gets its new text within this time, or is shown with the old one. */
const REFRESH_MS = 2000;

export class DisassemblyView implements vscode.Disposable, vscode.TextDocumentContentProvider {
  private readonly owned = new DisposableList();
  private readonly changed = this.owned.add(new vscode.EventEmitter<vscode.Uri>());
  private readonly marks = this.owned.add(new LineMarks());
  /** What open documents show, by their URI. */
  private readonly shown = new Map<string, Disassembly>();
  /** Documents somebody else opened (references, problems): their place is gone to when they first come in sight. */
  private readonly unvisited = new Set<string>();

  readonly onDidChange = this.changed.event;
  private readonly opened = this.owned.add(new vscode.EventEmitter<void>());
  /** A place was gone to, perhaps in a document that was open before. */
  readonly onDidShow = this.opened.event;

  constructor(private readonly language: LanguageService) {
    this.owned.add(vscode.workspace.registerTextDocumentContentProvider(IMAGE_SCHEME, this));
    this.owned.add(vscode.window.onDidChangeVisibleTextEditors(() => this.mark()));
    this.owned.add(vscode.workspace.onDidChangeTextDocument(() => this.mark()));
    this.owned.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.shown.delete(uri.toString());
      }),
    );
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** What a document of ours shows. */
  of(uri: vscode.Uri): Disassembly | undefined {
    return this.shown.get(uri.toString());
  }

  /**
   * Opens the function around a place of an image with the place selected.
   * @returns undefined when it is open, else why there is nothing to show, in one line. Rejects without a server.
   */
  async open(site: TagSite, token?: vscode.CancellationToken): Promise<string | undefined> {
    const { place } = site;
    if (place.kind !== 'image') return undefined;
    const { file, rva } = place;
    const { disassembly, problem } = await this.ask({ file, rva, site }, token);
    if (disassembly === undefined) return `${baseName(file)}: ${problem ?? ''}`;
    const uri = imageUri(file, disassembly);
    this.shown.set(uri.toString(), disassembly);
    await this.refresh(uri, disassembly.text);
    const document = await vscode.workspace.openTextDocument(uri);
    this.shown.set(uri.toString(), disassembly);
    const selection = instructionRange(document, disassembly.line);
    const editor = await vscode.window.showTextDocument(document, { selection });
    editor.revealRange(selection, vscode.TextEditorRevealType.InCenter);
    this.mark();
    this.opened.fire();
    return undefined;
  }

  /** Text of a document that VS Code wants again; never rejects. */
  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const known = this.of(uri);
    if (known !== undefined) return known.text;
    const address = imageAddress(uri);
    if (address === undefined) return `; ${vscode.l10n.t('This is no place in a driver image.')}\n`;
    try {
      const { disassembly, problem } = await this.ask(address, token);
      if (disassembly === undefined) return `; ${baseName(address.file)}: ${problem ?? ''}\n`;
      this.shown.set(uri.toString(), disassembly);
      this.unvisited.add(uri.toString());
      return disassembly.text;
    } catch (error) {
      return `; ${describeError(error)}\n`;
    }
  }

  private ask(params: DisassembleParams, token?: vscode.CancellationToken): Promise<DisassembleResult> {
    return this.language.request<DisassembleResult>(ServerRequest.disassemble, params, token);
  }

  /** Waits until a document that is open already has this text. */
  private async refresh(uri: vscode.Uri, text: string): Promise<void> {
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    if (open === undefined || open.getText() === text) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, REFRESH_MS);
      const listening = vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === open) done();
      });
      function done(): void {
        clearTimeout(timer);
        listening.dispose();
        resolve();
      }
      this.changed.fire(uri);
    });
  }

  private mark(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const disassembly = this.of(editor.document.uri);
      if (disassembly === undefined) continue;
      this.marks.apply(editor, disassembly);
      if (this.unvisited.delete(editor.document.uri.toString())) {
        select(editor, instructionRange(editor.document, disassembly.line));
      }
    }
  }
}

function select(editor: vscode.TextEditor, range: vscode.Range): void {
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
}

/** The instruction on a line, behind address and bytes and before its comment. */
function instructionRange(document: vscode.TextDocument, line: number): vscode.Range {
  const text = document.lineAt(Math.min(line, document.lineCount - 1));
  const [, before = '', words = ''] = /^(\S+ +\S+ +\S+ +)(.*?)(?: +;|$)/.exec(text.text) ?? [];
  return new vscode.Range(text.lineNumber, before.length, text.lineNumber, before.length + words.length);
}
