/**
 * Loads the parsers once per thread, that for Rust when it is needed, from the WebAssembly files beside the bundle (or, unbundled, from
 * node_modules). Looks nowhere else.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadParser, loadSourceParsers, type SourceParsers } from '../../core/source/syntax/parsers';
import { isRust } from '../files/fileKinds';
import type { ScanTask } from '../scanTypes';

function moduleBytes(name: string): Uint8Array {
  const beside = join(__dirname, `${name}.wasm`);
  return readFileSync(existsSync(beside) ? beside : join(__dirname, '../../../node_modules', name, `${name}.wasm`));
}

let loading: Promise<SourceParsers> | undefined;

/** The thread's parsers. Rejects when a module file is missing: a broken installation. */
export function sourceParsers(): Promise<SourceParsers> {
  loading ??= loadSourceParsers({
    runtime: moduleBytes('web-tree-sitter'),
    c: moduleBytes('tree-sitter-c'),
    cpp: moduleBytes('tree-sitter-cpp'),
  });
  return loading;
}

let loadingRust: Promise<SourceParsers> | undefined;

/** The parsers these tasks need; undefined when none is a source. */
export async function parsersFor(tasks: readonly ScanTask[]): Promise<SourceParsers | undefined> {
  const sources = tasks.filter((task) => task.kind === 'source');
  if (sources.length === 0) return undefined;
  if (loadingRust === undefined && !sources.some((task) => isRust(task.path))) return sourceParsers();
  loadingRust ??= withRust();
  return loadingRust;
}

async function withRust(): Promise<SourceParsers> {
  const parsers = await sourceParsers();
  return { ...parsers, rust: await loadParser(moduleBytes('tree-sitter-rust')) };
}
