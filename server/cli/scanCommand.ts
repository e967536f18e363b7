/**
 * `poollens scan`: every tag site in the given files and folders, a line each.
 */
import { resolve } from 'node:path';
import { makerOf, type FileFacts, type ImageMaker, type TagSite } from '../../src/shared/facts';
import {
  fileLine,
  issueLine,
  siteLine,
  summaryLine,
  type ScanTotals,
  type ShowPath,
} from '../core/report/contractLines';
import { withPath } from '../core/report/imageLines';
import { printable } from '../core/report/printable';
import { siteTable } from '../core/report/table';
import type { KeptImage, KeptImageFields } from '../scan/keptImage';
import { pathShower } from '../scan/paths';
import { ExitStatus, UsageError, type Command, type Io } from './command';
import { fileOutput, type Output } from './output';
import { choice, parseCommandLine, runScan, SCAN_OPTIONS, SCAN_OPTIONS_HELP } from './scanArguments';

const OPTIONS = {
  ...SCAN_OPTIONS,
  format: { type: 'string' },
  out: { type: 'string' },
} as const;

export const scanCommand: Command = {
  help: `poollens scan <path…>

Finds where pool tags are used, in C and C++ sources and PE images below the given files and folders.

  --format ndjson|table  one JSON object a line, or a table (default: table on a terminal, else ndjson)
  --out FILE             write to FILE instead of standard output
${SCAN_OPTIONS_HELP}

Exit status: 0 done; 2 wrong usage, or a given path can't be read.`,
  run,
};

async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals: paths } = parseCommandLine(args, OPTIONS);
  if (paths.length === 0) throw new UsageError('scan: name at least one file or folder');
  const fallback = io.terminal.stdout && values.out === undefined ? 'table' : 'ndjson';
  const format = choice('format', values.format ?? fallback, ['ndjson', 'table']);
  const output = values.out === undefined ? io.stdout : fileOutput(resolve(io.cwd, values.out));
  const report = format === 'ndjson' ? new NdjsonReport(output, paths, io) : new TableReport(output, paths, io);
  const outcome = await runScan(paths, values, io, report);
  report.finish(outcome.milliseconds);
  if (output !== io.stdout) output.end();
  return outcome.unreadableRoots.length > 0 ? ExitStatus.usage : ExitStatus.done;
}

/** Totals for the summary, counted as facts come. */
class Totals {
  #files = 0;
  #bytes = 0;
  #sites = 0;
  readonly #tags = new Set<number>();

  add(facts: FileFacts): void {
    this.#files += 1;
    this.#bytes += facts.size;
    this.#sites += facts.sites.length;
    for (const site of facts.sites) for (const tag of site.tags) this.#tags.add(tag);
  }

  addKept({ size, sites, tags }: KeptImageFields): void {
    this.#files += 1;
    this.#bytes += size;
    this.#sites += sites;
    for (const tag of tags) this.#tags.add(tag);
  }

  result(milliseconds: number): ScanTotals {
    return { files: this.#files, bytes: this.#bytes, sites: this.#sites, tags: this.#tags.size, milliseconds };
  }
}

class NdjsonReport {
  readonly #totals = new Totals();
  readonly #showPath: ShowPath;

  constructor(
    private readonly output: Output,
    paths: readonly string[],
    io: Io,
  ) {
    this.#showPath = pathShower(paths, io.cwd);
  }

  readonly facts = (facts: FileFacts): void => {
    this.#totals.add(facts);
    for (const site of facts.sites) this.#print(siteLine(site, this.#showPath));
    this.#print(fileLine(facts, this.#showPath));
    for (const issue of facts.issues) this.#print(issueLine(facts.file, issue, this.#showPath));
  };

  readonly kept = (image: KeptImage): void => {
    const { fields } = image;
    this.#totals.addKept(fields);
    const shown = this.#showPath(fields.file);
    if (shown === fields.shown) this.output.bytes(image.lines());
    else this.output.bytes(Buffer.from(withPath(image.lines().toString(), fields.shown, shown)));
  };

  readonly issue = (issue: { readonly file: string; readonly message: string }): void => {
    this.#print(issueLine(issue.file, { message: issue.message }, this.#showPath));
  };

  finish(milliseconds: number): void {
    this.#print(summaryLine(this.#totals.result(milliseconds)));
  }

  #print(line: Record<string, unknown>): void {
    this.output.line(JSON.stringify(line));
  }
}

class TableReport {
  readonly #totals = new Totals();
  readonly #sites: TagSite[] = [];
  readonly #makers = new Map<string, ImageMaker>();
  readonly #issues: string[] = [];
  readonly #showPath: ShowPath;

  constructor(
    private readonly output: Output,
    paths: readonly string[],
    private readonly io: Io,
  ) {
    this.#showPath = pathShower(paths, io.cwd);
  }

  readonly facts = (facts: FileFacts): void => {
    this.#totals.add(facts);
    for (const site of facts.sites) this.#sites.push(site);
    const maker = makerOf(facts.image);
    if (maker !== undefined && facts.sites.length > 0) this.#makers.set(facts.file, maker);
    for (const issue of facts.issues) this.#addIssue(facts.file, issue.message, issue.offset);
  };

  readonly issue = (issue: { readonly file: string; readonly message: string }): void => {
    this.#addIssue(issue.file, issue.message);
  };

  finish(milliseconds: number): void {
    for (const line of siteTable(this.#sites, this.#showPath, (file) => this.#makers.get(file))) this.output.line(line);
    for (const issue of this.#issues) this.io.warn(issue);
    const { files, sites, tags } = this.#totals.result(milliseconds);
    this.io.warn(
      `${String(files)} files, ${String(sites)} sites, ${String(tags)} tags in ${String(Math.round(milliseconds))} ms`,
    );
  }

  #addIssue(file: string, message: string, offset?: number): void {
    const where = offset === undefined ? '' : ` at offset ${String(offset)}`;
    this.#issues.push(printable(`${this.#showPath(file)}${where}: ${message}`));
  }
}
