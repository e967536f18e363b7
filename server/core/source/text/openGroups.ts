/**
 * The `#if` groups a preprocessor's walk of one file is in, and whether it reaches what stands in them. Evaluates no
 * condition itself.
 */
import type { Directive } from './layout';
import type { Reach } from './macroTable';

/** State of one `#if … #endif`. */
interface Group {
  readonly start: number;
  readonly outer: Reach;
  arm: number;
  taken: Reach;
  current: Reach;
}

/** The arm of a group that a stretch of text stands in. */
export interface OpenArm {
  /** Offset of the group's `#if`. */
  readonly group: number;
  readonly arm: number;
  readonly reach: Reach;
  readonly parent?: { readonly group: number; readonly arm: number };
}

const ELSE: ReadonlySet<string> = new Set(['elif', 'elifdef', 'elifndef', 'else']);
const CONDITIONAL: ReadonlySet<string> = new Set(['if', 'ifdef', 'ifndef', 'endif', ...ELSE]);

export function isConditional(directive: Directive): boolean {
  return CONDITIONAL.has(directive.kind);
}

export class OpenGroups {
  private readonly groups: Group[] = [];

  /** `outer`: how the file itself is reached. */
  constructor(private readonly outer: Reach) {}

  /** How the text behind the last directive is reached. */
  get reach(): Reach {
    return this.groups.at(-1)?.current ?? this.outer;
  }

  /** The arm that the text behind the last directive stands in; undefined outside of all groups. */
  get arm(): OpenArm | undefined {
    const group = this.groups.at(-1);
    const parent = this.groups.at(-2);
    if (group === undefined) return undefined;
    return {
      reach: group.current,
      group: group.start,
      arm: group.arm,
      ...(parent && { parent: { group: parent.start, arm: parent.arm } }),
    };
  }

  /** Passes a conditional directive. `condition`: its value, three-valued; asked only where it has a say. */
  turn(directive: Directive, condition: () => boolean | undefined): void {
    const group = this.groups.at(-1);
    if (directive.kind === 'endif') this.groups.pop();
    else if (ELSE.has(directive.kind)) {
      if (group === undefined) return; // an #else of no #if: the text is cut or broken
      const isDecided = group.outer === 'no' || group.taken === 'yes';
      const value = isDecided ? false : directive.kind === 'else' ? true : condition();
      group.current = isDecided ? 'no' : reachUnder(group.outer, value, group.taken);
      group.taken = tookAfter(group.taken, value);
      group.arm += 1;
    } else {
      const around = this.reach;
      const value = around === 'no' ? false : condition();
      this.groups.push({
        start: directive.start,
        outer: around,
        arm: 0,
        taken: tookAfter('no', value),
        current: reachUnder(around, value, 'no'),
      });
    }
  }
}

function reachUnder(outer: Reach, value: boolean | undefined, taken: Reach): Reach {
  if (outer === 'no' || value === false) return 'no';
  return value === true && taken === 'no' ? outer : 'maybe';
}

function tookAfter(taken: Reach, value: boolean | undefined): Reach {
  if (taken === 'yes' || value === true) return 'yes';
  return taken === 'maybe' || value === undefined ? 'maybe' : 'no';
}
