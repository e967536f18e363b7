/**
 * A day at one sample a second with 4,000 tags: memory, the recording, opening it again, and processor time as a share of
 * the time that passes. Two hours of it, or as many as are named: `npm run bench -- day 24` takes ten minutes. Prints;
 * judges nothing.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const hours = Number(process.argv[2] ?? '2');
const folder = mkdtempSync(join(tmpdir(), 'poollens-day-'));
try {
  // Bundled as the product is: a loader's memory is not the monitor's.
  const script = join(folder, 'day.cjs');
  buildSync({
    entryPoints: [join(__dirname, 'dayRun.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  const run = [script, String(hours), join(folder, 'day.poolrec')];
  const text = execFileSync(process.execPath, ['--expose-gc', ...run], { encoding: 'utf8' });
  const day = JSON.parse(text) as Record<
    'samples' | 'bytes' | 'characters' | 'cpuSeconds' | 'heldBytes' | 'residentBytes' | 'openSeconds' | 'seekSeconds',
    number
  >;
  const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const share = (100 * day.cpuSeconds) / day.samples;
  console.log(`${day.samples} samples of 4,000 tags, 4 % of them changing in a second: ${hours} h simulated`);
  console.log(`memory held ${mebibytes(day.heldBytes)} at its highest; the process ${mebibytes(day.residentBytes)}`);
  console.log(
    `recording ${mebibytes(day.bytes / hours)} an hour, ${(day.bytes / day.samples).toFixed(0)} bytes a sample`,
  );
  const rows = 4000 * 7 * 8;
  console.log(`  ${((100 * day.bytes) / day.samples / rows).toFixed(2)} % of the readings as they are in memory`);
  console.log(`messages ${(day.characters / day.samples / 1024).toFixed(1)} KiB a sample`);
  console.log(
    `processor ${((1000 * day.cpuSeconds) / day.samples).toFixed(2)} ms a sample: ${share.toFixed(2)} % of a core`,
  );
  console.log(
    `opening ${day.openSeconds.toFixed(2)} s of processor time, going to its end ${day.seekSeconds.toFixed(2)} s`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
