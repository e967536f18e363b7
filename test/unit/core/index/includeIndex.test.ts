/**
 * Who includes a file: equal to what sets of paths say, through random changes.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IncludeIndex } from '../../../../server/core/index/includeIndex';

test('who includes a file is what sets of paths say, through random changes', () => {
  const random = randomFrom(7);
  const index = new IncludeIndex();
  const expected = new Map<string, readonly string[]>();
  const headers = Array.from({ length: 600 }, (_, at) => `/h${String(at)}.h`);
  const includers = (wanted: string): string[] =>
    [...expected]
      .filter(([, includes]) => includes.includes(wanted))
      .map(([file]) => file)
      .sort();
  for (let step = 0; step < 4000; step += 1) {
    const file = `/f${String(random(900))}.c`;
    const includes = random(4) === 0 ? [] : headers.filter(() => random(60) === 0);
    index.set(file, includes);
    expected.set(file, includes);
    // Not asked in each step: many files change between two questions, too.
    if (step % 1000 > 20) continue;
    const one = headers[random(headers.length)] ?? '';
    assert.deepEqual(index.includersOf(one), includers(one));
    assert.equal(index.isIncluded(one), includers(one).length > 0);
    assert.deepEqual(index.includersOf(file), []);
    assert.deepEqual(index.includesOf(file), includes);
    assert.deepEqual(index.includersOf('/unknown.h'), []);
  }
  const including = [...expected].filter(([, includes]) => includes.length > 0);
  assert.deepEqual(index.files().sort(), including.map(([file]) => file).sort());
});

/** Whole numbers below a bound, the same ones each time: a linear congruential generator. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
