/**
 * tree-sitter's parsers for C, C++ and Rust, made of WebAssembly bytes the caller read. Load once per thread.
 */
import { Language, Parser } from 'web-tree-sitter';

/** tree-sitter parsers, loaded once per thread. */
export interface SourceParsers {
  readonly c: Parser;
  readonly cpp: Parser;
  /** Absent until a Rust source is to be scanned: few trees hold any. */
  readonly rust?: Parser;
}

/** Bytes of the three WebAssembly modules. */
export interface ParserModules {
  readonly runtime: Uint8Array;
  readonly c: Uint8Array;
  readonly cpp: Uint8Array;
}

/** One parser more; the runtime must be loaded. */
export async function loadParser(bytes: Uint8Array): Promise<Parser> {
  const parser = new Parser();
  parser.setLanguage(await Language.load(bytes));
  return parser;
}

/** Loads the parsers; call once per thread. */
export async function loadSourceParsers(modules: ParserModules): Promise<SourceParsers> {
  // emscripten copies the bytes into the module it compiles; a view on a larger buffer is cut to its own range.
  const { runtime } = modules;
  const wasmBinary = runtime.buffer.slice(runtime.byteOffset, runtime.byteOffset + runtime.byteLength);
  await Parser.init({ wasmBinary });
  return { c: await loadParser(modules.c), cpp: await loadParser(modules.cpp) };
}
