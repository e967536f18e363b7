/**
 * Charts of tags with uPlot: one figure for bytes, one for blocks, their time shared. Draws what it is given; chooses
 * nothing, and works only when told something.
 */
import uPlot from 'uplot';
import type { ChartData, ChartFigure, ChartOptions, Charts } from '../panel/model/chartApi';
import { themeColours, type ChartColours } from './colours';
import { drawMarks, marksBetween, marksNear } from './marks';
import { paintPicture } from './picture';

const LEAST_WIDTH = 120;
const LEAST_HEIGHT = 80;
/** Distances of the lines across a chart; whole blocks, and bytes in powers of two. */
const BINARY_STEPS = Array.from({ length: 53 }, (_, power) => 2 ** power);
const DECIMAL_STEPS = Array.from({ length: 15 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();
/** Seconds: the least a zoom shows. */
const LEAST_SPAN = 1;

interface Range {
  readonly min: number;
  readonly max: number;
}

/** One figure on the page. */
class FigureView {
  readonly node = document.createElement('div');
  private readonly heading = document.createElement('h2');
  private readonly box = document.createElement('div');
  private plot: uPlot | undefined;
  private shape = '';
  figure: ChartFigure | undefined;

  constructor(private readonly owner: ChartsView) {
    this.node.className = 'figure';
    this.box.className = 'figure-box';
    this.node.append(this.heading, this.box);
  }

  get canvas(): HTMLCanvasElement | undefined {
    return this.plot?.ctx.canvas;
  }

  show(figure: ChartFigure, data: ChartData, range: Range | undefined): void {
    this.figure = figure;
    this.heading.textContent = figure.title;
    const shape = JSON.stringify([figure.lines.map((line) => [line.label, line.colour, line.dashed])]);
    const values: uPlot.AlignedData = [[...data.times], ...figure.lines.map((line) => [...line.values])];
    if (this.plot === undefined || shape !== this.shape) {
      this.shape = shape;
      this.plot?.destroy();
      this.plot = new uPlot(this.options(figure), values, this.box);
    } else this.plot.setData(values, range === undefined);
    if (range !== undefined) this.plot.setScale('x', range);
    else this.plot.redraw(false);
  }

  resize(): void {
    const { width, height } = this.size();
    if (this.plot !== undefined && (this.plot.width !== width || this.plot.height !== height))
      this.plot.setSize({ width, height });
  }

  setRange(range: Range): void {
    this.plot?.setScale('x', range);
  }

  setCursor(index: number | undefined): void {
    const { plot } = this;
    if (plot === undefined) return;
    const time = index === undefined ? undefined : plot.data[0][index];
    const left = time === undefined ? -10 : plot.valToPos(time, 'x');
    plot.setCursor({ left, top: time === undefined ? -10 : plot.over.clientHeight / 2 }, false);
  }

  /** Colours belong to the theme: another one means another chart. */
  forget(): void {
    this.plot?.destroy();
    this.plot = undefined;
  }

  private size(): { readonly width: number; readonly height: number } {
    return {
      width: Math.max(LEAST_WIDTH, Math.floor(this.box.clientWidth)),
      height: Math.max(LEAST_HEIGHT, Math.floor(this.box.clientHeight)),
    };
  }

  private times({ scales }: uPlot, splits: readonly number[]): string[] {
    const { min = 0, max = 0 } = scales['x'] ?? {};
    const span = ((max ?? 0) - (min ?? 0)) * 1000;
    return splits.map((at) => this.owner.options.axisTime(at * 1000, span));
  }

  private options(figure: ChartFigure): uPlot.Options {
    const { colours } = this.owner;
    const axis = {
      stroke: colours.text,
      font: colours.font,
      grid: { stroke: colours.grid, width: 1 / devicePixelRatio },
      ticks: { stroke: colours.grid, width: 0.5 },
    };
    return {
      ...this.size(),
      legend: { show: false },
      padding: [8, 8, 0, 0],
      cursor: { drag: { x: true, y: false }, points: { show: figure.lines.length > 0 } },
      series: [
        {},
        ...figure.lines.map((line): uPlot.Series => ({
          label: line.label,
          stroke: colours.lines[line.colour % colours.lines.length] ?? colours.text,
          width: 2,
          ...(line.dashed ? { dash: [6, 4] } : {}),
          points: { show: false },
          ...(uPlot.paths.stepped === undefined ? {} : { paths: uPlot.paths.stepped({ align: 1 }) }),
        })),
      ],
      axes: [
        { ...axis, values: (plot, splits) => this.times(plot, splits), space: 96 },
        {
          ...axis,
          values: (_, splits) => splits.map((value) => figure.format(value)),
          incrs: figure.binary ? BINARY_STEPS : DECIMAL_STEPS,
          size: 78,
        },
      ],
      hooks: {
        draw: [(plot) => drawMarks(plot, this.owner.marks, colours)],
        setSelect: [(plot) => this.owner.selected(plot)],
        setCursor: [(plot) => this.owner.pointed(plot)],
      },
    };
  }
}

class ChartsView implements Charts {
  readonly node = document.createElement('div');
  colours: ChartColours;
  private data: ChartData = { times: [], figures: [], marks: [] };
  private readonly figures: FigureView[] = [];
  private range: Range | undefined;
  private cursor: number | undefined;

  constructor(readonly options: ChartOptions) {
    this.node.className = 'figures';
    this.colours = themeColours(document.body);
    new ResizeObserver(() => {
      for (const figure of this.figures) figure.resize();
    }).observe(this.node);
    new MutationObserver(() => this.themed()).observe(document.body, { attributes: true, attributeFilter: ['class'] });
    this.node.addEventListener('dblclick', () => this.zoom(undefined));
  }

  get marks(): ChartData['marks'] {
    return this.data.marks;
  }

  show(data: ChartData): void {
    this.data = data;
    while (this.figures.length < data.figures.length) {
      const figure = new FigureView(this);
      this.figures.push(figure);
      this.node.append(figure.node);
    }
    for (const [at, figure] of data.figures.entries()) this.figures[at]?.show(figure, data, this.range);
  }

  zoom(factor: number | undefined): void {
    const all = this.all();
    if (all === undefined) return;
    if (factor === undefined) this.range = undefined;
    else {
      const { min, max } = this.range ?? all;
      const span = Math.max(LEAST_SPAN, (max - min) / factor);
      // What happened last is what is looked at, unless somebody has looked elsewhere.
      const middle = this.range === undefined ? max - span / 2 : (min + max) / 2;
      const from = Math.max(all.min, Math.min(all.max - span, middle - span / 2));
      this.range = span >= all.max - all.min ? undefined : { min: from, max: from + span };
    }
    for (const figure of this.figures) figure.setRange(this.range ?? all);
  }

  moveCursor(points: number | undefined): void {
    const { length } = this.data.times;
    if (points === undefined || length === 0) this.cursor = undefined;
    else this.cursor = Math.max(0, Math.min(length - 1, (this.cursor ?? length - 1) + points));
    for (const figure of this.figures) figure.setCursor(this.cursor);
    const { times } = this.data;
    const [before, at] = this.cursor === undefined ? [] : [times[this.cursor - 1], times[this.cursor]];
    this.tell(this.cursor, at === undefined ? [] : marksBetween(this.marks, before, at));
  }

  picture(): HTMLCanvasElement {
    const parts = this.figures.flatMap(({ canvas, figure }) =>
      canvas === undefined || figure === undefined ? [] : [{ canvas, figure }],
    );
    return paintPicture(parts, this.colours);
  }

  /** A stretch of time was drawn over: that is what is shown now. */
  selected(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < 2) return;
    const min = plot.posToVal(left, 'x');
    this.range = { min, max: Math.max(min + LEAST_SPAN, plot.posToVal(left + width, 'x')) };
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    for (const figure of this.figures) figure.setRange(this.range);
  }

  pointed(plot: uPlot): void {
    this.tell(plot.cursor.idx ?? undefined, marksNear(plot, this.marks, plot.cursor.left ?? -1));
  }

  private tell(index: number | undefined, marks: readonly string[]): void {
    const time = index === undefined ? undefined : this.data.times[index];
    if (index === undefined || time === undefined) {
      this.options.readout('');
      return;
    }
    const values = this.data.figures.flatMap(({ lines, format }) =>
      lines.map(({ label, values: all }) => `${label} ${format(all[index] ?? 0)}`),
    );
    this.options.readout([this.options.time(time * 1000), ...marks, ...values].join(' · '));
  }

  private all(): Range | undefined {
    const { times } = this.data;
    const [min, max] = [times[0], times.at(-1)];
    return min === undefined || max === undefined ? undefined : { min, max };
  }

  private themed(): void {
    this.colours = themeColours(document.body);
    for (const figure of this.figures) figure.forget();
    this.show(this.data);
  }
}

export function createCharts(options: ChartOptions): Charts {
  return new ChartsView(options);
}
