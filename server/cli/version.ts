/**
 * The product's version, from the package.json beside the bundle's folder (or the repository's, unbundled).
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export function productVersion(): string {
  for (const file of [join(__dirname, '../package.json'), join(__dirname, '../../package.json')]) {
    if (!existsSync(file)) continue;
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as { readonly version?: string };
    if (manifest.version !== undefined) return manifest.version;
  }
  return 'unknown';
}
