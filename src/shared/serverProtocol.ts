/**
 * Messages of ours between the language client and the language server, beside LSP's own.
 */
import type { Evidence, ImageMaker, Machine, PdbLine, TagSite, SiteRole } from './facts';
import type { OccurrenceModule } from './tagOccurrence';

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

/** A line of pooltag.txt: what a list says, weaker than anything seen in a driver. */
export interface ListedOwner {
  /** As the file spells it: `afd.sys`, `nt!mm`. */
  readonly binary: string;
  readonly description: string;
  /** The line's four columns: `Afd?` says less than `AfdB`. */
  readonly pattern: string;
}

export interface OwnersResult {
  readonly owners: readonly TagOwner[];
  /** The more exact lines first. */
  readonly listed: readonly ListedOwner[];
}

export interface OwnerLabelsParams {
  /** Tags to label; absent: every tag the index knows. */
  readonly tags?: readonly number[];
}

export interface OwnerLabelsResult {
  readonly labels: readonly {
    readonly tag: number;
    readonly label: string;
    readonly detail: string;
    /** Who made the best owner's image: its company, else its signer. */
    readonly company?: string;
  }[];
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
}

/** The function around an address of an image, as its file is now. */
export interface DisassembleParams {
  /** Absolute path of the image. */
  readonly file: string;
  readonly rva: number;
  /** The place that is gone to, if it may not be in the index: it is marked beside those that are. */
  readonly site?: TagSite;
}

/** The text of a read-only editor, with what is to be marked in it. Lines count from 0. */
export interface Disassembly {
  /** Name of the function, or `module+0xRVA`. */
  readonly name: string;
  readonly machine: Machine;
  /** Asked with this address the same text comes again, whichever place of the function was asked for. */
  readonly anchor: number;
  readonly text: string;
  /** The line that holds the address asked for. */
  readonly line: number;
  /** Lines where a tag is used. */
  readonly sites: readonly number[];
  /** What the PDB says of the address asked for. */
  readonly source?: PdbLine;
  /** Where that source lies here, if it is known. */
  readonly local?: LocalLine;
}

export interface DisassembleResult {
  readonly disassembly?: Disassembly;
  /** Why there is none, in one line. */
  readonly problem?: string;
}

/** Asks for the weak evidence: where the tag's value occurs in images. */
export interface OccurrencesParams {
  readonly tag: number;
  /** Reports `OccurrencesProgress` under this token ($/progress). */
  readonly progressToken?: string;
}

export interface OccurrencesProgress {
  /** Images searched, of all. */
  readonly done: number;
  readonly total: number;
}

export interface OccurrencesResult {
  /** Drivers that no fact names for the tag, constants before bytes (the first 200). */
  readonly modules: readonly OccurrenceModule[];
  readonly moreModules: number;
  /** Images searched, and those of them that could not be read. */
  readonly files: number;
  readonly unreadable: number;
  readonly milliseconds: number;
  /** False: bytes like the tag's are everywhere, so nothing was searched. */
  readonly telling: boolean;
}

/** Asks what pooltag.txt says of tags. */
export interface TagDescriptionsParams {
  readonly tags: readonly number[];
}

export interface TagDescriptionsResult {
  /** Of the tags the file describes: the best line in short, and every line that matches. */
  readonly descriptions: readonly { readonly tag: number; readonly text: string; readonly detail: string }[];
  /** Another text: another file, and what was said before no longer holds. Empty: there is no file. */
  readonly revision: string;
}

/** Asks what to paste into a debugger or a command prompt for a tag. */
export interface DebuggerCommandsParams {
  readonly tag: number;
}

/** Lines that belong together. `machine`: of the target that breakpoints are for. */
export interface DebuggerSection {
  readonly id: 'blocks' | 'hits' | 'breakpoints' | 'search' | 'specialPool' | 'registry';
  readonly machine?: Machine;
  readonly lines: readonly string[];
}

export interface DebuggerCommandsResult {
  readonly sections: readonly DebuggerSection[];
  /** Images that allocate with the tag at several places: their calls may be told apart by tags of their own. */
  readonly images: readonly { readonly file: string; readonly places: number }[];
}

/** Asks for the script that gives every call of an image a tag of its own; scans the image several times. */
export interface RetagParams {
  readonly tag: number;
  /** One of `DebuggerCommandsResult.images`. */
  readonly file: string;
}

/** Offered only where every constant's address is proved; else why not, in one line. */
export interface RetagResult {
  readonly lines?: readonly string[];
  /** Constants that are told apart. */
  readonly places?: number;
  readonly problem?: string;
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

export interface DescribeRuleParams {
  /** Id of a lint rule. */
  readonly rule: string;
}

export interface DescribeRuleResult {
  /** What it finds, why that matters and what to do; absent for a rule that is none. */
  readonly markdown?: string;
}

export const ServerRequest = {
  /** OwnersParams → OwnersResult */
  owners: 'poollens/owners',
  /** OwnerLabelsParams → OwnerLabelsResult */
  ownerLabels: 'poollens/ownerLabels',
  /** ResolvePlaceParams → ResolvePlaceResult */
  resolvePlace: 'poollens/resolvePlace',
  /** DisassembleParams → DisassembleResult */
  disassemble: 'poollens/disassemble',
  /** OccurrencesParams → OccurrencesResult; takes as long as reading every image does, and can be cancelled. */
  occurrences: 'poollens/occurrences',
  /** TagDescriptionsParams → TagDescriptionsResult */
  tagDescriptions: 'poollens/tagDescriptions',
  /** DebuggerCommandsParams → DebuggerCommandsResult */
  debuggerCommands: 'poollens/debuggerCommands',
  /** RetagParams → RetagResult; can be cancelled. */
  retag: 'poollens/retag',
  /** DescribeRuleParams → DescribeRuleResult */
  describeRule: 'poollens/describeRule',
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
  /** How sources are read. */
  readonly source: {
    /** Configuration of projects and build settings that counts. */
    readonly configuration: string;
    readonly platform: string;
  };
  /** Functions whose bodies are not among the sources, with the position of the tag from 1. */
  readonly allocators: {
    readonly named: readonly { readonly name: string; readonly tagPosition: number; readonly role: SiteRole }[];
    /** One sentence for each entry of the setting that can't be used. */
    readonly issues: readonly string[];
  };
  readonly symbols: {
    /** Folders with PDBs, as in _NT_SYMBOL_PATH; local only. */
    readonly path: string;
    /** Folder of the machine that built a driver → folder here. */
    readonly sourceMap: Readonly<Record<string, string>>;
  };
  readonly pooltag: {
    /** Absolute path of a pooltag.txt; empty: the installed one. Ignored in an untrusted workspace. */
    readonly file: string;
  };
}

export interface ServerInitializationOptions {
  readonly trusted: boolean;
  /** Folder for the scan cache. */
  readonly storagePath?: string;
  /** Scheme of the documents in which the client shows code of images; absent: such a place is its image's file. */
  readonly imageScheme?: string;
  /** Scheme of the documents in which the client shows what a lint rule is about; absent: problems have no link to it. */
  readonly ruleScheme?: string;
  /** The client lets hovers run the commands they link to. */
  readonly commandLinks?: boolean;
}
