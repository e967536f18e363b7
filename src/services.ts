/**
 * The narrow records that features of the extension host receive from the composition in extension.ts.
 * Types only: features import this, never the composition.
 */
import type * as vscode from 'vscode';
import type { OwnerLabel, TagNote } from './shared/panelMessages';

/** Who owns which tag, as short text; answered by the language server, empty while it is down. */
export interface OwnerLabels {
  /** Labels of the given tags, or of all the index knows. Never rejects. */
  request(tags?: readonly number[]): Promise<readonly OwnerLabel[]>;
  /** The index has changed: labels given before may be stale. */
  readonly onDidChange: vscode.Event<void>;
}

/** What pooltag.txt says of tags; answered by the language server, nothing while it is down. */
export interface TagNotes {
  /** Never rejects. */
  request(tags: readonly number[]): Promise<readonly TagNote[]>;
  /** Another file counts, or the server is up: what was said before no longer holds. */
  readonly onDidChange: vscode.Event<void>;
}

export interface MonitorServices {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  /** Shows who owns a tag, and goes to the line when there is only one. */
  openTag(tag: number): void;
  readonly ownerLabels: OwnerLabels;
  readonly tagNotes: TagNotes;
}
