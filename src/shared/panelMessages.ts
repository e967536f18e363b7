/**
 * Messages between the extension host and the panel's webview. Discriminated unions, one per direction.
 * The webview trusts nothing in them as HTML: every text reaches the DOM through textContent.
 */
import type { Baseline } from './baseline';
import type { EventMark } from './eventMark';
import type { GrowthMessage } from './growth';
import type { MonitorState, SampleMessage, SourceInfo } from './monitorProtocol';
import type { CompanionsParams, CompanionsResult, TracesParams, TracesResult } from './trace';

/** One action the panel offers when there is nothing to show. */
export interface PanelAction {
  readonly label: string;
  readonly action: PanelCommand;
}

export type PanelCommand =
  | 'openLive'
  | 'openRecording'
  | 'openCapture'
  | 'connect'
  | 'chooseSession'
  | 'setBaseline'
  | 'markMoment'
  | 'chooseBaseline'
  | 'pause'
  | 'resume'
  | 'refresh'
  | 'restart'
  | 'record'
  | 'export'
  | 'showLog';

/** What stands above the grid, or in its place. */
export interface PanelStatus {
  readonly source?: SourceInfo;
  readonly state: MonitorState;
  readonly intervalMs: number;
  /** Minutes that growth looks back. */
  readonly growthMinutes: number;
  /** Why there is nothing to show, in a sentence or two. */
  readonly message?: string;
  readonly actions: readonly PanelAction[];
  readonly recording: boolean;
}

/** Who owns a tag, as short text: best module first, and how many others. */
export interface OwnerLabel {
  readonly tag: number;
  readonly label: string;
  /** Evidence of the best owner and its places, for the tooltip. */
  readonly detail: string;
  /** Who made the best owner's image, as the image says. */
  readonly company?: string;
}

/** What pooltag.txt says of a tag: the best line in short, and every line that matches. */
export interface TagNote {
  readonly tag: number;
  readonly text: string;
  readonly detail: string;
}

/** Far more than any machine has. */
export const MOST_TAGS_ASKED = 100_000;

/** What the rows shown can be written as. */
export const EXPORT_FORMATS = ['csv', 'poolmon', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Something the panel alone can do, asked for by a command. */
export type PanelTask =
  | { readonly kind: 'copyRows' | 'chooseColumns' | 'resetColumns' | 'showKeys' }
  | { readonly kind: 'export'; readonly format: ExportFormat };

export type ToPanel =
  | { readonly type: 'sample'; readonly sample: SampleMessage }
  | { readonly type: 'growth'; readonly growth: GrowthMessage }
  | { readonly type: 'status'; readonly status: PanelStatus }
  | { readonly type: 'perform'; readonly task: PanelTask }
  | { readonly type: 'clear' }
  | { readonly type: 'descriptions'; readonly descriptions: readonly TagNote[]; readonly reset: boolean }
  /** How the columns were left, anywhere; whatever is not understood in it is left out. */
  | { readonly type: 'layout'; readonly layout: unknown }
  | { readonly type: 'traces'; readonly traces: TracesResult }
  | { readonly type: 'companions'; readonly companions: CompanionsResult }
  /** What rows are compared with; absent: nothing. */
  | { readonly type: 'baseline'; readonly baseline?: Baseline }
  /** All that happened to the open source. */
  | { readonly type: 'marks'; readonly marks: readonly EventMark[] }
  /** A tag is to be shown in the charts. */
  | { readonly type: 'chart'; readonly tag: number }
  | { readonly type: 'owners'; readonly owners: readonly OwnerLabel[]; readonly reset: boolean };

export type FromPanel =
  | { readonly type: 'ready' }
  | { readonly type: 'openTag'; readonly tag: number }
  /** What pooltag.txt says of these tags is wanted; at most MOST_TAGS_ASKED. */
  | { readonly type: 'describe'; readonly tags: readonly number[] }
  /** For the clipboard: rows as tab-separated text. */
  | { readonly type: 'copy'; readonly text: string }
  /** The rows shown, to be written where somebody chooses. */
  | { readonly type: 'exported'; readonly format: ExportFormat; readonly text: string }
  /** How the columns are now, to be kept for all windows. */
  | { readonly type: 'keepLayout'; readonly layout: object }
  | { readonly type: 'command'; readonly command: PanelCommand }
  /** Whose pools are wanted: as `setScope` of the monitor's protocol. */
  | { readonly type: 'setScope'; readonly scope: string }
  | { readonly type: 'setInterval'; readonly intervalMs: number }
  | { readonly type: 'setGrowthWindow'; readonly minutes: number }
  | ({ readonly type: 'traces' } & TracesParams)
  | ({ readonly type: 'companions' } & CompanionsParams)
  /** A PNG, base64, to be saved. */
  | { readonly type: 'picture'; readonly data: string }
  /** A finite source: the sample with this index, from 0, is wanted next. */
  | { readonly type: 'seek'; readonly index: number };
