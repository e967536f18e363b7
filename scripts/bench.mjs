#!/usr/bin/env node
// Runs the benchmarks in test/bench: `npm run bench` for all, `npm run bench -- scan` for one. Each prints a ratio
// against a reference measured in the same run; none judges. Arguments after the name go to the benchmark.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const run = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
const names = readdirSync(join(root, 'test/bench'))
  .filter((name) => name.endsWith('.bench.ts'))
  .map((name) => name.slice(0, -'.bench.ts'.length));
const [wanted, ...rest] = process.argv.slice(2);
if (wanted !== undefined && !names.includes(wanted)) {
  console.error(`bench: no benchmark named ${wanted}; there are ${names.join(', ')}`);
  process.exit(2);
}
if (run('scripts/build.mjs') !== 0) process.exit(1);
let worst = 0;
for (const name of wanted === undefined ? names : [wanted]) {
  console.log(`\n== ${name}`);
  worst = Math.max(worst, run('--import', 'tsx', `test/bench/${name}.bench.ts`, ...rest));
}
process.exitCode = worst;
