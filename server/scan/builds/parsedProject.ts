/**
 * What the reader of any kind of project file finds, as it is written there: paths relative to the file.
 */
export interface ParsedProject {
  readonly name: string;
  readonly isDriver: boolean;
  readonly sources?: readonly string[];
  readonly includeFolders?: readonly string[];
  readonly links?: readonly string[];
  /** `NAME`, `NAME=VALUE`. */
  readonly defines?: readonly string[];
}
