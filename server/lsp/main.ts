/**
 * Entry of the language server (dist/server.js): builds the services, registers one file for each feature, speaks LSP
 * over whatever transport the client chose. Translates and delegates; the work is in scan and core.
 */
import {
  CodeActionKind,
  createConnection,
  PositionEncodingKind,
  ProposedFeatures,
  TextDocumentSyncKind,
  type InitializeParams,
  type InitializeResult,
  type WorkspaceFolder,
} from 'vscode-languageserver/node';
import type { ServerInitializationOptions } from '../../src/shared/serverProtocol';
import type { ServerContext } from './context';
import { registerCodeActions } from './features/codeActions';
import { registerConfiguration } from './features/configuration';
import { registerDebuggerCommands } from './features/debuggerCommands';
import { registerDefinition } from './features/definition';
import { registerDiagnostics } from './features/diagnostics';
import { registerDisassembly } from './features/disassembly';
import { registerHover } from './features/hover';
import { registerOccurrences } from './features/occurrences';
import { registerOwners } from './features/owners';
import { registerReferences } from './features/references';
import { registerRuleDescriptions } from './features/ruleDescriptions';
import { registerScanStatus } from './features/scanStatus';
import { registerTagDescriptions } from './features/tagDescriptions';
import { registerWatchedFiles } from './features/watchedFiles';
import { OpenDocuments } from './openDocuments';
import { ScanProgress } from './scanProgress';
import { Workspace } from './workspace';

const connection = createConnection(ProposedFeatures.all);

connection.onInitialize((params): InitializeResult => {
  const context = createContext(params);
  registerConfiguration(context, initialFolders(params));
  registerWatchedFiles(context);
  registerScanStatus(context);
  registerDiagnostics(context);
  registerHover(context);
  registerDefinition(context);
  registerReferences(context);
  registerOwners(context);
  registerDisassembly(context);
  registerOccurrences(context);
  registerTagDescriptions(context);
  registerDebuggerCommands(context);
  registerRuleDescriptions(context);
  registerCodeActions(context);
  connection.onShutdown(() => context.workspace.dispose());
  return {
    capabilities: {
      positionEncoding: PositionEncodingKind.UTF16,
      textDocumentSync: TextDocumentSyncKind.Incremental,
      hoverProvider: true,
      definitionProvider: true,
      referencesProvider: true,
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
      diagnosticProvider: { identifier: 'poollens', interFileDependencies: true, workspaceDiagnostics: true },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    },
    serverInfo: { name: 'PoolLens' },
  };
});

function createContext({ capabilities, initializationOptions }: InitializeParams): ServerContext {
  const { trusted, storagePath, imageScheme, ruleScheme, commandLinks } = parseOptions(initializationOptions);
  const documents = new OpenDocuments();
  const progressTo = capabilities.window?.workDoneProgress === true ? connection : undefined;
  const workspace = new Workspace({
    trusted,
    documents,
    ...(storagePath === undefined ? {} : { cacheFolder: storagePath }),
    ...(imageScheme === undefined ? {} : { imageScheme }),
    startProgress: (cancel) => new ScanProgress(progressTo, cancel),
    log: (message) => {
      connection.console.error(message);
    },
  });
  documents.listen(connection, {
    changed: (key, text) => {
      workspace.documentChanged(key, text);
    },
    closed: (key) => {
      workspace.documentClosed(key);
    },
  });
  // The connection keeps one listener for `initialized`; features add theirs to this list.
  const listeners: (() => void)[] = [];
  connection.onInitialized(() => {
    for (const listener of listeners) listener();
  });
  return {
    connection,
    workspace,
    documents,
    client: capabilities,
    commandLinks: commandLinks === true,
    ...(ruleScheme === undefined ? {} : { ruleScheme }),
    onInitialized: (listener) => listeners.push(listener),
  };
}

function isScheme(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z][a-z0-9-]+$/.test(value);
}

/** Untrusted unless the client says otherwise in so many words. */
function parseOptions(options: unknown): ServerInitializationOptions {
  if (typeof options !== 'object' || options === null) return { trusted: false };
  const { trusted, storagePath, imageScheme, ruleScheme, commandLinks } = options as Readonly<Record<string, unknown>>;
  return {
    trusted: trusted === true,
    commandLinks: commandLinks === true,
    ...(typeof storagePath === 'string' ? { storagePath } : {}),
    ...(isScheme(imageScheme) ? { imageScheme } : {}),
    ...(isScheme(ruleScheme) ? { ruleScheme } : {}),
  };
}

function initialFolders({
  workspaceFolders,
  rootUri,
}: InitializeParams & { readonly rootUri?: string | null }): WorkspaceFolder[] {
  if (workspaceFolders !== undefined && workspaceFolders !== null) return workspaceFolders;
  return rootUri === undefined || rootUri === null ? [] : [{ uri: rootUri, name: '' }];
}

connection.listen();
