/** What the fuzzer wants of a parser: inputs to begin with, changes that know the format, and a run that may throw. */
import assert from 'node:assert/strict';
import type { ParseIssue } from '../../src/shared/facts';
import type { Random } from './random';

export interface FuzzTarget {
  readonly name: string;
  /** Inputs out of the repository's own fixtures. `root`: the repository. */
  seeds(root: string): readonly Uint8Array[];
  /** Whether a file the user named is an input for this target. */
  accepts(file: string, bytes: Uint8Array): boolean;
  /** Awaited once before the first run. */
  prepare?(root: string): Promise<void>;
  /** A changed copy; `other` is a second input to take pieces from. */
  mutate(input: Uint8Array, random: Random, other: Uint8Array): Uint8Array;
  /** Reads the input as the product does and checks what every answer must keep to. Throws on a defect. */
  run(input: Uint8Array): void;
}

/** More issues than this for one file are a flood, not a report. */
const MOST_ISSUES = 10_000;

/** Issues have a text, and their offsets lie in the input (its end included). */
export function checkIssues(issues: readonly ParseIssue[], size: number): void {
  assert.ok(issues.length <= MOST_ISSUES, 'a flood of issues');
  for (const { message, offset } of issues) {
    assert.notEqual(message, '', 'an issue without a text');
    assert.doesNotMatch(message, /^scanner failed|\[object |undefined|NaN/, 'an issue that reports a defect of ours');
    if (offset === undefined) continue;
    assert.ok(Number.isSafeInteger(offset) && offset >= 0 && offset <= size, 'an issue outside the file');
  }
}

/** Facts cross process borders as JSON and must not be much larger than what they were read from. */
export function checkSize(facts: unknown, inputSize: number): void {
  const size = JSON.stringify(facts)?.length ?? 0;
  assert.ok(size <= (1 << 22) + inputSize * 256, 'facts far larger than the file');
}
