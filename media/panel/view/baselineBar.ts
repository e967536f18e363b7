/**
 * The baseline in the toolbar: a button that keeps the present reading, and, once there is one, which rows are shown by
 * what became of them since. Says what was asked for; decides nothing.
 */
import type { Baseline } from '../../../src/shared/baseline';
import type { PanelCommand } from '../../../src/shared/panelMessages';
import { SINCE_CHOICES, type SinceChoice } from '../model/baselineTable';
import type { Formats } from '../model/format';
import { element, iconButton } from './dom';

const TEXTS = {
  set: 'Set baseline: keep this reading to compare with',
  choose: 'Choose baseline',
  label: 'Rows by what became of them since the baseline',
  since: (name: string): string => `Since ${name}`,
  choices: { all: 'all rows', new: 'new since', gone: 'gone since', changed: 'changed since' },
  told: (name: string): string => `Compared with ${name}`,
  none: 'No baseline',
} as const;

export interface BaselineEvents {
  command(command: PanelCommand): void;
  since(choice: SinceChoice): void;
  announce(text: string): void;
}

export class BaselineBar {
  /** Beside the other buttons of the toolbar. */
  readonly buttons: readonly HTMLElement[];
  readonly select: HTMLSelectElement;

  constructor(
    private readonly formats: Formats,
    private readonly events: BaselineEvents,
  ) {
    const set = iconButton(() => events.command('setBaseline'));
    set.show('bookmark', TEXTS.set);
    const choose = iconButton(() => events.command('chooseBaseline'));
    choose.show('list-selection', TEXTS.choose);
    this.buttons = [set.node, choose.node];
    const options = SINCE_CHOICES.map((choice) =>
      element('option', { text: TEXTS.choices[choice], attributes: { value: choice } }),
    );
    this.select = element('select', { attributes: { 'aria-label': TEXTS.label } }, options);
    this.select.hidden = true;
    this.select.addEventListener('change', () => {
      const choice = SINCE_CHOICES.find((one) => one === this.select.value);
      if (choice !== undefined) events.since(choice);
    });
  }

  /** All rows again. */
  reset(): void {
    this.select.value = 'all';
  }

  show(baseline: Baseline | undefined): void {
    const had = !this.select.hidden;
    this.select.hidden = baseline === undefined;
    this.select.value = 'all';
    if (baseline === undefined) {
      if (had) this.events.announce(TEXTS.none);
      return;
    }
    const when = this.formats.time(baseline.time, Date.now());
    this.select.title = `${TEXTS.since(baseline.name)} (${when}, ${baseline.source})`;
    this.events.announce(TEXTS.told(baseline.name));
  }
}
