/**
 * `npm run check:pdb`: our PDB reader against llvm-symbolizer at every fourth byte of code, over the images given (files or
 * folders) that have their PDB beside them. Ends with 1 when less than 99.5 % agree, the oracle's own errors left out.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { readPdbReference } from '../../server/core/binary/debugDirectory';
import { readPdb } from '../../server/core/binary/pdb/pdbSymbols';
import { readPeImage } from '../../server/core/binary/peImage';
import { baseName } from '../../src/shared/baseName';
import { findTool } from './llvmPdb';
import type { PdbScores, Score, Tools } from './pdbCheck';
import { emptyScores, PdbCheck } from './pdbCheck';

const FIXTURES = path.resolve(__dirname, '../fixtures');
const LEAST = 0.995;

function imagesBelow(place: string): string[] {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(sys|dll|exe)$/i.test(name))
    .map((name) => path.join(place, name))
    .sort();
}

/** The PDB beside an image: under the name the image gives it, or under its own. */
function pdbBeside(image: string, named: string): string | undefined {
  const folder = path.dirname(image);
  const candidates = [baseName(named), `${path.basename(image, path.extname(image))}.pdb`];
  return candidates.map((name) => path.join(folder, name)).find((file) => existsSync(file));
}

/** Compares an image; says why it can't, or undefined. */
function compare(file: string, tools: Tools, scores: ReadonlyMap<string, PdbScores>): string | undefined {
  const image = readPeImage(new Uint8Array(readFileSync(file))).value;
  const reference = image && readPdbReference(image);
  if (image === undefined || reference === undefined) return 'names no PDB';
  const pdb = pdbBeside(file, reference.path);
  if (pdb === undefined) return 'no PDB beside it';
  const { value, issues } = readPdb(new Uint8Array(readFileSync(pdb)), reference);
  if (value === undefined) return issues[0]?.message ?? 'PDB not read';
  const all = scores.get(image.machine);
  if (all !== undefined) new PdbCheck(image, value, tools, { image: file, pdb, reference }).run(all);
  return undefined;
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((part / whole) * 100).toFixed(3)} %`;
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

function print(what: string, { total, same, explained, differs }: Score): boolean {
  const excused = sum(explained.values());
  console.log(
    `  ${what}: ${share(same, total)} of ${total.toLocaleString('en-US')}; ${share(same, total - excused)} without the oracle's own errors`,
  );
  for (const [cause, count] of explained) console.log(`    explained: ${cause}: ${String(count)}`);
  for (const [kind, { count, example }] of differs)
    console.log(`    differs (${kind}): ${String(count)}, such as ${example}`);
  return total === 0 || same / (total - excused) >= LEAST;
}

function main(): number {
  const symbolizer = findTool('llvm-symbolizer');
  const pdbutil = findTool('llvm-pdbutil');
  if (symbolizer === undefined) {
    console.error('check:pdb needs llvm-symbolizer on the PATH (Debian: apt-get install llvm-19)');
    return 2;
  }
  if (pdbutil === undefined) console.log('llvm-pdbutil is not on the PATH: differences are not explained');
  const places = process.argv.slice(2);
  if (places.length === 0) console.log('no images named: the fixtures are compared');
  const scores = new Map(['x64', 'x86', 'arm64'].map((machine) => [machine, emptyScores()]));
  const skipped = new Map<string, number>();
  let compared = 0;
  for (const file of (places.length > 0 ? places : [FIXTURES]).flatMap(imagesBelow)) {
    const reason = compare(file, { symbolizer, pdbutil }, scores);
    if (reason === undefined) compared += 1;
    else skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
  }
  console.log(`${String(compared)} images with their PDBs compared`);
  for (const [reason, count] of skipped) console.log(`  not compared: ${String(count)}: ${reason}`);
  let isGood = compared > 0;
  for (const [machine, { functions, lines }] of scores) {
    if (functions.total === 0) continue;
    console.log(machine);
    isGood = print('functions', functions) && isGood;
    isGood = print('lines', lines) && isGood;
  }
  return isGood ? 0 : 1;
}

process.exitCode = main();
