/**
 * Every text the panel shows, in one typed object, so that a translation is one object more.
 * Texts only: numbers and times are formatted before they come here.
 */
import type { GrowthVerdict } from '../../../src/shared/growth';
import { columnNamed, type ColumnId } from '../model/columns';
import type { PoolChoice } from '../model/gridModel';
import type { PoolName } from '../model/tagTable';
import { KEY_TEXTS } from './keyStrings';

export interface ColumnText {
  readonly label: string;
  readonly title: string;
}

/** Columns of one pool of a tag: their texts are made of the row's own. */
export type PoolColumnId = Extract<ColumnId, `nonPaged${string}` | `paged${string}`>;

export interface PanelStrings {
  readonly columns: Readonly<Record<Exclude<ColumnId, PoolColumnId>, ColumnText>>;
  /** What stands before a column's name for one pool of the tag. */
  readonly poolColumn: (pool: PoolName, of: ColumnText) => ColumnText;
  readonly nonPaged: string;
  readonly paged: string;
  readonly joined: string;
  readonly total: string;
  readonly rowsOf: (shown: string, all: string) => string;
  readonly rows: (count: string) => string;
  readonly pools: Readonly<Record<PoolChoice, string>>;
  readonly poolLabel: string;
  readonly intervalLabel: string;
  readonly interval: (seconds: string) => string;
  readonly growthWindowLabel: string;
  readonly growthWindow: (duration: string) => string;
  readonly growth: Readonly<Record<GrowthVerdict, string>>;
  /** In place of growth, of a row that only the baseline has. */
  readonly gone: string;
  readonly goneDetail: (bytes: string, blocks: string) => string;
  /** Of a change since the baseline: what it was and is. */
  readonly thenNow: (then: string, now: string) => string;
  readonly perMinute: (bytes: string) => string;
  readonly overLast: (duration: string) => string;
  readonly noChange: string;
  readonly swing: (bytes: string) => string;
  readonly readings: (count: string) => string;
  readonly readingsOf: (picked: string, count: string) => string;
  readonly chance: (comparison: string) => string;
  readonly filterLabel: string;
  readonly filterHint: string;
  readonly gridLabel: string;
  readonly toolbarLabel: string;
  readonly pause: string;
  readonly resume: string;
  readonly playAgain: string;
  readonly refresh: string;
  readonly record: string;
  readonly stopRecording: string;
  readonly recordingFile: (file: string) => string;
  readonly captureFile: (file: string) => string;
  readonly sampleOf: (index: string, count: string) => string;
  readonly seekLabel: string;
  readonly paused: string;
  readonly ended: string;
  readonly closed: string;
  readonly failed: string;
  readonly sourceWaiting: string;
  readonly isRecording: string;
  readonly issues: (count: string) => string;
  readonly waiting: string;
  readonly starting: string;
  readonly nothingMatches: string;
  readonly clearFilter: string;
  readonly sortedUp: (column: string) => string;
  readonly sortedDown: (column: string) => string;
  readonly holdOrder: string;
  readonly releaseOrder: string;
  readonly orderHeld: string;
  readonly orderReleased: string;
  readonly highlightsOn: string;
  readonly highlightsOff: string;
  readonly chooseColumns: string;
  readonly columnsTitle: string;
  readonly moveUp: string;
  readonly moveDown: string;
  readonly resetColumns: string;
  readonly done: string;
  readonly columnWidth: (column: string, characters: string) => string;
  readonly columnPlace: (column: string, place: string) => string;
  readonly columnHidden: (column: string) => string;
  readonly columnsReset: string;
  readonly copied: (rows: string) => string;
  readonly exportView: string;
  readonly keysTitle: string;
  readonly showKeys: string;
  readonly keys: readonly { readonly keys: readonly string[]; readonly does: string }[];
  readonly exactBytes: (bytes: string, kilobytes: string) => string;
  readonly spellings: (literal: string, hex: string) => string;
  readonly memory: Readonly<Record<MemoryText, ColumnText>>;
}

export type MemoryText =
  | 'nonPagedPoolBytes'
  | 'pagedPoolBytes'
  | 'totalBytes'
  | 'availableBytes'
  | 'pageFaults'
  | 'residentKernelBytes'
  | 'residentPagedPoolBytes'
  | 'commitBytes'
  | 'commitLimitBytes'
  | 'commitPeakBytes';

export const STRINGS: PanelStrings = {
  columns: {
    tag: { label: 'Tag', title: 'Pool tag, in memory order as PoolMon shows it (T)' },
    type: { label: 'Type', title: 'Nonp: nonpaged pool; Paged: paged pool' },
    allocs: { label: 'Allocs', title: 'Allocations since start-up (A)' },
    allocsDelta: { label: '(Δ)', title: 'Change in allocations since the last sample' },
    frees: { label: 'Frees', title: 'Frees since start-up (F)' },
    freesDelta: { label: '(Δ)', title: 'Change in frees since the last sample' },
    diff: { label: 'Diff', title: 'Allocations not yet freed (D or S)' },
    diffDelta: { label: '(Δ)', title: 'Change in allocations not yet freed since the last sample' },
    bytes: { label: 'Bytes', title: 'Bytes allocated and not yet freed (B)' },
    bytesDelta: { label: '(Δ)', title: 'Change in bytes since the last sample' },
    bytesSince: { label: 'Bytes since', title: 'Change in bytes since the baseline' },
    diffSince: { label: 'Diff since', title: 'Change in allocations not yet freed since the baseline' },
    perAlloc: { label: 'Per Alloc', title: 'Bytes per outstanding allocation (M)' },
    share: { label: 'Share', title: 'Part of its pool’s tagged bytes' },
    history: { label: 'History', title: 'Bytes over the time chosen above, from lowest to highest' },
    growth: { label: 'Growth', title: 'Trend of the bytes, per minute, over the time chosen above (G)' },
    owner: { label: 'Owner', title: 'Who uses the tag in the scanned drivers and sources, best evidence first' },
    company: { label: 'Company', title: 'Who made the best owner’s image, as the image says; not verified' },
    description: { label: 'Description', title: 'What pooltag.txt says of the tag' },
  },
  poolColumn: (pool, { label, title }) => {
    const short = pool === 'paged' ? 'Paged' : 'Nonp';
    const name = pool === 'paged' ? 'Paged pool' : 'Nonpaged pool';
    return { label: `${short} ${label}`, title: `${name}: ${title.replace(/ \([A-Z or]+\)$/, '')}` };
  },
  nonPaged: 'Nonp',
  paged: 'Paged',
  joined: 'Both',
  total: 'Total',
  rowsOf: (shown, all) => `${shown} of ${all} rows`,
  rows: (count) => (count === '1' ? '1 row' : `${count} rows`),
  pools: { both: 'Both pools', joined: 'Both, joined', nonPaged: 'Nonpaged', paged: 'Paged' },
  poolLabel: 'Pool (P); one row a tag (J)',
  intervalLabel: 'Time between samples',
  interval: (seconds) => `${seconds} s`,
  growthWindowLabel: 'Time that growth looks back',
  growthWindow: (duration) => `Growth: ${duration}`,
  gone: 'gone',
  goneDetail: (bytes, blocks) => `Not listed any more; the baseline has ${bytes} bytes in ${blocks} blocks`,
  thenNow: (then, now) => `${then} in the baseline, ${now} now`,
  growth: {
    tooLittle: 'Too little data for a trend',
    stable: 'Stable',
    bursty: 'Bursty',
    growing: 'Growing',
    draining: 'Draining',
  },
  perMinute: (bytes) => `${bytes}/min`,
  overLast: (duration) => `over the last ${duration}`,
  noChange: 'no change',
  swing: (bytes) => `moved by ${bytes} without a trend`,
  readings: (count) => `${count} readings`,
  readingsOf: (picked, count) => `${picked} of ${count} readings`,
  chance: (comparison) => `p ${comparison}`,
  filterLabel: 'Filter by tag, owner, text',
  filterHint: 'Filter by tag, owner, company or description; * and ?, /iTag and /xTag as in PoolMon',
  gridLabel: 'Pool tags',
  toolbarLabel: 'Pool monitor',
  pause: 'Pause sampling (Q or Space)',
  resume: 'Resume sampling (Q or Space)',
  playAgain: 'Play again from the start (Q or Space)',
  refresh: 'Take a sample now',
  record: 'Record to a file…',
  stopRecording: 'Stop recording',
  recordingFile: (file) => `Recording: ${file} – not this machine`,
  captureFile: (file) => `Capture: ${file} – not this machine`,
  sampleOf: (index, count) => `sample ${index} of ${count}`,
  seekLabel: 'Position in the recording',
  paused: 'Paused',
  ended: 'At its end',
  closed: 'No source',
  failed: 'Failed',
  sourceWaiting: 'Waiting',
  isRecording: 'Recording to a file',
  issues: (count) => `${count} unreadable`,
  waiting: 'Waiting for the first sample…',
  starting: 'Starting…',
  nothingMatches: 'No tag matches.',
  clearFilter: 'Show all tags',
  sortedUp: (column) => `Sorted by ${column}, ascending`,
  sortedDown: (column) => `Sorted by ${column}, descending`,
  holdOrder: 'Hold the order of the rows (O)',
  releaseOrder: 'Sort rows again as they change (O)',
  orderHeld: 'Rows keep their places',
  orderReleased: 'Rows are sorted as they change',
  highlightsOn: 'Changes are marked',
  highlightsOff: 'Changes are not marked',
  chooseColumns: 'Choose columns (C)',
  columnsTitle: 'Columns',
  moveUp: 'Move up',
  moveDown: 'Move down',
  resetColumns: 'Reset all',
  done: 'Done',
  columnWidth: (column, characters) => `${column}: ${characters} characters wide`,
  columnPlace: (column, place) => `${column}: column ${place}`,
  columnHidden: (column) => `${column} is not shown any more`,
  columnsReset: 'Columns are as they were at first',
  copied: (rows) => (rows === '1' ? '1 row copied' : `${rows} rows copied`),
  exportView: 'Export the rows shown…',
  keysTitle: 'Keys of the grid',
  showKeys: 'Keys (H or ?)',
  keys: KEY_TEXTS,
  exactBytes: (bytes, kilobytes) => `${bytes} bytes (${kilobytes}K)`,
  spellings: (literal, hex) => `${literal}  ${hex}`,
  memory: {
    nonPagedPoolBytes: { label: 'Nonpaged', title: 'Nonpaged pool (PoolMon: Pool N)' },
    pagedPoolBytes: { label: 'Paged', title: 'Paged pool (PoolMon: Pool P)' },
    totalBytes: { label: 'Memory', title: 'Physical memory' },
    availableBytes: { label: 'Available', title: 'Available physical memory (PoolMon: Avail)' },
    commitBytes: { label: 'Commit', title: 'Committed memory' },
    commitLimitBytes: { label: 'Limit', title: 'Commit limit' },
    commitPeakBytes: { label: 'Peak', title: 'Peak commit' },
    residentKernelBytes: { label: 'Kernel', title: 'Kernel code in memory (PoolMon: InRam Krnl)' },
    residentPagedPoolBytes: { label: 'Paged in RAM', title: 'Paged pool in memory (PoolMon: InRam P)' },
    pageFaults: { label: 'Faults', title: 'Page faults (PoolMon: PageFlts)' },
  },
};

/** Header and tooltip of a column. */
export function columnText(strings: PanelStrings, id: ColumnId): ColumnText {
  const reading = columnNamed(id)?.reading;
  if (reading === undefined || reading.pool === 'row') return strings.columns[id as Exclude<ColumnId, PoolColumnId>];
  const { measure, pool, change } = reading;
  const own = change ? (`${measure}Delta` as 'bytesDelta') : measure;
  const of = strings.columns[own];
  // Beside the pool a bare delta would not say of what.
  return strings.poolColumn(pool, change ? { ...of, label: `${strings.columns[measure].label} Δ` } : of);
}

/** Name of a column in a list: `Bytes Δ`. */
export function columnShortName(strings: PanelStrings, id: ColumnId): string {
  const reading = columnNamed(id)?.reading;
  const { label } = columnText(strings, id);
  return label === '(Δ)' && reading !== undefined ? `${strings.columns[reading.measure].label} Δ` : label;
}

/** Name of a column in a sentence: `Bytes change`, where its header says `(Δ)`. */
export function columnName(strings: PanelStrings, column: ColumnId): string {
  const { label, title } = columnText(strings, column);
  return label === '(Δ)' ? title : label;
}
