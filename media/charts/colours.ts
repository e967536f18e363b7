/** The theme's colours as values, for a canvas. */

/** Of the lines, in the order tags are chosen; the variables exist in every theme. */
export const LINE_VARIABLES = [
  '--vscode-charts-blue',
  '--vscode-charts-orange',
  '--vscode-charts-green',
  '--vscode-charts-purple',
  '--vscode-charts-red',
  '--vscode-charts-yellow',
  '--vscode-foreground',
  '--vscode-descriptionForeground',
] as const;

export interface ChartColours {
  readonly lines: readonly string[];
  readonly text: string;
  readonly grid: string;
  readonly mark: string;
  readonly surface: string;
  readonly font: string;
}

export function themeColours(node: Element): ChartColours {
  const style = getComputedStyle(node);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  const text = style.color;
  const lines = value('--vscode-charts-lines') || value('--vscode-widget-border') || text;
  const strong = node.matches('.vscode-high-contrast, .vscode-high-contrast-light');
  return {
    lines: LINE_VARIABLES.map((name) => value(name) || text),
    text,
    grid: strong ? lines : `color-mix(in srgb, ${lines} 40%, transparent)`,
    mark: value('--vscode-descriptionForeground') || text,
    surface: value('--vscode-panel-background') || value('--vscode-editor-background'),
    font: `${style.fontSize} ${style.fontFamily}`,
  };
}
