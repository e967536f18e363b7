/** What a comparison with an oracle found: how much was compared, what differs and where, what is explained. */

export interface Difference {
  readonly count: number;
  /** The first place it was seen at. */
  readonly example: string;
}

export class Tally {
  /** Instructions met in sweeps and at random places. */
  met = 0;
  /** Different encodings compared in full; the rest are repetitions of them, compared in length. */
  compared = 0;
  /** Instructions whose operands were compared, and those of which our reader claims nothing but "changed". */
  operands = 0;
  leftOpen = 0;
  readonly differences = new Map<string, Difference>();
  /** Where ours and the oracle part on purpose, or the oracle knows less. */
  readonly explained = new Map<string, Difference>();

  differ(kind: string, example: string): void {
    note(this.differences, kind, example);
  }

  explain(kind: string, example: string): void {
    note(this.explained, kind, example);
  }

  add(other: Tally): void {
    this.met += other.met;
    this.compared += other.compared;
    this.operands += other.operands;
    this.leftOpen += other.leftOpen;
    for (const [kind, { count, example }] of other.differences) note(this.differences, kind, example, count);
    for (const [kind, { count, example }] of other.explained) note(this.explained, kind, example, count);
  }
}

function note(all: Map<string, Difference>, kind: string, example: string, count = 1): void {
  const known = all.get(kind);
  all.set(kind, { count: (known?.count ?? 0) + count, example: known?.example ?? example });
}
