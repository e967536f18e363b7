/** Node 24 and code-server's entry module. */
export interface CodeServer {
  readonly node: string;
  readonly entry: string;
}

export interface RunningCodeServer {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  readonly exited: Promise<number | null>;
  /** Ends the whole process group. */
  stop(): Promise<void>;
}

/** Installs code-server into .cache unless it is there. Throws one clear line. */
export function ensureCodeServer(): CodeServer;
/** Makes the folders of a profile and writes its settings, if they are not there. */
export function prepareProfile(data: string, settings?: Readonly<Record<string, unknown>>): void;
/** Installs a VSIX into a profile. */
export function installExtension(server: CodeServer, data: string, vsix: string): void;
/** Starts code-server in a process group of its own and waits until it answers. */
export function startCodeServer(
  server: CodeServer,
  options: {
    readonly data: string;
    readonly port?: number;
    readonly workspaceTrust?: boolean;
    readonly environment?: Readonly<Record<string, string>>;
  },
): Promise<RunningCodeServer>;
