/**
 * Loads the C and C++ parsers once per thread, from the WebAssembly files beside the bundle (or, unbundled, from
 * node_modules). Looks nowhere else.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSourceParsers, type SourceParsers } from '../core/source/scanSource';

function moduleBytes(name: string): Uint8Array {
  const beside = join(__dirname, `${name}.wasm`);
  return readFileSync(existsSync(beside) ? beside : join(__dirname, '../../node_modules', name, `${name}.wasm`));
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
