/**
 * From an edit to its diagnostics, through the real language server over stdio: didChange, then a pull that waits for the
 * newest text. Against tree-sitter's full parse of the same text in this process. Also a header that 200 files include:
 * from the edit until all of them are resolved anew. Prints percentiles and ratios; judges nothing.
 */
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { sourceParsers } from '../../server/scan/threads/parserModules';
import { LanguageServer, uri } from '../lsp/languageServer';
import { temporaryFolder } from '../support/temporaryFolder';
import { driverHeader, driverSource } from './driverSources';

const EDITS = 60;
const WARM_UP = 10;
const HEADER_EDITS = 10;
const MS_BETWEEN_EDITS = 200;
/** Sources that include one header. */
const PARTS = Array.from({ length: 200 }, (_, at) => `part${String(at)}.c`);
const PART_BYTES = 8_000;
/** Bytes of the edited files. */
const SIZES = [75_000, 573_000];
/** A tag that says nothing: rule default-tag. */
const BAD_TAG = 'enoN';

const nameOf = (bytes: number): string => `unit${String(bytes)}.c`;

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Milliseconds of one parse of all texts. */
async function fullParse(texts: readonly string[]): Promise<number> {
  const { c } = await sourceParsers();
  const times: number[] = [];
  for (let run = 0; run < 12; run += 1) {
    const start = performance.now();
    for (const text of texts) c.parse(text)?.delete();
    times.push(performance.now() - start);
  }
  return percentile(times.slice(2), 0.5);
}

/** One character comes and goes in the middle of the text, as somebody types. */
async function editing(server: LanguageServer, file: string, text: string): Promise<number[]> {
  await server.open(file, text);
  await server.diagnose(file);
  const line = text.slice(0, text.indexOf('ExFreePoolWithTag', text.length / 2)).split('\n').length - 1;
  const times: number[] = [];
  for (let edit = 0; edit < EDITS + WARM_UP; edit += 1) {
    const start = performance.now();
    await server.change(file, line, 0, edit % 2, edit % 2 === 0 ? ' ' : '');
    await server.diagnose(file);
    times.push(performance.now() - start);
  }
  await server.close(file);
  return times.slice(WARM_UP);
}

/** The tag in the header changes; over when every dependent shows the problem that makes, or none does. */
async function editingHeader(server: LanguageServer, header: string, dependents: readonly string[]): Promise<number[]> {
  await server.open(header, driverHeader('Good'));
  await server.diagnose(header);
  const known = new Map<string, string>();
  const shown = new Map<string, number>();
  const times: number[] = [];
  for (let edit = 0; edit < HEADER_EDITS; edit += 1) {
    const isBad = edit % 2 === 0;
    const start = performance.now();
    await server.edit(header, driverHeader(isBad ? BAD_TAG : 'Good'));
    while (!dependents.every((file) => (shown.get(uri(file)) ?? 0) > 0 === isBad)) {
      const { items } = await server.diagnoseWorkspace([...known].map(([file, value]) => ({ uri: file, value })));
      for (const item of items) {
        if (item.kind !== 'full') continue;
        known.set(item.uri, item.resultId ?? '');
        shown.set(item.uri, item.items.length);
      }
    }
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, MS_BETWEEN_EDITS));
  }
  return times.slice(2);
}

function show(what: string, times: readonly number[], reference: number): void {
  const [median, p95] = [percentile(times, 0.5), percentile(times, 0.95)];
  console.log(`${what}: median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`);
  console.log(
    `  tree-sitter's full parse ${reference.toFixed(1)} ms; ratio p95 / parse: ${(p95 / reference).toFixed(2)}`,
  );
}

function makeTree(): Record<string, string> {
  const tree: Record<string, string> = {
    'driver.vcxproj': '<ConfigurationType>Driver</ConfigurationType>',
    'device.h': driverHeader('Good'),
    'part.h': driverHeader('Good'),
  };
  for (const bytes of SIZES) tree[nameOf(bytes)] = driverSource('device.h', bytes);
  for (const name of PARTS) tree[name] = driverSource('part.h', PART_BYTES);
  return tree;
}

async function main(t: Pick<TestContext, 'after'>): Promise<void> {
  const tree = makeTree();
  const root = temporaryFolder(t, tree);
  const server = await LanguageServer.start(t, { folders: [root] });
  await server.until('the first scan', (status) => status?.state === 'idle' && status.sites > 0);
  for (const bytes of SIZES) {
    const text = tree[nameOf(bytes)] ?? '';
    const times = await editing(server, join(root, nameOf(bytes)), text);
    show(`edit to diagnostics, ${String(Math.round(text.length / 1000))} KB`, times, await fullParse([text]));
  }
  const parts = PARTS.map((name) => join(root, name));
  const times = await editingHeader(server, join(root, 'part.h'), parts);
  const reference = await fullParse(PARTS.map((name) => tree[name] ?? ''));
  show(`edit of a header to diagnostics of its ${String(PARTS.length)} dependents`, times, reference);
}

async function run(): Promise<void> {
  const ends: (() => unknown)[] = [];
  try {
    await main({ after: (end) => ends.push(end as () => unknown) });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

void run();
