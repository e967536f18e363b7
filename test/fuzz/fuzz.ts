/**
 * `npm run fuzz`: feeds damaged input to every parser of the product for a while; ends with 1 when one throws, hangs or
 * takes too much memory, and saves a small input that shows it.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildFuzzBundle } from './bundle';
import type { CampaignResult, Finding } from './campaign';
import { Campaign } from './campaign';
import type { FuzzTarget } from './target';
import { TARGETS } from './targets';

const ROOT = path.resolve(__dirname, '../..');
const CACHE = path.join(ROOT, '.cache/fuzz');
/** Of this run alone: another may go on at the same time. */
const BUNDLES = path.join(CACHE, 'bundles', String(process.pid));
/** Seeds of one target from the user's folders: more only make the first pass longer. */
const MOST_SEEDS = 200;

const USAGE = `npm run fuzz -- [options]
  --seconds N    time for all targets together (default 60)
  --runs N       cases of each target instead
  --target A,B   only these: ${TARGETS.map(({ name }) => name).join(', ')}
  --seed TEXT    repeats a run (printed at its start); with --runs, exactly
  --seeds PATH   more inputs, a file or a folder; may be repeated. Also POOLLENS_FUZZ_SEEDS
  --case-ms N    a case that takes longer hangs (default 10000)
  --heap-mb N    heap of a worker (default 512)
  --replay FILE  runs one saved input of --target and says what it does`;

class UsageError extends Error {}

/** Files the user named, those that fit the target, small ones first. */
function userSeeds(target: FuzzTarget, places: readonly string[]): Uint8Array[] {
  const files = places.flatMap((place) =>
    statSync(place).isDirectory()
      ? readdirSync(place, { recursive: true, encoding: 'utf8' }).map((name) => path.join(place, name))
      : [place],
  );
  const sized = files.flatMap((file) => {
    const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
    return size > 0 && size <= 1 << 20 ? [{ file, size }] : [];
  });
  sized.sort((a, b) => a.size - b.size || (a.file < b.file ? -1 : 1));
  const seeds: Uint8Array[] = [];
  // Evenly over the sizes, so that not only the smallest are there.
  const step = Math.max(1, Math.floor(sized.length / (MOST_SEEDS * 4)));
  for (let index = 0; index < sized.length && seeds.length < MOST_SEEDS; index += step) {
    const { file = '' } = sized[index] ?? {};
    if (!statSync(file).isFile()) continue;
    const bytes = new Uint8Array(readFileSync(file));
    if (target.accepts(file, bytes)) seeds.push(bytes);
  }
  return seeds;
}

function save(target: string, { defect, bytes, times }: Finding): string {
  const folder = path.join(CACHE, 'findings');
  mkdirSync(folder, { recursive: true });
  const name = `${target}-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`;
  const file = path.join(folder, `${name}.bin`);
  writeFileSync(file, bytes);
  const text = [`${target}: ${defect.kind}, ${String(times)} cases, ${String(bytes.length)} bytes`, defect.signature];
  writeFileSync(path.join(folder, `${name}.txt`), [...text, '', defect.detail, ''].join('\n'));
  return path.relative(ROOT, file);
}

function print(target: string, result: CampaignResult, counters: number): void {
  const { runs, reached, kept, slowest, slowInput, findings } = result;
  const share = `${String(reached)} of ${String(counters)} places`;
  console.log(
    `${target.padEnd(10)} ${String(runs).padStart(8)} cases  ${share}  ${String(kept)} inputs kept  slowest ${slowest.milliseconds.toFixed(0)} ms (${String(slowest.bytes)} bytes)`,
  );
  if (slowInput !== undefined) {
    mkdirSync(path.join(CACHE, 'slowest'), { recursive: true });
    writeFileSync(path.join(CACHE, 'slowest', `${target}.bin`), slowInput);
  }
  for (const finding of findings) {
    const { kind, signature } = finding.defect;
    const file = save(target, finding);
    console.log(`  ${kind.toUpperCase()} (${String(finding.times)} cases): ${signature}`);
    console.log(`  saved; run it again with: npm run fuzz -- --target ${target} --replay ${file}`);
  }
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      runs: { type: 'string' },
      target: { type: 'string' },
      seed: { type: 'string' },
      seeds: { type: 'string', multiple: true, default: [] },
      'case-ms': { type: 'string', default: '10000' },
      'heap-mb': { type: 'string', default: '512' },
      replay: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const names = values.target?.split(',') ?? TARGETS.map(({ name }) => name);
  const unknown = names.find((name) => !TARGETS.some((target) => target.name === name));
  if (unknown !== undefined) throw new UsageError(`no target '${unknown}'`);
  const numbers = [values.seconds, values.runs ?? '1', values['case-ms'], values['heap-mb']].map(Number);
  if (!numbers.every((number) => number > 0)) throw new UsageError('a number above zero is needed');
  const fromEnvironment = (process.env['POOLLENS_FUZZ_SEEDS'] ?? '')
    .split(path.delimiter)
    .filter((place) => place !== '');
  const places = [...values.seeds, ...fromEnvironment];
  const missing = places.find((place) => !existsSync(place));
  if (missing !== undefined) throw new UsageError(`${missing} does not exist`);
  return { ...values, targets: TARGETS.filter(({ name }) => names.includes(name)), places };
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const seed = options.seed ?? String(Date.now() % 1_000_000);
  const caps = {
    caseMs: Number(options['case-ms']),
    heapMegabytes: Number(options['heap-mb']),
    mostRestarts: 40,
    slowTries: 25,
  };
  const bundle = await buildFuzzBundle(ROOT, path.join(ROOT, 'test/fuzz/targets.ts'), BUNDLES);
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort();
  });
  if (options.replay !== undefined) {
    const [target] = options.targets;
    if (target === undefined || options.targets.length > 1) throw new UsageError('--replay needs one --target');
    const campaign = new Campaign(bundle, ROOT, target.name, seed, caps, []);
    const defect = await campaign.check(new Uint8Array(readFileSync(options.replay)));
    console.log(
      defect === undefined ? 'read without a defect' : `${defect.kind}: ${defect.signature}\n${defect.detail}`,
    );
    return defect === undefined ? 0 : 1;
  }
  const milliseconds =
    options.runs === undefined ? (Number(options.seconds) * 1000) / options.targets.length : Infinity;
  console.log(`seed ${seed}; ${String(bundle.counters)} places of the product count`);
  let findings = 0;
  for (const target of options.targets) {
    if (stop.signal.aborted) break;
    const campaign = new Campaign(bundle, ROOT, target.name, seed, caps, userSeeds(target, options.places));
    const result = await campaign.run(milliseconds, Number(options.runs ?? Infinity), stop.signal);
    print(target.name, result, bundle.counters);
    findings += result.findings.length;
  }
  console.log(findings === 0 ? 'no defect found' : `${String(findings)} defects found`);
  return findings === 0 ? 0 : 1;
}

main()
  .finally(() => {
    rmSync(BUNDLES, { recursive: true, force: true });
  })
  .then(
    (status) => {
      process.exitCode = status;
    },
    (error: unknown) => {
      console.error(error instanceof UsageError ? `fuzz: ${error.message}\n${USAGE}` : error);
      process.exitCode = 2;
    },
  );
