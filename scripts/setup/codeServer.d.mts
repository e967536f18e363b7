/** A Node and the program to run with it. */
export interface CodeServer {
  readonly node: string;
  readonly entry: string;
  /** The VS Code server itself, without code-server's front. */
  readonly direct: boolean;
}

/** The newest VS Code, or the oldest that package.json admits. */
export type CodeServerEdition = 'current' | 'minimum';

export interface RunningCodeServer {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  readonly exited: Promise<number | null>;
  /** Ends the whole process group. */
  stop(): Promise<void>;
}

/** Installs code-server into .cache unless it is there. Throws one clear line. */
export function ensureCodeServer(edition?: CodeServerEdition): CodeServer;
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
