/**
 * Cost of one sample, from the kernel's buffer to the panel's message as text, against the bare FFI call that fills the
 * same buffer: our ntdll double as a shared library, in one run. Prints ratios; judges nothing.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

const root = resolve(__dirname, '../..');
const folder = join(root, '.cache', 'bench');

/** The double as a library for this machine, or undefined without a C compiler. */
function buildDouble(): string | undefined {
  const library = join(folder, 'ntdllDouble.so');
  try {
    const source = join(root, 'test', 'windows', 'double', 'ntdllDouble.c');
    execFileSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, source], { stdio: 'ignore' });
    return library;
  } catch {
    return undefined;
  }
}

mkdirSync(folder, { recursive: true });
const library = buildDouble();
if (library === undefined) console.log('skipped: no C compiler (cc) to build the ntdll double');
else {
  // Bundled as the product is: module borders that a loader leaves in would be measured otherwise.
  const outfile = join(folder, 'sampleCost.js');
  const entryPoints = [join(root, 'test', 'bench', 'sampleCost.ts')];
  buildSync({ entryPoints, outfile, bundle: true, platform: 'node', target: 'node20', keepNames: true });
  execFileSync(process.execPath, [outfile, library], { stdio: 'inherit' });
}
