/** Targets with planted defects, on which the fuzzer itself is tested. */
import { tagToText } from '../../../src/shared/poolTag';
import { mutateBytes } from '../../fuzz/mutate';
import type { FuzzTarget } from '../../fuzz/target';

const common = {
  seeds: () => [Uint8Array.from({ length: 64 }, (_, index) => index)],
  accepts: () => false,
  mutate: mutateBytes,
};

/** The seed has no such byte; changes have one often. */
function isBad(input: Uint8Array): boolean {
  return input.some((byte) => byte >= 0xc0);
}

let held: Uint8Array | undefined;

export const TARGETS: readonly FuzzTarget[] = [
  {
    ...common,
    name: 'throws',
    run(input) {
      if (isBad(input)) throw new Error(`a bad byte in ${String(input.length)} of ${tagToText(0x64657246)}`);
    },
  },
  {
    ...common,
    name: 'hangs',
    run(input) {
      for (let turns = 0; isBad(input); turns += 1) if (turns < 0) return;
    },
  },
  {
    ...common,
    name: 'allocates',
    run(input) {
      held = undefined;
      // Not written to, so that the machine need not really have it.
      if (isBad(input)) held = new Uint8Array(300 * 1024 * 1024);
      if (held?.length === 1) throw new Error('never');
    },
  },
  { ...common, name: 'sound', run: (input) => void input.length },
];
