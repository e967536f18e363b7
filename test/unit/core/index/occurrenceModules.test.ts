/** Occurrences gathered by driver: constants before bytes, known owners left out, few of many listed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST_LISTED, occurrenceModules } from '../../../../server/core/index/occurrenceModules';
import type { TagOccurrence } from '../../../../src/shared/tagOccurrence';
import { FRED } from '../../../support/facts';

const at = (file: string, offset: number, more: Partial<TagOccurrence> = {}): TagOccurrence => ({
  tag: FRED,
  evidence: 'bytes',
  file,
  offset,
  ...more,
});
const constant = (file: string, offset: number, name?: string): TagOccurrence =>
  at(file, offset, { evidence: 'constant', rva: offset, ...(name === undefined ? {} : { function: name }) });

test('a constant ranks before any number of bytes; named functions come first in a driver', () => {
  const modules = occurrenceModules([
    at('/a/many.sys', 1),
    at('/a/many.sys', 2),
    at('/a/one.sys', 5),
    constant('/a/one.sys', 9),
    constant('/a/one.sys', 99, 'Entry'),
    at('/a/also.sys', 1),
  ]);
  assert.deepEqual(
    modules.map(({ module, evidence, count }) => [module, evidence, count]),
    [
      ['one.sys', 'constant', 3],
      ['many.sys', 'bytes', 2],
      ['also.sys', 'bytes', 1],
    ],
  );
  assert.deepEqual(
    modules[0]?.occurrences.map(({ offset }) => offset),
    [99, 9, 5],
  );
});

test('images of one driver are one module, and what facts name already is left out', () => {
  const modules = occurrenceModules(
    [at('/x64/toaster.sys', 1), at('C:\\x86\\Toaster_x86.SYS', 2), at('/x64/known.sys', 3), at('/known_arm64.sys', 3)],
    { known: ['Known.sys'] },
  );
  assert.deepEqual(
    modules.map(({ module, count }) => [module.toLowerCase(), count]),
    [['toaster.sys', 2]],
  );
});

test('of a driver full of them the first are listed, and all are counted', () => {
  const [module] = occurrenceModules(Array.from({ length: 1000 }, (_, offset) => at('/a.sys', offset)));
  assert.equal(module?.count, 1000);
  assert.equal(module.occurrences.length, MOST_LISTED);
});

test('nothing gives nothing', () => {
  assert.deepEqual(occurrenceModules([]), []);
});
