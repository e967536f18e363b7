/**
 * Messages of ours between the language client and the language server, beside LSP's own.
 */
import type { Evidence, ImageMaker, TagSite } from './facts';

/** One place to a reader: a call in a source together with the same call in the images built from it. */
export interface OwnerPlace {
  /** The site to open: the source's own, if a source has it. */
  readonly site: TagSite;
  /** Images that hold the same call: absolute paths, in the order found. */
  readonly images: readonly string[];
}

/** One module that uses a tag; owners come best evidence first. */
export interface TagOwner {
  readonly tag: number;
  readonly module: string;
  readonly evidence: Evidence;
  /** Sites behind the places: each call counts in each file that holds it. */
  readonly siteCount: number;
  /** As the first of its images says. */
  readonly maker?: ImageMaker;
  /** Allocations first, then bindings, then the rest; where this tag alone is meant before the inside of a wrapper. */
  readonly places: readonly OwnerPlace[];
}

export interface OwnersParams {
  readonly tag: number;
}

export interface OwnersResult {
  readonly owners: readonly TagOwner[];
}

export interface OwnerLabelsParams {
  /** Tags to label; absent: every tag the index knows. */
  readonly tags?: readonly number[];
}

export interface OwnerLabelsResult {
  readonly labels: readonly { readonly tag: number; readonly label: string; readonly detail: string }[];
}

/** Where an image's site leads: its source line, through the setting's folders or among the workspace's sources. */
export interface ResolvePlaceParams {
  readonly site: TagSite;
}

/** A line of a file that exists here, and where to put the cursor. */
export interface LocalLine {
  /** Absolute path. */
  readonly file: string;
  /** From 0. */
  readonly line: number;
  /** Of the call, where the source's own facts have it. */
  readonly column?: number;
}

export interface ResolvePlaceResult {
  /** None; the one; or several that fit the PDB's path equally well: then somebody has to choose. */
  readonly lines: readonly LocalLine[];
  /** Why there is none. */
  readonly reason?: string;
}

export interface ScanStatus {
  readonly state: 'idle' | 'scanning';
  readonly files: number;
  readonly sites: number;
  readonly tags: number;
  readonly milliseconds: number;
  /** Files that could not be read or parsed, one line each (the first 100). */
  readonly issues: readonly string[];
}

export const ServerRequest = {
  /** OwnersParams → OwnersResult */
  owners: 'poollens/owners',
  /** OwnerLabelsParams → OwnerLabelsResult */
  ownerLabels: 'poollens/ownerLabels',
  /** ResolvePlaceParams → ResolvePlaceResult */
  resolvePlace: 'poollens/resolvePlace',
  /** () → null; scans the workspace folders again, with progress. */
  rescan: 'poollens/rescan',
  /** () → ScanStatus */
  scanStatus: 'poollens/scanStatus',
} as const;

export const ServerNotification = {
  /** ScanStatus, after each scan and each change of the index. */
  indexChanged: 'poollens/indexChanged',
} as const;

/** Settings of the section `poollens` the server reads through workspace/configuration. */
export interface ServerSettings {
  readonly lint: {
    readonly enable: boolean;
    /** Rule id → severity, over the rule's own. */
    readonly rules: Readonly<Record<string, 'off' | 'information' | 'warning' | 'error'>>;
  };
  readonly scan: {
    readonly enable: boolean;
    /** Globs, relative to the workspace folder, that are not scanned. */
    readonly exclude: readonly string[];
    /** Absolute folders scanned beside the workspace, such as System32\drivers. Ignored in an untrusted workspace. */
    readonly folders: readonly string[];
  };
  /** Both ignored in an untrusted workspace. */
  readonly symbols: {
    /** Folders with PDBs, as in _NT_SYMBOL_PATH; local only. */
    readonly path: string;
    /** Folder of the machine that built a driver → folder here. */
    readonly sourceMap: Readonly<Record<string, string>>;
  };
}

export interface ServerInitializationOptions {
  readonly trusted: boolean;
  /** Folder for the scan cache. */
  readonly storagePath?: string;
}
