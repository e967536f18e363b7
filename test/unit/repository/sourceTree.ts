/**
 * The repository's own TypeScript files and the imports between them, read with the compiler's scanner.
 * For the tests that hold the walls; nothing of the product imports this.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

export const ROOT = resolve(__dirname, '../../..');

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Module specifiers as written. */
  readonly imports: readonly string[];
}

function walk(folder: string, found: string[]): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && entry.name !== 'fixtures') walk(path, found);
    } else if (entry.name.endsWith('.ts')) found.push(path);
  }
}

/** Every .ts file below the given top folders. */
export function sourceFiles(...tops: readonly string[]): SourceFile[] {
  const paths: string[] = [];
  for (const top of tops) walk(join(ROOT, top), paths);
  return paths.sort().map((path) => {
    const text = readFileSync(path, 'utf8');
    const imports = ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
    return { path: relative(ROOT, path).split(sep).join('/'), text, imports };
  });
}

/** Repository path a relative import leads to; undefined for packages. Throws when it leads nowhere. */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const base = join(ROOT, dirname(from), specifier);
  for (const candidate of [`${base}.ts`, `${base}.d.ts`, base]) {
    if (existsSync(candidate) && statSync(candidate).isFile()) return relative(ROOT, candidate).split(sep).join('/');
  }
  throw new Error(`${from}: import '${specifier}' leads nowhere`);
}
