/** The table of malformed images: every one gives facts, and issues with offsets inside the file; none throws. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanImage } from '../../../../server/core/binary/scanImage';
import { checkImage } from '../../../fuzz/targets/image';
import { MACHINES, MALFORMED_IMAGES, soundImage } from './malformedImages';

for (const machine of MACHINES) {
  test(`${String(MALFORMED_IMAGES.length)} malformed images for ${machine}`, () => {
    const sound = scanImage(soundImage(machine).bytes, { file: 'leaky.sys' });
    assert.deepEqual(sound.issues, []);
    assert.ok(sound.sites.length > 1);
    for (const { reason, says, change } of MALFORMED_IMAGES) {
      const image = soundImage(machine);
      const bytes = change(image) ?? image.bytes;
      checkImage(bytes);
      const { issues } = scanImage(bytes, { file: 'leaky.sys' });
      if (says === undefined) continue;
      const told = issues.find(({ message }) => says.test(message));
      assert.ok(told, `${reason}: ${issues.map(({ message }) => message).join('; ') || 'nothing said'}`);
      // An address that no byte of the file stands for has no offset; nor has a machine.
      const hasNoPlace = /machine|import directory passes the end/.test(told.message);
      if (!hasNoPlace) assert.ok(told.offset !== undefined, `${reason}: no offset`);
    }
  });
}

test('every reason is there once', () => {
  const reasons = MALFORMED_IMAGES.map(({ reason }) => reason);
  assert.equal(new Set(reasons).size, reasons.length);
});
