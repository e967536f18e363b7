/** Upright lines where something happened, with their names; drawn over the lines of a chart. */
import type uPlot from 'uplot';
import type { ChartMark } from '../panel/model/chartApi';
import type { ChartColours } from './colours';

export function drawMarks(plot: uPlot, marks: readonly ChartMark[], colours: ChartColours): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.strokeStyle = ctx.fillStyle = colours.mark;
  ctx.lineWidth = ratio;
  ctx.setLineDash([2 * ratio, 3 * ratio]);
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  let row = 0;
  for (const { time, label } of marks) {
    const x = plot.valToPos(time / 1000, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(label, x + 4 * ratio, bbox.top + (row % 3) * 14 * ratio, bbox.left + bbox.width - x);
    row += 1;
  }
  ctx.restore();
}
