/**
 * The monitor process: `monitor.js --stdio`. Ends when its standard input closes, so it never outlives its parent.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runMonitor } from './monitorServer';

/** The version of the package this file is part of: dist/monitor.js, or server/monitor/main.ts in development. */
function packageVersion(): string {
  for (let folder = __dirname, up = dirname(folder); ; folder = up, up = dirname(folder)) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
    } catch {
      // Not here: look one folder up.
    }
    if (up === folder) return 'unknown';
  }
}

async function main(): Promise<void> {
  // Standard output is the protocol's: a stray console.log would break it.
  console.log = console.info = console.debug = console.error;
  await runMonitor(process.stdin, process.stdout, { version: packageVersion() });
  process.exit(0);
}

if (process.argv.includes('--stdio')) void main();
else {
  process.stderr.write('usage: monitor --stdio (speaks vscode-jsonrpc on standard input and output)\n');
  process.exitCode = 2;
}
