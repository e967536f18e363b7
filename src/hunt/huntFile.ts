/** The run of a leak hunt in a file of the extension's storage; what can't be read is no run. */
import * as vscode from 'vscode';
import { parseHunt, type HuntRun } from '../shared/hunt/huntRun';

export class HuntFile {
  private readonly file: vscode.Uri;

  constructor(private readonly folder: vscode.Uri) {
    this.file = vscode.Uri.joinPath(folder, 'leakHunt.json');
  }

  async read(): Promise<HuntRun | undefined> {
    try {
      const bytes = await vscode.workspace.fs.readFile(this.file);
      return parseHunt(JSON.parse(Buffer.from(bytes).toString('utf8')));
    } catch {
      return undefined;
    }
  }

  async write(run: HuntRun | undefined): Promise<void> {
    await vscode.workspace.fs.createDirectory(this.folder);
    await vscode.workspace.fs.writeFile(this.file, Buffer.from(run === undefined ? 'null' : JSON.stringify(run)));
  }
}
