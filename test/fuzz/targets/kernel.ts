/** Fuzz target: what the kernel (or an older or newer one) answers to the queries of the monitor. */
import assert from 'node:assert/strict';
import { decodeBasic, decodePerformance } from '../../../server/core/capture/systemPerformanceInformation';
import {
  decodePoolTags,
  SYSTEM_POOL_TAG_INFORMATION,
  SYSTEM_POOL_TAG_INFORMATION_2,
} from '../../../server/core/capture/systemPoolTagInformation';
import { ROW_STRIDE } from '../../../src/shared/sample';
import { mutateBytes } from '../mutate';
import type { FuzzTarget } from '../target';
import { checkIssues } from '../target';

const QUERIES = [
  [SYSTEM_POOL_TAG_INFORMATION, 4],
  [SYSTEM_POOL_TAG_INFORMATION, 8],
  [SYSTEM_POOL_TAG_INFORMATION_2, 4],
  [SYSTEM_POOL_TAG_INFORMATION_2, 8],
] as const;

export const kernelTarget: FuzzTarget = {
  name: 'kernel',
  seeds: () =>
    [28, 40, 56].map((size) => {
      const bytes = new Uint8Array(8 + size * 12).map((_, index) => (index * 37) & 0x3f);
      bytes.set([12, 0, 0, 0, 0, 0, 0, 0]);
      return bytes;
    }),
  accepts: () => false,
  mutate: mutateBytes,
  run: (input) => {
    let previous: Float64Array | undefined;
    for (const [query, pointer] of QUERIES) {
      const { value, issues } = decodePoolTags(input, query, pointer, previous);
      checkIssues(issues, input.length);
      assert.equal(value.length % ROW_STRIDE, 0);
      assert.ok(value.length <= input.length, 'more rows than the answer has room for');
      assert.ok(value.every(Number.isFinite), 'a counter that is no number');
      previous = value;
    }
    decodePerformance(input, 4096);
    decodeBasic(input);
  },
};
