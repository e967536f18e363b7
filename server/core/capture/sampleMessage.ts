/**
 * Samples → the messages a panel gets: the first one whole, then only what changed since the one sent before.
 */
import type { SampleMessage } from '../../../src/shared/monitorProtocol';
import type { Sample } from '../../../src/shared/sample';
import { Row, ROW_STRIDE } from '../../../src/shared/sample';
import { beganAnew, diffRows } from './rowDiff';

export class SampleMessages {
  /** What the receiver has. */
  #sent: Sample | undefined;
  #sequence = 0;

  /** Makes the next message a whole one. */
  reset(): void {
    this.#sent = undefined;
  }

  /** `index`: the sample's position in a finite source. */
  next(sample: Sample, index?: number): SampleMessage {
    const sent = this.#sent;
    const changes = sent === undefined || sent.scope !== sample.scope ? undefined : diffRows(sent.rows, sample.rows);
    // After a restart of the machine nothing is a change of what was before.
    const anew = sent === undefined || changes === undefined || beganAnew(sent.rows, sample.rows, changes);
    const diff = anew ? undefined : changes;
    this.#sent = sample;
    return {
      sequence: this.#sequence++,
      time: sample.time,
      scope: sample.scope,
      reset: diff === undefined,
      memory: sample.memory,
      rows: diff === undefined ? Array.from(sample.rows) : pickRows(sample.rows, diff.changed),
      removed: diff === undefined || sent === undefined ? [] : diff.removed.map((at) => sent.rows[at + Row.tag] ?? 0),
      ...(index === undefined ? {} : { index }),
    };
  }
}

function pickRows(rows: Float64Array, offsets: readonly number[]): number[] {
  const picked: number[] = [];
  for (const at of offsets) {
    for (let i = at; i < at + ROW_STRIDE; i++) picked.push(rows[i] ?? 0);
  }
  return picked;
}
