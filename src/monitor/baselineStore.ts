/**
 * Baselines as files of the extension's own storage, one each, for all windows. What can't be read there is left out.
 */
import * as vscode from 'vscode';
import { parseBaseline, type Baseline } from '../shared/baseline';

/** The oldest give way: each takes about 200 KB. */
const MOST_KEPT = 20;

export class BaselineStore {
  constructor(private readonly folder: vscode.Uri) {}

  /** The newest first. */
  async list(): Promise<readonly Baseline[]> {
    const names = await this.names();
    const found = await Promise.all(names.map((name) => this.read(name)));
    return found.filter((baseline) => baseline !== undefined).sort((a, b) => b.time - a.time);
  }

  async get(id: string): Promise<Baseline | undefined> {
    return /^[A-Za-z0-9-]+$/.test(id) ? await this.read(`${id}.json`) : undefined;
  }

  async keep(baseline: Baseline): Promise<void> {
    await vscode.workspace.fs.createDirectory(this.folder);
    const file = vscode.Uri.joinPath(this.folder, `${baseline.id}.json`);
    await vscode.workspace.fs.writeFile(file, Buffer.from(JSON.stringify(baseline)));
    for (const old of (await this.list()).slice(MOST_KEPT)) await this.remove(old.id);
  }

  async remove(id: string): Promise<void> {
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(this.folder, `${id}.json`));
  }

  private async names(): Promise<readonly string[]> {
    try {
      const entries = await vscode.workspace.fs.readDirectory(this.folder);
      return entries.map(([name]) => name).filter((name) => name.endsWith('.json'));
    } catch {
      // There is no folder before the first.
      return [];
    }
  }

  private async read(name: string): Promise<Baseline | undefined> {
    try {
      const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.folder, name));
      return parseBaseline(JSON.parse(Buffer.from(bytes).toString('utf8')));
    } catch {
      return undefined;
    }
  }
}
