/** What test/windows needs to start Windows programs here. */
export interface WineSetup {
  /** Starts a Windows program. */
  readonly wine: string;
  /** node.exe. */
  readonly node: string;
  /** Folder with koffi for win32-x64, to put beside a bundle as `native`. */
  readonly native: string;
  readonly env: NodeJS.ProcessEnv;
}
/** Installs what is missing; a second call only looks. Throws one clear line where that is impossible. */
export function ensureWine(): Promise<WineSetup>;
