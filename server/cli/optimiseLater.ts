/**
 * Tells V8 to compile hot code later, and less of it at once: for a process that scans once and ends, on all cores.
 */
import { setFlagsFromString } from 'node:v8';

/**
 * Bytes of bytecode a function runs before V8 thinks of optimising it; the default is some 130,000. A cold scan has V8's
 * compiler threads compete with the scan for the cores, and much of what they make early is thrown away again: with
 * this, scans of driver folders and of source trees take a fifth less time.
 */
const INTERRUPT_BUDGET = 600_000;
/**
 * Bytes of bytecode of other functions that V8 compiles into one; the default is 920. A quarter of a cold scan's processor
 * time was V8's compiler, most of it spent on code that ends before it has earned that back: with less of it, scans of
 * drivers take a tenth less.
 */
const MOST_INLINED = 150;
/**
 * WebAssembly as the fast compiler makes it, and no better: parsers take a hundredth of a scan's time, and making them
 * faster took more than it gave, and some 15 MiB of a thread's memory.
 */
const NO_SECOND_COMPILER = '--liftoff-only';
/** Marks dead objects on the thread that made them: another thread that does so beside it takes a core from the scan. */
const NO_MARKING_BESIDE = '--no-concurrent-marking';
/** Versions of V8 known to have the flags (Node 20 to 24); others would complain on standard error. */
const OLDEST = 11;
const NEWEST = 13;

export function optimiseLater(): void {
  const version = Number(process.versions.v8.split('.')[0]);
  if (version < OLDEST || version > NEWEST) return;
  setFlagsFromString(`--interrupt-budget=${String(INTERRUPT_BUDGET)}`);
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${String(MOST_INLINED)}`);
  setFlagsFromString(NO_SECOND_COMPILER);
  setFlagsFromString(NO_MARKING_BESIDE);
}
