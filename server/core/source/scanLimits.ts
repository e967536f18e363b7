/**
 * Where the work for one file ends, and how that is said: nothing is left out in silence. Reads nothing.
 */
import type { ParseIssue } from '../../../src/shared/facts';
import type { Wrapper } from './externals';
import type { LineIndex } from './text/lineIndex';

/** Levels of wrappers of wrappers in one file that are followed, each a round over its calls. */
const MOST_ROUNDS = 64;
/** However long a file is. */
const LEAST_ROUNDS = 6;
/** Text read in all rounds together, in UTF-16 units. */
const MOST_UNITS = 64 << 20;

export class ScanLimits {
  private behind: number | undefined;
  private isCut = false;

  constructor(private readonly units: number) {}

  /** Told where the work for calls ran out. */
  readonly giveUp = (offset: number): void => {
    this.behind = offset;
  };

  /** Whether another round over the file's calls may begin; `round` counts from 0. */
  mayBegin(round: number): boolean {
    const most = Math.min(MOST_ROUNDS, Math.max(LEAST_ROUNDS, Math.floor(MOST_UNITS / Math.max(1, this.units))));
    if (round >= most) this.isCut = true;
    return round < most;
  }

  /**
   * Whether a wrapper found in a round is looked for in the next ones. Methods are told by their names alone: a long
   * chain of equal names is mostly none.
   */
  follows({ scope }: Pick<Wrapper, 'scope'>, round: number): boolean {
    return scope === undefined || round < LEAST_ROUNDS - 1;
  }

  issues(lines: LineIndex): ParseIssue[] {
    const issues: ParseIssue[] = [];
    if (this.behind !== undefined) {
      const line = String(lines.position(this.behind).line + 1);
      issues.push({ message: `calls nest too deeply: nothing behind line ${line} was read`, offset: this.behind });
    }
    if (this.isCut)
      issues.push({ message: 'wrappers call each other through too many levels: some callers are missing' });
    return issues;
  }
}
