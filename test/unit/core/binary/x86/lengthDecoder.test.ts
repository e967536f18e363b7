/** Lengths, branches and immediates of x86 and x64 instructions against a table made with an assembler. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  FLOW_BRANCH,
  FLOW_CALL,
  FLOW_CALL_INDIRECT,
  FLOW_JUMP,
  FLOW_JUMP_INDIRECT,
  FLOW_NEXT,
  FLOW_RETURN,
  FLOW_STOP,
} from '../../../../../server/core/binary/code/flow';
import { LengthDecoder } from '../../../../../server/core/binary/x86/lengthDecoder';
import { hex } from '../imageBuilder';
import { INSTRUCTIONS_32, INSTRUCTIONS_64 } from './instructions';

function decode(is64Bit: boolean, bytes: readonly number[]): LengthDecoder {
  const decoder = new LengthDecoder(is64Bit);
  // Bytes behind the instruction that would lengthen it if they were taken in.
  decoder.decode(Uint8Array.from([...bytes, ...new Array<number>(16).fill(0x66)]), 0);
  return decoder;
}

for (const [is64Bit, table] of [
  [true, INSTRUCTIONS_64],
  [false, INSTRUCTIONS_32],
] as const) {
  test(`${String(table.length)} instructions of ${is64Bit ? '64' : '32'}-bit code have their length`, () => {
    assert.ok(table.length > 100);
    const wrong = table.filter(([bytes]) => decode(is64Bit, hex(bytes)).length !== hex(bytes).length);
    assert.deepEqual(wrong, []);
  });
}

test('where control goes', () => {
  const flows: readonly (readonly [string, number, number?])[] = [
    ['90', FLOW_NEXT],
    ['74 10', FLOW_BRANCH, 0x12],
    ['0f 85 00 01 00 00', FLOW_BRANCH, 0x106],
    ['e3 fe', FLOW_BRANCH, 0],
    ['e8 fb ff ff ff', FLOW_CALL, 0],
    ['e9 00 00 00 00', FLOW_JUMP, 5],
    ['eb 7f', FLOW_JUMP, 0x81],
    ['c3', FLOW_RETURN],
    ['c2 08 00', FLOW_RETURN],
    ['48 ff 15 00 00 00 00', FLOW_CALL_INDIRECT],
    ['ff d0', FLOW_CALL_INDIRECT],
    ['48 ff 25 00 00 00 00', FLOW_JUMP_INDIRECT],
    ['cc', FLOW_STOP],
    ['cd 29', FLOW_STOP],
    ['0f 0b', FLOW_STOP],
    ['cd 2e', FLOW_NEXT],
    ['ff 30', FLOW_NEXT],
  ];
  for (const [bytes, flow, target] of flows) {
    const decoder = decode(true, hex(bytes));
    assert.equal(decoder.flow, flow, bytes);
    if (target !== undefined) assert.equal(decoder.target, target, bytes);
  }
});

test('any bytes give a length from 1 to 15, and never read beyond what they claim', () => {
  const property = fc.property(fc.boolean(), fc.uint8Array({ minLength: 15, maxLength: 15 }), (is64Bit, bytes) => {
    const decoder = new LengthDecoder(is64Bit);
    decoder.decode(bytes, 0);
    const { length, flow, modrm, immediate } = decoder;
    assert.ok(length >= 1 && length <= 15);
    const changed = bytes.slice();
    changed.fill(0x5a, length);
    if (!decoder.valid) return;
    decoder.decode(changed, 0);
    assert.deepEqual(
      [decoder.length, decoder.flow, decoder.modrm, decoder.immediate],
      [length, flow, modrm, immediate],
    );
  });
  fc.assert(property, { numRuns: 2000 });
});
