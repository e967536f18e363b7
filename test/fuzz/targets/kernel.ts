/** Fuzz target: what the kernel (or an older or newer one) answers to the queries of the monitor. */
import assert from 'node:assert/strict';
import { decodeBigPool } from '../../../server/core/capture/systemBigPoolInformation';
import { decodeBasic, decodePerformance } from '../../../server/core/capture/systemPerformanceInformation';
import {
  decodePoolTags,
  SYSTEM_POOL_TAG_INFORMATION,
  SYSTEM_POOL_TAG_INFORMATION_2,
} from '../../../server/core/capture/systemPoolTagInformation';
import { decodeSessionPools } from '../../../server/core/capture/systemSessionPoolTagInformation';
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
    for (const pointer of [4, 8] as const) {
      const big = decodeBigPool(input, pointer, 0x02020202, 10);
      checkIssues(big.issues, input.length);
      assert.ok(big.count <= input.length && big.value.length <= 10);
      const sessions = decodeSessionPools(input, pointer);
      checkIssues(sessions.issues, input.length);
      const total = sessions.value.reduce((length, { rows }) => length + rows.length, 0);
      assert.ok(total <= input.length, 'more rows of sessions than the answer has room for');
    }
    decodePerformance(input, 4096);
    decodeBasic(input);
  },
};
