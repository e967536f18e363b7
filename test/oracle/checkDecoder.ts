/**
 * `npm run check:decoder`: our readers of machine code against iced-x86 (x86, x64) and capstone (ARM64), over every
 * executable section of the images given, one instruction behind the other and at random offsets, and over bytes at random (`--noise COUNT`, `--seed TEXT`). Ends with 1 on a difference.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Machine } from '../../src/shared/facts';
import { DecoderCheck } from './decoderCheck';
import type { Tally } from './tally';

const FIXTURES = path.resolve(__dirname, '../fixtures');

function filesBelow(place: string): string[] {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(place, name))
    .filter((file) => statSync(file).isFile())
    .sort();
}

function print(machine: Machine, files: number, tally: Tally): void {
  const count = (value: number): string => value.toLocaleString('en-US');
  console.log(
    `${machine}: ${count(files)} images, ${count(tally.met)} instructions met, ${count(tally.compared)} different encodings compared,`,
  );
  console.log(
    `  operands of ${count(tally.operands)} (${count(tally.leftOpen)} we only say "changes" of); differences: ${count(tally.differences.size)}`,
  );
  for (const [kind, { count: times, example }] of tally.explained)
    console.log(`  explained: ${kind}: ${count(times)}, such as ${example}`);
  for (const [kind, { count: times, example }] of tally.differences)
    console.log(`  DIFFERS: ${kind}: ${count(times)}, such as ${example}`);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string', default: 'decoder' }, noise: { type: 'string', default: '100000' } },
  });
  const named = (process.env['POOLLENS_IMAGES'] ?? '').split(path.delimiter).filter((place) => place !== '');
  const places = positionals.length > 0 ? positionals : named;
  if (places.length === 0) console.log('no images named (arguments, or POOLLENS_IMAGES): the fixtures are compared');
  const check = new DecoderCheck(values.seed);
  for (const file of (places.length > 0 ? places : [FIXTURES]).flatMap(filesBelow)) {
    check.image(new Uint8Array(readFileSync(file)), path.basename(file));
  }
  check.noise(Number(values.noise));
  const results = await check.finish();
  for (const { machine, files, tally } of results) print(machine, files, tally);
  if (results.length === 0) throw new Error('no image with code among the files');
  return results.some(({ tally }) => tally.differences.size > 0) ? 1 : 0;
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 2;
  },
);
