/**
 * Facts: places where a pool tag is used, found in sources and driver images, with the evidence for them.
 * Pure values that cross thread and process borders as JSON. Lines and columns count from 0, columns in UTF-16 units
 * (as LSP does); the command line adds 1.
 */
import { baseName } from './baseName';
import type { PoolTag } from './poolTag';

/** What happens with the tag at a site. `bind`: later allocations use it (lookaside list, context registration). */
export type SiteRole = 'allocate' | 'free' | 'bind' | 'verify' | 'untagged';

/** Kinds of evidence, strongest first. */
export const EVIDENCE_KINDS = ['call', 'wrapper', 'field', 'service-name', 'catalogue', 'constant', 'bytes'] as const;
export type Evidence = (typeof EVIDENCE_KINDS)[number];

export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** Half-open range. */
export interface TextRange {
  readonly start: TextPosition;
  readonly end: TextPosition;
}

export interface SourceLocation {
  /** Absolute path. */
  readonly file: string;
  readonly range: TextRange;
}

/** A place in a C or C++ source. `range` is the called name; for a field, the field or its initializer. */
export interface SourcePlace extends SourceLocation {
  readonly kind: 'source';
  /** The tag argument's expression. */
  readonly tagRange?: TextRange;
  readonly function?: string;
}

/** Line a PDB gives for an address. The path is what the compiler saw, often on another machine. */
export interface PdbLine {
  readonly file: string;
  /** From 0. */
  readonly line: number;
}

/** A place in a PE image: the call instruction. */
export interface ImagePlace {
  readonly kind: 'image';
  /** Absolute path of the image. */
  readonly file: string;
  /** Address of the call instruction relative to the image base. */
  readonly rva: number;
  /** `Function+0x3f` from the PDB, or an exported name; absent when neither is known. */
  readonly function?: string;
  readonly source?: PdbLine;
}

export type Place = SourcePlace | ImagePlace;

/** One place where a tag is used. */
export interface TagSite {
  /** Every constant that reaches the site, ascending. One: the tag. Several: a set. None: see `unresolved`. */
  readonly tags: readonly PoolTag[];
  /** Why the tag, or part of the set, is not known. A site with `unresolved` has no single tag. */
  readonly unresolved?: string;
  /** Name of the allocator as `server/core/tags/allocators.ts` lists it. */
  readonly api: string;
  readonly role: SiteRole;
  readonly evidence: Evidence;
  /** Driver the site belongs to: image file name, or the project of a source. */
  readonly module: string;
  /** The wrapper or macro that passes the tag on. */
  readonly via?: string;
  readonly place: Place;
  /**
   * The tag is a parameter of the function, macro or template the site stands in: its users chose it, and have sites of
   * their own. Sources only.
   */
  readonly isPassedIn?: true;
  /** What holds the block, where the text shows it and it matters: see PointerUse. */
  readonly pointer?: PointerUse;
}

/**
 * What an allocation's address goes to or what a free gives back. Sources only, and only where something may not fit: of
 * frees whose tag one of their own allocations has, nothing is said.
 */
export interface PointerUse {
  /** As written: `Extension->Buffer`. */
  readonly text: string;
  /** Members that hold it, as `STRUCTURE.Member`: equal keys within a module are the same member. */
  readonly keys: readonly string[];
  /**
   * Of a free: allocations of the same file that reach it. With those of the members, all there are; of a function's
   * parameter, all that come with those of its calls whose blocks don't fit.
   */
  readonly allocations?: readonly BlockOrigin[];
}

/** An allocation in the file of the free. */
export interface BlockOrigin {
  readonly range: TextRange;
  readonly tags: readonly PoolTag[];
  /** The call that gives the block to the function with the free. */
  readonly givenAt?: TextRange;
}

/** A spelled tag in a source text that hover and navigation answer on: a tag argument, a macro or constant that defines one. */
export interface TagMention {
  readonly tag: PoolTag;
  readonly range: TextRange;
  readonly kind: 'use' | 'definition';
  /** Where the name at `range` gets its value, for a use through a macro, constant or enumerator. */
  readonly definedAt?: SourceLocation;
  /** Macros that decided which definition counts. */
  readonly decidedBy?: readonly DecidingMacro[];
}

/** A macro that a tag's definition depends on, as the reading took it. */
export interface DecidingMacro {
  readonly name: string;
  /** Replacement text; absent: it is taken as not defined. */
  readonly value?: string;
  /** `toaster.vcxproj Debug|x64`, `WDK default`, `command line`, `config.h:12`; absent where nothing speaks of it. */
  readonly from?: string;
}

/** Something that could not be read. `offset`: byte offset in the file. */
export interface ParseIssue {
  readonly message: string;
  readonly offset?: number;
}

/** The machine field of the headers. */
export type Machine = 'x86' | 'x64' | 'arm64' | 'unknown';

/** Code of two processors in one image; which one the headers name is `Machine`. */
export type HybridForm = 'arm64ec' | 'arm64x' | 'chpe';

export interface VersionInfo {
  readonly company?: string;
  readonly product?: string;
  readonly description?: string;
  readonly fileVersion?: string;
}

/** Names on an image's Authenticode signatures. Nothing is verified: show them as claims of the file. */
export interface ImageSigner {
  /** Common name of the certificate that signed, else its organisation. */
  readonly name: string;
  /** Who issued that certificate. */
  readonly issuer?: string;
  /** What the signer calls the program; in a signature of Microsoft's hardware portal, often the driver's maker. */
  readonly program?: string;
  /** Signers of further signatures, where they have other names. */
  readonly also?: readonly string[];
}

/** What is known of an image besides its sites. */
export interface ImageSummary {
  readonly machine: Machine;
  readonly hybrid?: HybridForm;
  readonly version?: VersionInfo;
  readonly signer?: ImageSigner;
  /** File name of the PDB that was used. */
  readonly pdb?: string;
}

/** Who made an image, as the image says. */
export interface ImageMaker {
  readonly company?: string;
  readonly product?: string;
  readonly signer?: ImageSigner;
}

/** The maker an image names; undefined when it names none. */
export function makerOf(image: ImageSummary | undefined): ImageMaker | undefined {
  const { version, signer } = image ?? {};
  const maker: ImageMaker = {
    ...(version?.company === undefined ? {} : { company: version.company }),
    ...(version?.product === undefined ? {} : { product: version.product }),
    ...(signer === undefined ? {} : { signer }),
  };
  return Object.keys(maker).length === 0 ? undefined : maker;
}

/** All facts of one file: what the index replaces as a whole when the file changes. */
export interface FileFacts {
  /** Absolute path. */
  readonly file: string;
  readonly kind: 'image' | 'source';
  readonly size: number;
  readonly sites: readonly TagSite[];
  readonly issues: readonly ParseIssue[];
  readonly image?: ImageSummary;
  /** Sources only. */
  readonly mentions?: readonly TagMention[];
  /** Absolute paths of the files whose text went into these facts through #include. */
  readonly includes?: readonly string[];
  /** Members (`STRUCTURE.Member`, `?.Member`) that get something else than the allocations at the sites. */
  readonly stores?: readonly string[];
  /** Lower-case hexadecimal; images only. */
  readonly sha256?: string;
  readonly milliseconds: number;
}

/** The one tag of a site, or undefined when there is none or several. */
export function siteTag(site: TagSite): PoolTag | undefined {
  return site.unresolved === undefined && site.tags.length === 1 ? site.tags[0] : undefined;
}

/**
 * Name under which the images and sources of one driver meet: base name, lower case, without .sys and without the
 * machine that builds for several are named by (`toaster_x64.sys`, `toaster-arm64.sys`).
 */
export function moduleKey(module: string): string {
  const base = baseName(module).toLowerCase();
  const stem = base.endsWith('.sys') ? base.slice(0, -4) : base;
  return stem.replace(/(?<=.)[_.-](?:x64|x86|amd64|arm64|i386|win32|x86_64)$/, '');
}
