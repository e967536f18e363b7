/**
 * A panel shown again has the growth the full stream gave.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { GrowthTable } from '../../../../media/panel/model/growthTable';
import { LastGrowth } from '../../../../src/monitor/lastGrowth';
import { growthKey, type GrowthMessage, type TagGrowth } from '../../../../src/shared/growth';

const STILL: TagGrowth = {
  verdict: 'stable',
  bytesPerMinute: 0,
  p: 1,
  swing: 0,
  points: 9,
  samples: 9,
  spanMs: 8000,
};
const tags = [1, 2, 0xffff_ffff];

const messages = fc.array(
  fc.record({
    reset: fc.boolean(),
    rows: fc.array(
      fc.tuple(
        fc.constantFrom(...tags),
        fc.nat(1),
        fc.integer({ min: 1, max: 4 }),
        fc.integer(),
        fc.constantFrom('', '0:O', 'OO0'),
      ),
      {
        maxLength: 4,
      },
    ),
    settled: fc.array(fc.tuple(fc.constantFrom(...tags), fc.boolean()), { maxLength: 2 }),
  }),
  { maxLength: 12 },
);

test('replaying gives what the stream gave', () => {
  fc.assert(
    fc.property(messages, (list) => {
      const last = new LastGrowth();
      const [streamed, replayed] = [new GrowthTable(), new GrowthTable()];
      assert.equal(last.replay(), undefined);
      for (const { reset, rows, settled } of list) {
        const message: GrowthMessage = {
          reset,
          windowMs: 60_000,
          still: STILL,
          rows: rows.flatMap(([tag, paged, verdict, slope]) => [tag, paged, verdict, slope, 0.001, 10, 9, 9, 8000]),
          lines: rows.map(([, , , , line]) => line),
          settled: settled.map(([tag, paged]) => growthKey(tag, paged)),
        };
        last.receive(message);
        streamed.apply(message);
      }
      const replay = last.replay();
      if (replay !== undefined) replayed.apply(replay);
      for (const tag of tags) {
        for (const paged of [false, true]) assert.deepEqual(replayed.at(tag, paged), streamed.at(tag, paged));
      }
    }),
  );
});
