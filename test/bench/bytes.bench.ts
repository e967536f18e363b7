/**
 * The search of images for a tag's bare value against `rg -c -a -F` for its four bytes: findstr's job, done by the
 * fastest tool there is, in turn on the same files. Ours runs as in the language server: in a process that is there, with
 * threads started for each search. Files: a folder given as argument, else real PE files of npm packages; taken several
 * times over where they are few.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { searchOccurrences } from '../../server/scan/occurrence/occurrenceSearch';
import { tagFromText } from '../../src/shared/poolTag';
import { filesBelow, packagedFiles } from './imageFiles';

const RUNS = 9;
const FEWEST_BYTES = 300e6;
/** In no file, in most files as text, and made of bytes that are common in code. */
const TAGS = ['Zq7!', 'This', 'HtD$'];
const WORKER = join(__dirname, '../../dist/occurrenceWorker.js');

function rg(text: string, folders: readonly string[]): number {
  const start = process.hrtime.bigint();
  const { error } = spawnSync('rg', ['-c', '-a', '-F', '--no-ignore', '--hidden', '-e', text, ...folders], {
    stdio: 'ignore',
  });
  if (error) {
    console.log(`bytes: rg can't be started (${error.message}); the comparison needs it on the PATH`);
    process.exit(1);
  }
  return Number(process.hrtime.bigint() - start) / 1e9;
}

async function ours(text: string, files: readonly { path: string; size: number }[]): Promise<[number, number]> {
  const tag = tagFromText(text);
  if (tag === undefined) throw new Error(`no tag: ${text}`);
  let found = 0;
  const start = process.hrtime.bigint();
  await searchOccurrences(
    files,
    { tags: [tag], symbolPath: '', trusted: true, workerFile: WORKER },
    { found: (list) => (found += list.length) },
  );
  return [Number(process.hrtime.bigint() - start) / 1e9, found];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

async function main(): Promise<void> {
  const folder = resolve(process.argv[2] ?? packagedFiles());
  const once = filesBelow(folder).map((path) => ({ path, size: statSync(path).size }));
  const bytes = once.reduce((sum, { size }) => sum + size, 0);
  const times = Math.max(1, Math.ceil(FEWEST_BYTES / Math.max(bytes, 1)));
  const files = Array.from({ length: times }, () => once).flat();
  const folders = Array.from({ length: times }, () => folder);
  const megabytes = (bytes * times) / 1e6;
  console.log(
    `${String(once.length)} PE files, ${(bytes / 1e6).toFixed(1)} MB, ${String(times)} times; median of ${String(RUNS)} runs`,
  );
  for (const text of TAGS) {
    const [a, b]: [number[], number[]] = [[], []];
    let found = 0;
    for (let run = 0; run <= RUNS; run += 1) {
      const [seconds, count] = await ours(text, files);
      const theirs = rg(text, folders);
      found = count;
      // The first run warms the page cache for both.
      if (run > 0) {
        a.push(seconds);
        b.push(theirs);
      }
    }
    const [mine, other] = [median(a), median(b)];
    console.log(
      `${text}  poollens ${(mine * 1000).toFixed(0)} ms, ${(megabytes / mine).toFixed(0)} MB/s, ${String(found)} occurrences told apart; ` +
        `rg -c -a -F ${(other * 1000).toFixed(0)} ms, ${(megabytes / other).toFixed(0)} MB/s; ratio ${(mine / other).toFixed(2)}`,
    );
  }
}

void main();
