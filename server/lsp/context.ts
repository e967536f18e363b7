/**
 * What a feature may use: the connection, the workspace, open documents, and what the client can do.
 */
import type { ClientCapabilities, Connection } from 'vscode-languageserver/node';
import type { OpenDocuments } from './openDocuments';
import type { Workspace } from './workspace';

export interface ServerContext {
  readonly connection: Connection;
  readonly workspace: Workspace;
  readonly documents: OpenDocuments;
  readonly client: ClientCapabilities;
  /** Scheme of the client's documents about lint rules. */
  readonly ruleScheme?: string;
  /** Whether hovers may hold links to commands. */
  readonly commandLinks: boolean;
  /** Called once the client is ready for requests from here. */
  onInitialized(listener: () => void): void;
}
