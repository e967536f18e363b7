/**
 * Entry of a scan thread (dist/scanWorker.js): scans what the pool sends, one file after the other.
 * Holds no state but the setup and open texts; a fault here costs one file, the pool starts another thread.
 */
import { parentPort } from 'node:worker_threads';
import { IncludeSender } from './includeTable';
import { sourceParsers } from './parserModules';
import { FileScanner } from './scanFile';
import { EMPTY_SETUP } from './scanTypes';
import type { FromWorker, ToWorker } from './workerMessages';

async function main(port: NonNullable<typeof parentPort>): Promise<void> {
  // Messages that come while the parsers load wait in the port until the listener is there.
  const parsers = await sourceParsers();
  let scanner = new FileScanner(EMPTY_SETUP, parsers);
  const sender = new IncludeSender();
  const open = new Map<string, string>();
  port.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'setup':
        scanner = new FileScanner(message.setup, parsers);
        for (const [path, text] of open) scanner.setOpen(path, text);
        break;
      case 'open':
        if (message.text === undefined) open.delete(message.path);
        else open.set(message.path, message.text);
        scanner.setOpen(message.path, message.text);
        break;
      case 'externals':
        scanner.setExternals(message.project, message.externals);
        break;
      case 'changed':
        for (const path of message.paths) scanner.changed(path);
        break;
      case 'scan':
        for (const task of message.tasks) {
          const file = scanner.scan(task);
          port.postMessage({ type: 'scanned', ...(file && sender.pack(file)) } satisfies FromWorker);
        }
        break;
    }
  });
  port.postMessage({ type: 'ready' } satisfies FromWorker);
}

if (parentPort !== null) void main(parentPort);
