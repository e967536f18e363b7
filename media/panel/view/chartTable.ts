/** What the charts show, as a table for those who don't see them or want the numbers; made when it is opened. */
import { tagToText } from '../../../src/shared/poolTag';
import type { TraceSummary } from '../model/chartModel';
import type { Formats } from '../model/format';
import type { ChartStrings } from './chartStrings';
import { element } from './dom';

export class ChartTable {
  readonly node = element('details', { className: 'chart-table' });
  private readonly body = element('tbody');

  constructor(
    private readonly formats: Formats,
    strings: ChartStrings,
    private readonly poolName: (paged: boolean) => string,
    private readonly summaries: () => readonly TraceSummary[],
  ) {
    const headings = strings.table.map((text) => element('th', { text, attributes: { scope: 'col' } }));
    this.node.append(
      element('summary', { text: strings.asTable }),
      element('table', {}, [element('thead', {}, [element('tr', {}, headings)]), this.body]),
    );
    this.node.addEventListener('toggle', () => this.show());
  }

  /** Nothing while it is closed. */
  show(): void {
    if (!this.node.open) return;
    const { bytes, signedBytes, count } = this.formats;
    const rows = this.summaries().map((row) => {
      const change = row.last - row.first;
      const texts = [
        this.poolName(row.paged),
        bytes(row.first),
        bytes(row.last),
        change === 0 ? '0' : signedBytes(change),
        bytes(row.low),
        bytes(row.high),
        count(row.blocksFirst),
        count(row.blocksLast),
      ];
      return element('tr', {}, [
        element('th', { text: tagToText(row.tag), attributes: { scope: 'row' } }),
        ...texts.map((text) => element('td', { text })),
      ]);
    });
    this.body.replaceChildren(...rows);
  }
}
