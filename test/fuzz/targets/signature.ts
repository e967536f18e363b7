/** Fuzz target: Authenticode signatures: the DER of an image's certificate table. */
import assert from 'node:assert/strict';
import { signatureNames } from '../../../server/core/binary/signature/authenticode';
import * as signed from '../../unit/core/binary/signature/signedImage';
import { edgeNumber, mutateBytes } from '../mutate';
import type { FuzzTarget } from '../target';

/** Lengths of DER elements stand in one byte, or behind 0x81 to 0x84. */
const LENGTHS = [0, 1, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x88, 0xff] as const;

function sample(): Uint8Array {
  const own = signed.name([signed.CN, signed.utf8('Contoso Drivers')], [signed.O, signed.printableString('Contoso')]);
  const signer = { serial: 7, issuer: own, subject: own };
  return Uint8Array.from(signed.signature({ certificates: [signed.certificate(signer)], signer }));
}

export const signatureTarget: FuzzTarget = {
  name: 'signature',
  seeds: () => [sample()],
  accepts: () => false,
  mutate(input, random, other) {
    if (random.chance(2)) return mutateBytes(input, random, other);
    const bytes = Uint8Array.from(input);
    for (let left = 1 + random.below(4); left > 0; left -= 1) {
      const at = random.below(bytes.length);
      bytes[at] = random.chance(2) ? random.pick(LENGTHS) : edgeNumber(random, bytes.length, bytes[at] ?? 0);
    }
    return bytes;
  },
  run(input) {
    for (const text of signatureNames(input).flatMap(({ name, issuer, program }) => [
      name,
      issuer ?? '',
      program ?? '',
    ])) {
      assert.doesNotMatch(text, /\p{Cc}/u, 'a control character for the terminal');
      assert.ok(text.length <= 4096, 'an endless name');
    }
  },
};
