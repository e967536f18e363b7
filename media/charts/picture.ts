/** The charts as one picture: figures below one another, each with its title and the names of its lines. */
import type { ChartFigure } from '../panel/model/chartApi';
import type { ChartColours } from './colours';

interface Part {
  readonly canvas: HTMLCanvasElement;
  readonly figure: ChartFigure;
}

const LINE = 20;
const EDGE = 12;
const SWATCH = 28;

export function paintPicture(parts: readonly Part[], colours: ChartColours): HTMLCanvasElement {
  const ratio = devicePixelRatio;
  const unit = (pixels: number): number => pixels * ratio;
  const made = document.createElement('canvas');
  const height = (part: Part): number => part.canvas.height + unit(LINE * (1 + part.figure.lines.length) + EDGE);
  made.width = Math.max(1, ...parts.map((part) => part.canvas.width)) + 2 * unit(EDGE);
  made.height = parts.reduce((sum, part) => sum + height(part), unit(EDGE));
  const paper = made.getContext('2d');
  if (paper === null) return made;
  paper.fillStyle = colours.surface;
  paper.fillRect(0, 0, made.width, made.height);
  paper.textBaseline = 'middle';
  let top = unit(EDGE);
  for (const { canvas, figure } of parts) {
    paper.fillStyle = colours.text;
    paper.font = `bold ${unit(13)}px sans-serif`;
    paper.fillText(figure.title, unit(EDGE), top + unit(LINE / 2));
    paper.font = `${unit(13)}px sans-serif`;
    for (const line of figure.lines) {
      top += unit(LINE);
      const middle = top + unit(LINE / 2);
      paper.strokeStyle = colours.lines[line.colour % colours.lines.length] ?? colours.text;
      paper.lineWidth = unit(2);
      paper.setLineDash(line.dashed ? [unit(6), unit(4)] : []);
      paper.beginPath();
      paper.moveTo(unit(EDGE), middle);
      paper.lineTo(unit(EDGE + SWATCH), middle);
      paper.stroke();
      const last = line.values.at(-1);
      const value = last === undefined || last === null ? '' : `: ${figure.format(last)}`;
      paper.fillText(`${line.label}${value}`, unit(2 * EDGE + SWATCH), middle);
    }
    top += unit(LINE);
    paper.drawImage(canvas, unit(EDGE), top);
    top += canvas.height + unit(EDGE);
  }
  return made;
}
