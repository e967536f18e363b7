/**
 * The language server's process and the requests of ours to it: starts it when first needed, restarts it, keeps its state.
 * Shows nothing itself; languageStatus.ts turns the state into a status item.
 */
import * as vscode from 'vscode';
import { ProgressType, RevealOutputChannelOn, State, TransportKind } from 'vscode-languageclient/node';
import type { LanguageClientOptions, ServerOptions } from 'vscode-languageclient/node';
import { DisposableList } from '../dispose';
import { describeError } from '../notify';
import { Command, IMAGE_SCHEME, RULE_SCHEME } from '../shared/ids';
import { ServerNotification, ServerRequest } from '../shared/serverProtocol';
import type { ScanStatus, ServerInitializationOptions } from '../shared/serverProtocol';
import { CrashPolicy } from './crashPolicy';
import { QuietClient } from './quietClient';

/** Documents the server answers on. Read-only schemes (git, output) are left out: nobody can mend what they show. */
export const DOCUMENTS: readonly { readonly scheme: string; readonly language: string }[] = [
  'file',
  'untitled',
  'vscode-vfs',
].flatMap((scheme) => ['c', 'cpp', 'rust'].map((language) => ({ scheme, language })));

export type ServerState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'running' }
  | { readonly kind: 'failed'; readonly message: string };

export class LanguageService implements vscode.Disposable {
  private readonly owned = new DisposableList();
  private readonly stateChanged = this.owned.add(new vscode.EventEmitter<void>());
  private readonly indexChanged = this.owned.add(new vscode.EventEmitter<void>());
  private client: QuietClient | undefined;
  private current: ServerState = { kind: 'stopped' };
  private lastScan: ScanStatus | undefined;
  private progressTokens = 0;
  /** Those of the last status: each is logged when it comes, not with every status again. */
  private loggedIssues: ReadonlySet<string> = new Set();
  /** Starts and stops run one after the other. */
  private queue: Promise<void> = Promise.resolve();

  /** The server's state or what is known of the scan has changed. */
  readonly onDidChangeState = this.stateChanged.event;
  /** Facts have changed: answers given before may be stale. */
  readonly onDidChangeIndex = this.indexChanged.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => void this.restart()));
  }

  get state(): ServerState {
    return this.current;
  }

  /** The last scan the server told of. */
  get scan(): ScanStatus | undefined {
    return this.lastScan;
  }

  /** Starts the server unless it runs. Never rejects: the state says what became of it. */
  start(): Promise<void> {
    return this.enqueue(async () => {
      if (this.client === undefined) await this.launch();
    });
  }

  /** Stops the server if it runs, and starts it. Never rejects. */
  restart(): Promise<void> {
    return this.enqueue(async () => {
      await this.shutDown();
      await this.launch();
    });
  }

  /** One request; starts the server if need be. Rejects with one clear line when it can't be had. */
  async request<Result>(method: string, params: unknown, token?: vscode.CancellationToken): Promise<Result> {
    await this.start();
    const client = this.client;
    if (client === undefined || this.current.kind === 'failed') {
      const reason = this.current.kind === 'failed' ? this.current.message : vscode.l10n.t('it has been stopped');
      throw new Error(vscode.l10n.t('The PoolLens language server is not running: {0}', reason));
    }
    return client.sendRequest<Result>(method, params, token);
  }

  /** One request whose params may carry a `progressToken`: what the server reports under it comes to the listener. */
  async requestWithProgress<Result, Progress>(
    method: string,
    params: object,
    listener: (progress: Progress) => void,
    token?: vscode.CancellationToken,
  ): Promise<Result> {
    await this.start();
    const progressToken = `poollens-${String(++this.progressTokens)}`;
    const reports = this.client?.onProgress(new ProgressType<Progress>(), progressToken, listener);
    try {
      return await this.request<Result>(method, { ...params, progressToken }, token);
    } finally {
      reports?.dispose();
    }
  }

  /** Ends the server; for `deactivate`, which waits for it. */
  stop(): Promise<void> {
    return this.enqueue(() => this.shutDown());
  }

  dispose(): void {
    void this.stop();
    this.owned.dispose();
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work).catch((error: unknown) => {
      this.log.error('language server', error instanceof Error ? error : String(error));
    });
    return this.queue;
  }

  private setState(state: ServerState): void {
    this.current = state;
    this.stateChanged.fire();
  }

  private async launch(): Promise<void> {
    const started = Date.now();
    const client = new QuietClient('poollens', 'PoolLens', this.serverOptions(), this.clientOptions());
    this.client = client;
    this.setState({ kind: 'starting' });
    client.onDidChangeState(({ newState }) => {
      if (this.client !== client) return;
      if (newState === State.Running) this.setState({ kind: 'running' });
      else if (newState === State.Starting) {
        // After a crash, too: what the last process found is no longer known to this one.
        this.lastScan = undefined;
        this.setState({ kind: 'starting' });
      }
    });
    client.onNotification(ServerNotification.indexChanged, (scan: ScanStatus) => {
      this.noteScan(scan);
      this.indexChanged.fire();
    });
    try {
      await client.start();
      this.log.info(`language server started in ${String(Date.now() - started)} ms`);
      this.noteScan(await client.sendRequest<ScanStatus>(ServerRequest.scanStatus));
      this.indexChanged.fire();
    } catch (error) {
      this.log.error('language server', error instanceof Error ? error : String(error));
      this.setState({ kind: 'failed', message: describeError(error) });
    }
  }

  private noteScan(scan: ScanStatus): void {
    this.lastScan = scan;
    const fresh = scan.issues.filter((issue) => !this.loggedIssues.has(issue));
    for (const issue of fresh) this.log.warn(issue);
    this.loggedIssues = new Set(scan.issues);
    this.stateChanged.fire();
  }

  private async shutDown(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.lastScan = undefined;
    if (client === undefined) return;
    try {
      await client.dispose();
    } catch (error) {
      this.log.warn('language server did not stop cleanly', describeError(error));
    }
    this.setState({ kind: 'stopped' });
  }

  private serverOptions(): ServerOptions {
    const module = this.context.asAbsolutePath('dist/server.js');
    const transport = TransportKind.ipc;
    return {
      run: { module, transport },
      debug: { module, transport, options: { execArgv: ['--nolazy', '--inspect=6011'] } },
    };
  }

  private clientOptions(): LanguageClientOptions {
    return {
      documentSelector: [...DOCUMENTS],
      outputChannel: this.log,
      // Hovers link to this one command; any other link in them stays dead.
      markdown: { isTrusted: { enabledCommands: [Command.copyDebuggerCommands] } },
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: (): ServerInitializationOptions => {
        const storage = this.context.storageUri;
        return {
          trusted: vscode.workspace.isTrusted,
          imageScheme: IMAGE_SCHEME,
          ruleScheme: RULE_SCHEME,
          commandLinks: true,
          ...(storage?.scheme === 'file' ? { storagePath: storage.fsPath } : {}),
        };
      },
      // The failure is a status with a restart in it, not a message.
      initializationFailedHandler: () => false,
      errorHandler: new CrashPolicy((message) => {
        this.setState({ kind: 'failed', message });
      }),
    };
  }
}
