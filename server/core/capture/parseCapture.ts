/**
 * Text of any known capture → samples: finds out which tool printed it. Reads no files; never throws.
 */
import type { ParseIssue } from '../../../src/shared/facts';
import type { Sample } from '../../../src/shared/sample';
import { toolLines, IssueList } from '../tags/toolText';
import { withoutEscapes } from './captureText';
import { isPoolMonLine, parsePoolMonText } from './poolMonText';
import { isPoolUsedLine, parsePoolUsedText } from './poolUsedText';

export interface CaptureOptions {
  /** Milliseconds since 1970 of the text's last reading: the file's modification time, or now for a paste. */
  readonly time: number;
}

export interface ParsedCapture {
  /** In the text's order; empty when nothing was recognised (then there is an issue). */
  readonly value: readonly Sample[];
  /** Offsets count characters of the text, without what only a terminal understands. */
  readonly issues: readonly ParseIssue[];
}

/** Output of other tools people try: worth a better word than "unknown". */
const OTHER_TOOLS: readonly (readonly [RegExp, string])[] = [
  [/^PoolLens recording \d/, 'this is a PoolLens recording, not text: open it as a recording'],
  [/!poolfind\b|\bprevious size:/, '!poolfind lists blocks, not counters: use !poolused'],
  [/!wdfpoolusage\b|FxDriverGlobals/, '!wdfpoolusage shows one driver without counters: use !poolused'],
];

/** Reads PoolMon output (screens, logs, /n snapshots) and WinDbg's !poolused (brief and verbose). */
export function parseCapture(text: string, options: CaptureOptions): ParsedCapture {
  const issues = new IssueList();
  const body = withoutEscapes(text.startsWith('\ufeff') ? text.slice(1) : text);
  const kind = captureKind(body);
  const value =
    kind === 'poolmon'
      ? parsePoolMonText(body, options.time, issues)
      : kind === 'poolused'
        ? parsePoolUsedText(body, options.time, issues)
        : [];
  if (value.length === 0) return { value, issues: [{ message: unknownText(body), offset: 0 }] };
  return { value, issues: issues.all() };
}

function captureKind(text: string): 'poolmon' | 'poolused' | undefined {
  for (const { text: line } of toolLines(text, new IssueList())) {
    if (isPoolUsedLine(line)) return 'poolused';
    if (isPoolMonLine(line)) return 'poolmon';
  }
  return undefined;
}

function unknownText(text: string): string {
  const start = text.slice(0, 4000);
  const other = OTHER_TOOLS.find(([pattern]) => pattern.test(start))?.[1];
  if (other !== undefined) return other;
  if (text.trim() === '') return 'the text is empty';
  return 'neither PoolMon output nor WinDbg !poolused output';
}
