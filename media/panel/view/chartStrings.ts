/** Texts of the charts below the grid. Numbers and times are formatted before they come here. */
import type { MarkKind } from '../../../src/shared/eventMark';

/** Of marks in the charts. */
export interface MarkStrings {
  readonly title: (count: string) => string;
  readonly names: Readonly<Record<MarkKind, string>>;
  readonly named: (name: string, text: string) => string;
}

export interface ChartStrings {
  readonly label: string;
  readonly bytes: string;
  readonly blocks: string;
  readonly line: (tag: string, pool: string) => string;
  readonly remove: (tag: string) => string;
  readonly removed: (tag: string) => string;
  readonly added: (tag: string) => string;
  readonly spanLabel: string;
  readonly span: (duration: string) => string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly zoomAll: string;
  readonly copy: string;
  readonly copied: string;
  readonly saved: string;
  readonly again: string;
  readonly mark: string;
  readonly marks: MarkStrings;
  readonly close: string;
  readonly loading: string;
  readonly noHistory: string;
  readonly failed: string;
  readonly asTable: string;
  readonly table: readonly string[];
  readonly figuresHint: string;
  readonly resize: string;
  readonly resizeHint: string;
  readonly companions: (tag: string) => string;
  readonly companion: (tag: string, pool: string) => string;
  readonly companionDetail: (r: string, each: string) => string;
  readonly alone: (tag: string, others: string, duration: string) => string;
  readonly unknown: (tag: string) => string;
}

export const CHART_STRINGS: ChartStrings = {
  label: 'Charts of tags',
  bytes: 'Bytes',
  blocks: 'Outstanding blocks',
  line: (tag, pool) => `${tag} ${pool}`,
  remove: (tag) => `Remove ${tag} from the charts`,
  removed: (tag) => `${tag} is no longer in the charts`,
  added: (tag) => `${tag} is in the charts`,
  spanLabel: 'Time the charts look back',
  span: (duration) => `last ${duration}`,
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoomAll: 'Show all of the time',
  copy: 'Copy as picture',
  copied: 'The charts are on the clipboard',
  saved: 'The clipboard takes no pictures here: choose a file',
  again: 'Read history again',
  mark: 'Mark this moment (K)',
  marks: {
    title: (count) => `Events (${count})`,
    names: {
      note: 'Mark',
      baseline: 'Baseline',
      recordingStarted: 'Recording',
      recordingStopped: 'Recording stopped',
      huntStarted: 'Leak hunt: test starts',
      huntTestStopped: 'Leak hunt: test stopped',
      huntFinished: 'Leak hunt: finished',
      gap: 'No readings',
      restart: 'Counters began anew',
      monitorRestarted: 'Monitor started again',
    },
    named: (name, text) => `${name}: ${text}`,
  },
  close: 'Close charts',
  loading: 'Reading history…',
  noHistory: 'There is no history of these tags yet',
  failed: 'The charts could not be loaded',
  asTable: 'As a table',
  table: ['Tag', 'Type', 'First', 'Last', 'Change', 'Lowest', 'Highest', 'Blocks first', 'Blocks last'],
  resize: 'Height of the charts',
  resizeHint:
    'Drag, or use the arrow keys, to change the height of the charts; double-click or Enter for the usual one',
  figuresHint: 'Charts: arrow keys read values, plus and minus zoom, 0 shows all',
  companions: (tag) => `Moves together with ${tag}:`,
  companion: (tag, pool) => `${tag} ${pool}`,
  companionDetail: (r, each) => `Correlation of changes ${r}; ${each} blocks for each of its blocks. Add to the charts`,
  alone: (tag, others, duration) =>
    `Nothing moves together with ${tag}: compared with ${others} that moved in the last ${duration}`,
  unknown: (tag) => `Too few readings, or ${tag} moves too little, to say what moves together with it`,
};
