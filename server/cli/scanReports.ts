/**
 * What `poollens scan` prints: JSON lines of the contract, or a table for people. Both take facts as they come and keep
 * none.
 */
import type { FileFacts } from '../../src/shared/facts';
import { fileLine, issueLine, siteLine, summaryLine, type ShowPath } from '../core/report/contractLines';
import { withPath } from '../core/report/imageLines';
import { SiteTable, type Paint } from '../core/report/table';
import type { KeptImage } from '../scan/cache/keptImage';
import type { FileIssue } from '../scan/files/discoverFiles';
import type { ScanEvents, ScanOutcome } from '../scan/scanFolders';
import type { Output } from './output';
import { ScanTotals } from './scanTotals';

export interface ScanReport extends Pick<ScanEvents, 'facts' | 'kept' | 'issue'> {
  finish(outcome: ScanOutcome): void;
}

export class NdjsonReport implements ScanReport {
  readonly #totals = new ScanTotals();

  constructor(
    private readonly output: Output,
    private readonly showPath: ShowPath,
  ) {}

  readonly facts = (facts: FileFacts): void => {
    this.#totals.add(facts);
    for (const site of facts.sites) this.#print(siteLine(site, this.showPath));
    this.#print(fileLine(facts, this.showPath));
    for (const issue of facts.issues) this.#print(issueLine(facts.file, issue, this.showPath));
  };

  readonly kept = (image: KeptImage): void => {
    const { fields } = image;
    this.#totals.addKept(fields);
    const shown = this.showPath(fields.file);
    if (shown === fields.shown) this.output.bytes(image.lines());
    else this.output.bytes(Buffer.from(withPath(image.lines().toString(), fields.shown, shown)));
  };

  readonly issue = ({ file, message }: FileIssue): void => {
    this.#print(issueLine(file, { message }, this.showPath));
  };

  finish({ milliseconds }: ScanOutcome): void {
    this.#print(summaryLine(this.#totals.result(milliseconds)));
  }

  #print(line: Record<string, unknown>): void {
    this.output.line(JSON.stringify(line));
  }
}

export interface TableReportOptions {
  readonly output: Output;
  readonly showPath: ShowPath;
  readonly paint: Paint;
  /** Columns of the terminal; undefined: lines are as long as they are. */
  readonly width: number | undefined;
}

export class TableReport implements ScanReport {
  readonly #totals = new ScanTotals();
  readonly #table: SiteTable;

  constructor(private readonly options: TableReportOptions) {
    this.#table = new SiteTable(options);
  }

  readonly facts = (facts: FileFacts): void => {
    this.#totals.add(facts);
    this.#print(this.#table.block(facts));
    // On a terminal, what is found is seen while the scan goes on.
    if (this.options.width !== undefined) this.options.output.flush();
  };

  readonly issue = ({ file, message }: FileIssue): void => {
    this.#totals.addIssue();
    this.#print(this.#table.failure(file, message));
  };

  finish(outcome: ScanOutcome): void {
    this.#print(['', this.options.paint('tag', this.#totals.summary(outcome))]);
  }

  #print(lines: readonly string[]): void {
    for (const line of lines) this.options.output.line(line);
  }
}
