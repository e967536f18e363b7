/** The charts of one panel: their questions go to the host, their choices are remembered with the panel's. */
import type { Formats } from '../model/format';
import type { GridModel } from '../model/gridModel';
import { ChartPane, type ChartPaneEvents } from './chartPane';
import type { Host } from './host';

export interface PanelCharts extends Pick<ChartPaneEvents, 'closed' | 'announce' | 'poolName'> {
  /** What is shown is another. */
  changed(): void;
}

export function chartPaneFor(host: Host, model: GridModel, formats: Formats, panel: PanelCharts): ChartPane {
  return new ChartPane(formats, {
    traces: (tags, spanMs) => host.post({ type: 'traces', tags, spanMs }),
    companions: (tag, paged, spanMs) => host.post({ type: 'companions', tag, paged, spanMs }),
    picture: (data) => host.post({ type: 'picture', data }),
    chosen: (chartTags, chartMinutes) => {
      host.remember({ chartTags, chartMinutes });
      panel.changed();
    },
    mark: () => host.command('markMoment'),
    resized: (share) => host.remember({ chartShare: share ?? 0 }),
    closed: () => panel.closed(),
    announce: (text) => panel.announce(text),
    latest: (tag) => model.latest(tag),
    poolName: (paged) => panel.poolName(paged),
  });
}
