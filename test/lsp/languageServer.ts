/**
 * The real language server process over stdio, and a client as small as a test needs: documents, settings, pulls, and
 * waiting for what the server says. Fails loudly when the server dies.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  createMessageConnection,
  ProgressType,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type {
  ClientCapabilities,
  Diagnostic,
  DocumentDiagnosticReport,
  Hover,
  InitializeResult,
  Location,
  WorkspaceDiagnosticReport,
} from 'vscode-languageserver/node';
import type { ScanStatus } from '../../src/shared/serverProtocol';
import { bundle } from '../support/processes';

const CAPABILITIES: ClientCapabilities = {
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    diagnostics: { refreshSupport: true },
  },
  textDocument: { diagnostic: { relatedDocumentSupport: false } },
  window: { workDoneProgress: true },
};

export interface StartOptions {
  readonly folders: readonly string[];
  /** The section `poollens`, for every scope. */
  readonly settings?: Record<string, unknown>;
  readonly trusted?: boolean;
  readonly storagePath?: string;
  readonly imageScheme?: string;
  readonly ruleScheme?: string;
}

export class LanguageServer {
  /** What the test may change: the answer to workspace/configuration. */
  settings: Record<string, unknown>;
  readonly registrations: string[] = [];
  refreshes = 0;
  readonly #child: ChildProcess;
  readonly #connection: MessageConnection;
  readonly #versions = new Map<string, number>();
  #status: ScanStatus | undefined;
  readonly #waiting = new Set<() => void>();
  initialized: InitializeResult | undefined;

  private constructor(options: StartOptions) {
    this.settings = options.settings ?? {};
    this.#child = spawn(process.execPath, [bundle('server'), '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const { stdin, stdout } = this.#child;
    if (stdin === null || stdout === null) throw new Error('no pipes to the server');
    this.#connection = createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
    this.#answer();
    this.#connection.listen();
  }

  static async start(t: Pick<TestContext, 'after'>, options: StartOptions): Promise<LanguageServer> {
    const server = new LanguageServer(options);
    t.after(() => server.stop());
    const { folders, trusted = true, storagePath, imageScheme, ruleScheme } = options;
    server.initialized = await server.#connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: CAPABILITIES,
      workspaceFolders: folders.map((folder) => ({ uri: uri(folder), name: folder })),
      initializationOptions: { trusted, storagePath, imageScheme, ruleScheme },
    });
    await server.notify('initialized', {});
    return server;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    await this.#connection.sendRequest('shutdown');
    await this.notify('exit');
    await exited;
    this.#connection.dispose();
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  notify(method: string, params?: unknown): Promise<void> {
    return this.#connection.sendNotification(method, params);
  }

  request<R>(method: string, params?: unknown): Promise<R> {
    return this.#connection.sendRequest<R>(method, params);
  }

  /** A request that is cancelled as soon as it is sent. */
  requestCancelled(method: string, params: unknown): Promise<unknown> {
    const source = new CancellationTokenSource();
    const answer = this.#connection.sendRequest(method, params, source.token);
    source.cancel();
    return answer;
  }

  /** What the server reports under a progress token. */
  onProgress(token: string, listener: (value: unknown) => void): void {
    this.#connection.onProgress(new ProgressType<unknown>(), token, listener);
  }

  /** Waits until the server says something after which `ready` holds. */
  async until(what: string, ready: (status: ScanStatus | undefined) => boolean): Promise<ScanStatus> {
    const limit = setTimeout(() => {
      for (const wake of this.#waiting) wake();
    }, 30_000);
    const end = performance.now() + 30_000;
    try {
      while (!ready(this.#status)) {
        if (performance.now() > end) throw new Error(`waited for ${what}; last heard: ${JSON.stringify(this.#status)}`);
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
        this.#waiting.clear();
      }
    } finally {
      clearTimeout(limit);
    }
    if (this.#status === undefined) throw new Error('no status');
    return this.#status;
  }

  /** Waits for the first scan to end with sites. */
  scanned(sites = 1): Promise<ScanStatus> {
    return this.until(`${String(sites)} sites`, (status) => status?.state === 'idle' && status.sites >= sites);
  }

  async open(file: string, text: string, languageId = 'c'): Promise<void> {
    this.#versions.set(file, 1);
    await this.notify('textDocument/didOpen', { textDocument: { uri: uri(file), languageId, version: 1, text } });
  }

  async edit(file: string, text: string): Promise<void> {
    const version = (this.#versions.get(file) ?? 0) + 1;
    this.#versions.set(file, version);
    const textDocument = { uri: uri(file), version };
    await this.notify('textDocument/didChange', { textDocument, contentChanges: [{ text }] });
  }

  /** Replaces so many characters at a place, as an editor tells of an edit. */
  async change(file: string, line: number, character: number, length: number, text: string): Promise<void> {
    const version = (this.#versions.get(file) ?? 0) + 1;
    this.#versions.set(file, version);
    const range = { start: { line, character }, end: { line, character: character + length } };
    const textDocument = { uri: uri(file), version };
    await this.notify('textDocument/didChange', { textDocument, contentChanges: [{ range, text }] });
  }

  close(file: string): Promise<void> {
    return this.notify('textDocument/didClose', { textDocument: { uri: uri(file) } });
  }

  diagnose(file: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    const previous = previousResultId === undefined ? {} : { previousResultId };
    return this.request('textDocument/diagnostic', { textDocument: { uri: uri(file) }, ...previous });
  }

  /** The diagnostics a pull gives, as `line:column-column code`. */
  async problems(file: string): Promise<string[]> {
    const report = await this.diagnose(file);
    return report.kind === 'full' ? report.items.map(describe) : [];
  }

  /** Waits until pulling a file's diagnostics gives these. */
  async untilProblems(file: string, expected: readonly string[]): Promise<void> {
    for (const end = performance.now() + 20_000; ;) {
      const found = await this.problems(file);
      if (found.join() === expected.join()) return;
      if (performance.now() > end) throw new Error(`expected [${expected.join()}], have [${found.join()}]`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  diagnoseWorkspace(
    previousResultIds: readonly { uri: string; value: string }[] = [],
  ): Promise<WorkspaceDiagnosticReport> {
    return this.request('workspace/diagnostic', { previousResultIds });
  }

  hover(file: string, line: number, character: number): Promise<Hover | null> {
    return this.request('textDocument/hover', { textDocument: { uri: uri(file) }, position: { line, character } });
  }

  definition(file: string, line: number, character: number): Promise<Location[] | null> {
    return this.request('textDocument/definition', { textDocument: { uri: uri(file) }, position: { line, character } });
  }

  references(file: string, line: number, character: number, includeDeclaration = true): Promise<Location[] | null> {
    const position = { line, character };
    return this.request('textDocument/references', {
      textDocument: { uri: uri(file) },
      position,
      context: { includeDeclaration },
    });
  }

  #answer(): void {
    const connection = this.#connection;
    connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => this.settings),
    );
    connection.onRequest('client/registerCapability', (params: { registrations: { method: string }[] }) => {
      this.registrations.push(...params.registrations.map((r) => r.method));
      this.#wake();
      return null;
    });
    connection.onRequest('window/workDoneProgress/create', () => null);
    connection.onRequest('workspace/diagnostic/refresh', () => {
      this.refreshes += 1;
      this.#wake();
      return null;
    });
    connection.onNotification('poollens/indexChanged', (status: ScanStatus) => {
      this.#status = status;
      this.#wake();
    });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}

export function uri(file: string): string {
  return /^[a-z-]+:/.test(file) ? file : pathToFileURL(file).toString();
}

export function describe({ range: { start, end }, code }: Diagnostic): string {
  return `${String(start.line)}:${String(start.character)}-${String(end.character)} ${String(code)}`;
}

/** `name:line:column` of locations below a folder, sorted. */
export function places(root: string, locations: readonly Location[] | null): string[] {
  const base = `${uri(join(root, 'x')).slice(0, -1)}`;
  return (locations ?? [])
    .map(({ uri: at, range: { start } }) => `${at.replace(base, '')}:${String(start.line)}:${String(start.character)}`)
    .sort();
}
