/** Tags that move together with the one chosen last, each a button that adds it to the charts. */
import { tagToText } from '../../../src/shared/poolTag';
import type { CompanionsResult } from '../../../src/shared/trace';
import type { Formats } from '../model/format';
import type { ChartStrings } from './chartStrings';
import { element, textButton } from './dom';

export class CompanionList {
  readonly node = element('div', { className: 'companions' });

  constructor(
    private readonly formats: Formats,
    private readonly strings: ChartStrings,
    private readonly poolName: (paged: boolean) => string,
    private readonly onAdd: (tag: number) => void,
  ) {
    this.node.hidden = true;
  }

  show(result: CompanionsResult | undefined): void {
    this.node.hidden = result === undefined;
    this.node.replaceChildren();
    if (result === undefined) return;
    const { strings, formats } = this;
    const tag = tagToText(result.tag);
    if (!result.possible) this.node.append(strings.unknown(tag));
    else if (result.companions.length === 0)
      this.node.append(strings.alone(tag, formats.count(result.tested), formats.duration(result.spanMs)));
    else {
      this.node.append(element('span', { text: strings.companions(tag) }));
      for (const { tag: other, paged, r, each } of result.companions) {
        const label = strings.companion(tagToText(other), this.poolName(paged));
        const button = textButton(`${label} (${formats.decimal(r)})`, false, () => this.onAdd(other));
        button.title = strings.companionDetail(formats.decimal(r), formats.decimal(each));
        this.node.append(button);
      }
    }
  }
}
