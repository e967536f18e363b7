/** Upright lines where something happened, bands where it lasted, with their names; drawn over the lines of a chart. */
import type uPlot from 'uplot';
import type { ChartMark } from '../panel/model/chartApi';
import type { ChartColours } from './colours';

/** Names stand in so many lines below one another before they are left out. */
const LINES = 3;
const LINE_HEIGHT = 14;
/** Pixels from a line within which it is meant. */
const REACH = 6;

export function drawMarks(plot: uPlot, marks: readonly ChartMark[], colours: ChartColours): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const right = bbox.left + bbox.width;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.strokeStyle = ctx.fillStyle = colours.mark;
  ctx.lineWidth = ratio;
  ctx.setLineDash([2 * ratio, 3 * ratio]);
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  const shown: { readonly x: number; readonly mark: ChartMark }[] = [];
  for (const mark of marks) {
    const x = plot.valToPos(mark.time / 1000, 'x', true);
    const last = mark.end === undefined ? x : plot.valToPos(mark.end / 1000, 'x', true);
    if (last < bbox.left || x > right) continue;
    if (last > x) drawBand(ctx, x, last, bbox);
    for (const at of last > x ? [x, last] : [x]) {
      ctx.beginPath();
      ctx.moveTo(at, bbox.top);
      ctx.lineTo(at, bbox.top + bbox.height);
      ctx.stroke();
    }
    shown.push({ x, mark });
  }
  const names = new NamePlaces(bbox.left, right);
  for (const own of [true, false]) {
    for (const { x, mark } of shown) if ((mark.own === true) === own) names.draw(ctx, x, mark.label, bbox.top);
  }
  ctx.restore();
}

/** Where names stand: the user's own first, the others where they cover none. Pointer and list tell those without room. */
class NamePlaces {
  readonly #taken = Array.from({ length: LINES }, (): { readonly from: number; readonly to: number }[] => []);

  constructor(
    private readonly left: number,
    private readonly right: number,
  ) {}

  draw(ctx: CanvasRenderingContext2D, x: number, label: string, top: number): void {
    const gap = 4 * devicePixelRatio;
    const { width } = ctx.measureText(label);
    const beside = Math.max(x, this.left) + gap;
    // At the right edge, where what happens now is, a name stands on the other side of its line.
    const from = beside + width <= this.right ? beside : Math.max(this.left + gap, x - gap - width);
    const to = from + width + gap;
    const line = this.#taken.findIndex((names) => names.every((name) => to <= name.from || from >= name.to));
    if (line < 0) return;
    this.#taken[line]?.push({ from, to });
    ctx.fillText(label, from, top + line * LINE_HEIGHT * devicePixelRatio);
  }
}

function drawBand(ctx: CanvasRenderingContext2D, from: number, to: number, { top, height }: uPlot.BBox): void {
  ctx.save();
  ctx.globalAlpha = 0.15;
  ctx.fillRect(from, top, to - from, height);
  ctx.restore();
}

/** Names of the marks under the pointer, `left` pixels from the left edge of the chart. */
export function marksNear(plot: uPlot, marks: readonly ChartMark[], left: number): readonly string[] {
  return marks
    .filter(({ time, end = time }) => {
      const [from, to] = [plot.valToPos(time / 1000, 'x'), plot.valToPos(end / 1000, 'x')];
      return left >= from - REACH && left <= to + REACH;
    })
    .map(({ label }) => label);
}

/** Names of the marks from one point of time to the next, where the keyboard is. Seconds; `before` undefined: the first. */
export function marksBetween(marks: readonly ChartMark[], before: number | undefined, at: number): readonly string[] {
  const since = before === undefined ? Number.NEGATIVE_INFINITY : before * 1000;
  return marks.filter(({ time, end = time }) => end > since && time <= at * 1000).map(({ label }) => label);
}
