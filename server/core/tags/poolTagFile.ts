/**
 * pooltag.txt of the Debugging Tools and the WDK: `Tag - binary - description` lines, with wildcards, padding and oddities.
 * Says what the file says; whether that is true of a driver is not decided here. Reads no files, never throws.
 */
import type { ParseIssue } from '../../../src/shared/facts';
import { tagBytes, withoutProtection, type PoolTag } from '../../../src/shared/poolTag';
import { fourPlaces, literalPrefix, matchingPlaces } from './poolTagPattern';
import { toolLines, IssueList, type ToolLine } from './toolText';

/** Lines kept of one pattern: real files have two or three, and each costs something at every question. */
const MOST_ALIKE = 256;

export interface PoolTagEntry {
  /** The four columns, short tags padded with blanks: `Fred`, `Io  `, `Afd?`, `Bu* `. */
  readonly pattern: string;
  /** As the file spells it: `afd.sys`, `nt!mm`, `<unknown>`; absent from a line of two fields. */
  readonly binary?: string;
  readonly description: string;
  /** From 0. */
  readonly line: number;
}

/** What a pooltag.txt says, by tag. */
export class PoolTagFile {
  /** By what their patterns stand for, see `fourPlaces`; each list in the order of the file. */
  readonly #entries: ReadonlyMap<string, readonly PoolTagEntry[]>;

  constructor(entries: ReadonlyMap<string, readonly PoolTagEntry[]>) {
    this.#entries = entries;
  }

  /**
   * Every entry that matches the tag (without PROTECTED_POOL, as tools show it), best first: exact ones, then wildcards
   * with the longer literal prefix, then the order of the file.
   */
  describe(tag: PoolTag): readonly PoolTagEntry[] {
    const text = String.fromCharCode(...tagBytes(withoutProtection(tag)));
    // A pattern with two runs may match in two ways.
    const found = new Set(matchingPlaces(text).flatMap((places) => this.#entries.get(places) ?? []));
    return [...found].sort((a, b) => literalPrefix(b.pattern) - literalPrefix(a.pattern) || a.line - b.line);
  }
}

export interface ParsedPoolTagFile {
  readonly value: PoolTagFile;
  /** Offsets count characters of the text. */
  readonly issues: readonly ParseIssue[];
}

/** Reads the text of a pooltag.txt, with LF or CRLF, with or without the Ctrl-Z at its end. */
export function parsePoolTagFile(text: string): ParsedPoolTagFile {
  const issues = new IssueList();
  const entries = new Map<string, PoolTagEntry[]>();
  for (const line of toolLines(text.startsWith('\ufeff') ? text.slice(1) : text, issues)) {
    const entry = parseLine(line);
    if (entry !== undefined) add(entries, entry, line, issues);
    else if (isFaulty(line.text))
      issues.add(`line ${String(line.number + 1)} is no \`Tag - binary - text\``, line.offset);
  }
  const value = new PoolTagFile(entries);
  if (entries.size === 0) return { value, issues: [{ message: 'no line describes a pool tag', offset: 0 }] };
  return { value, issues: issues.all() };
}

function isComment(text: string): boolean {
  return /^\s*(?:\/\/|(?:rem|REM)(?:\s|$))/.test(text);
}

/** Prose and continued lines belong to the real file; a line with a dash was meant to be an entry. */
function isFaulty(text: string): boolean {
  return /^\S.*-/.test(text) && !isComment(text);
}

/** Undefined for comments, blank lines, continuations and prose. */
function parseLine({ text, number }: ToolLine): PoolTagEntry | undefined {
  if (isComment(text)) return undefined;
  // Editors take the last blank of `Fred - fred.sys - ` away.
  const line = `${text} `;
  const [, short, four, rest = ''] = /^(?:([^ ]{1,3}) +|(.{4}) +)- (.*)$/.exec(line) ?? [];
  const pattern = short?.padEnd(4) ?? four;
  if (pattern === undefined || pattern.trim() === '') return undefined;
  // The first ` - ` only: descriptions hold more of them, and binaries and tags may hold a bare dash.
  const at = rest.indexOf(' - ');
  const description = rest.slice(at < 0 ? 0 : at + 3).trim();
  const binary = at < 0 ? '' : rest.slice(0, at).trim();
  return { pattern, ...(binary === '' ? {} : { binary }), description, line: number };
}

function add(entries: Map<string, PoolTagEntry[]>, entry: PoolTagEntry, line: ToolLine, issues: IssueList): void {
  const lists = [...fourPlaces(entry.pattern)].map((places) => {
    const alike = entries.get(places) ?? [];
    entries.set(places, alike);
    return alike;
  });
  if (lists.every((alike) => alike.length < MOST_ALIKE)) for (const alike of lists) alike.push(entry);
  else issues.add(`line ${String(entry.line + 1)} is left out: ${String(MOST_ALIKE)} describe its tag`, line.offset);
}
