/**
 * Silence is asked about; an answer, even a refusal, is a sign of life.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Watchdog } from '../../../../src/monitor/watchdog';

test('one that answers is asked again and again, and left alone', async () => {
  let hung = 0;
  let asked = 0;
  const alive = setInterval(() => undefined, 1000);
  const watchdog: Watchdog = await new Promise((resolve) => {
    const ask = (): Promise<void> => {
      if (++asked === 4) resolve(made);
      return asked % 2 === 0 ? Promise.reject(new Error('refused')) : Promise.resolve();
    };
    const made: Watchdog = new Watchdog(ask, () => hung++, { silence: 1, answer: 600_000 });
  });
  watchdog.dispose();
  clearInterval(alive);
  assert.equal(hung, 0);
});

test('one that does not answer is told of once; what comes late changes nothing', async () => {
  const told: number[] = [];
  const alive = setInterval(() => undefined, 1000);
  const watchdog: Watchdog = await new Promise((resolve) => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const made: Watchdog = new Watchdog(
      never,
      (milliseconds) => {
        told.push(milliseconds);
        resolve(made);
      },
      { silence: 1, answer: 5 },
    );
  });
  watchdog.heard();
  await new Promise((resolve) => setTimeout(resolve, 50));
  clearInterval(alive);
  assert.deepEqual(told, [5]);
});
