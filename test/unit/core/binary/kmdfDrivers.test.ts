/** Framework drivers that clang compiled, for three versions of KMDF and with Control Flow Guard. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compiledSites, MACHINES } from './compiled';

/** What each function of kmdf.c does. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  memory: ['WdfMemoryCreate KMem'],
  lookaside: ['WdfLookasideListCreate KLoo'],
  by_default: ['WdfMemoryCreate KDrv'],
  several: ['WdfMemoryCreate KSe1', 'WdfMemoryCreate KSe2'],
  create: ['WDF_DRIVER_CONFIG KDrv'],
};

for (const variant of ['9', '15', '33', 'guard']) {
  for (const machine of MACHINES) {
    const version = variant === 'guard' ? 'KMDF 1.15 with Control Flow Guard' : `KMDF 1.${variant}`;
    test(`${machine}, ${version}: calls through the table, and the driver's own tag`, () => {
      assert.deepEqual(Object.fromEntries(compiledSites(`kmdf-${variant}`, machine)), EXPECTED);
    });
  }
}
