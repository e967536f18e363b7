/**
 * Makes the two programs of a fuzzing worker: the worker itself, and the targets with counters in the product's code.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'esbuild';
import { build } from 'esbuild';
import { COUNTERS, Instrumenter, MOST_COUNTERS } from './instrument';

export interface FuzzBundle {
  readonly worker: string;
  readonly targets: string;
  /** Places of the product's code that count. */
  readonly counters: number;
}

/** Builds into `folder`. `targets`: a file that exports TARGETS. */
export async function buildFuzzBundle(root: string, targets: string, folder: string): Promise<FuzzBundle> {
  const instrumenter = new Instrumenter();
  const product = path.join(root, 'server') + path.sep;
  const counting: Plugin = {
    name: 'counters',
    setup(builder) {
      builder.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        const text = await readFile(file, 'utf8');
        const contents = file.startsWith(product) ? instrumenter.instrument(file, text) : text;
        return { contents, loader: 'ts' };
      });
    },
  };
  const common = { bundle: true, platform: 'node', format: 'cjs', packages: 'external', logLevel: 'error' } as const;
  const outfile = { worker: path.join(folder, 'worker.cjs'), targets: path.join(folder, 'targets.cjs') };
  await build({ ...common, entryPoints: [path.join(root, 'test/fuzz/fuzzWorker.ts')], outfile: outfile.worker });
  const banner = `const ${COUNTERS} = (globalThis.${COUNTERS} ??= new Uint8Array(${String(MOST_COUNTERS)}));`;
  await build({
    ...common,
    entryPoints: [targets],
    outfile: outfile.targets,
    plugins: [counting],
    banner: { js: banner },
  });
  return { ...outfile, counters: instrumenter.count };
}
