/**
 * Documents open in the client: their texts win over the disk. Tells who scans what changed; scans nothing itself.
 */
import { TextDocuments, type Connection } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { keyOfUri } from './uris';

export interface OpenDocumentEvents {
  /** Opened or edited. */
  changed(key: string, text: string): void;
  closed(key: string): void;
}

export class OpenDocuments {
  readonly #documents = new TextDocuments(TextDocument);
  readonly #uris = new Map<string, string>();

  listen(connection: Connection, events: OpenDocumentEvents): void {
    // `onDidChangeContent` comes for an opened document, too.
    this.#documents.onDidChangeContent(({ document }) => {
      const key = keyOfUri(document.uri);
      if (key === undefined) return;
      this.#uris.set(key, document.uri);
      events.changed(key, document.getText());
    });
    this.#documents.onDidClose(({ document }) => {
      const key = keyOfUri(document.uri);
      if (key === undefined) return;
      this.#uris.delete(key);
      events.closed(key);
    });
    this.#documents.listen(connection);
  }

  /** Keys of all open documents. */
  keys(): string[] {
    return [...this.#uris.keys()];
  }

  isOpen(key: string): boolean {
    return this.#uris.has(key);
  }

  text(key: string): string | undefined {
    return this.#document(key)?.getText();
  }

  version(key: string): number | undefined {
    return this.#document(key)?.version;
  }

  #document(key: string): TextDocument | undefined {
    const uri = this.#uris.get(key);
    return uri === undefined ? undefined : this.#documents.get(uri);
  }
}
