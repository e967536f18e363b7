/**
 * What the panel and the charts' own bundle, which is loaded when charts are first asked for, know of each other.
 * Types and one name; no code of either.
 */

/** Fired on the window by the charts' bundle, with a CreateCharts as its detail. */
export const CHARTS_EVENT = 'poollens-charts';

export interface ChartLine {
  /** `Leak nonpaged`. */
  readonly label: string;
  /** Which of the theme's colours. */
  readonly colour: number;
  /** Dashed, so that colour alone says nothing. */
  readonly dashed: boolean;
  /** As long as the times; null where nothing is known. */
  readonly values: readonly (number | null)[];
}

export interface ChartFigure {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly format: (value: number) => string;
  /** Whether round numbers are powers of two. */
  readonly binary: boolean;
}

/** Something that happened, as an upright line; what lasted, as a band from its time to its end. */
export interface ChartMark {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly end?: number;
  readonly label: string;
  /** In the user's words: named before all others. */
  readonly own?: true;
}

export interface ChartData {
  /** Seconds since 1970, ascending. */
  readonly times: readonly number[];
  readonly figures: readonly ChartFigure[];
  readonly marks: readonly ChartMark[];
}

export interface ChartOptions {
  /** Of milliseconds since 1970. */
  readonly time: (milliseconds: number) => string;
  /** Short, for an axis that shows so much time. */
  readonly axisTime: (milliseconds: number, spanMs: number) => string;
  /** What stands under the cursor: a time and each line's value. */
  readonly readout: (text: string) => void;
}

export interface Charts {
  readonly node: HTMLElement;
  show(data: ChartData): void;
  /** Above 1 shows less time, below 1 more; undefined all there is. */
  zoom(factor: number | undefined): void;
  /** Moves the cursor by points of time; undefined takes it away. */
  moveCursor(points: number | undefined): void;
  /** All figures with their titles and lines' names, in the theme's colours. */
  picture(): HTMLCanvasElement;
}

export type CreateCharts = (options: ChartOptions) => Charts;
