/**
 * Folders and settings of the workspace (workspace/configuration, didChangeConfiguration, didChangeWorkspaceFolders):
 * asked for each folder, never kept in globals.
 */
import { DidChangeConfigurationNotification, type WorkspaceFolder } from 'vscode-languageserver/node';
import type { ServerContext } from '../context';
import { parseSettings } from '../settings';
import { pathOfUri } from '../uris';

const SECTION = 'poollens';

export function registerConfiguration(context: ServerContext, initialFolders: readonly WorkspaceFolder[]): void {
  const { connection, client, workspace } = context;
  const folders = new Map(initialFolders.map((folder) => [folder.uri, folder]));

  /** Only the newest answer counts, whatever the order in which they come. */
  let asked = 0;
  const refresh = async (): Promise<void> => {
    const mine = ++asked;
    const local = [...folders.keys()].flatMap((uri) => {
      const path = pathOfUri(uri);
      return path === undefined ? [] : [{ uri, path }];
    });
    const [global, ...own] = await ask(local.map(({ uri }) => uri));
    if (mine !== asked) return;
    const windowSettings = parseSettings(global);
    const settings = local.map(({ path }, at) => ({
      path,
      settings: own.length > at ? parseSettings(own[at]) : windowSettings,
    }));
    workspace.configure(settings, windowSettings);
  };
  const ask = async (uris: readonly string[]): Promise<readonly unknown[]> => {
    if (client.workspace?.configuration !== true) return [];
    const items = [{ section: SECTION }, ...uris.map((scopeUri) => ({ scopeUri, section: SECTION }))];
    try {
      return (await connection.workspace.getConfiguration(items)) as unknown[];
    } catch (error) {
      connection.console.warn(`settings can't be read, defaults hold: ${String(error)}`);
      return [];
    }
  };

  context.onInitialized(() => {
    if (client.workspace?.didChangeConfiguration?.dynamicRegistration === true) {
      connection.client
        .register(DidChangeConfigurationNotification.type, { section: SECTION })
        .catch((error: unknown) => {
          connection.console.warn(`changes of settings are not noticed: ${String(error)}`);
        });
    }
    if (client.workspace?.workspaceFolders === true) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const folder of removed) folders.delete(folder.uri);
        for (const folder of added) folders.set(folder.uri, folder);
        void refresh();
      });
    }
    void refresh();
  });
  connection.onDidChangeConfiguration(() => {
    void refresh();
  });
}
