/**
 * Entry of a thread that searches images for tags (dist/occurrenceWorker.js). Does one batch of files after the other and
 * keeps nothing between them; a fault here costs one file, the search starts another thread.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { OccurrenceFiles, type OccurrenceSetup, type SearchedFile } from './occurrenceFile';
import type { FromOccurrenceWorker, ToOccurrenceWorker } from './occurrenceThread';

function main(port: NonNullable<typeof parentPort>): void {
  const files = new OccurrenceFiles(workerData as OccurrenceSetup);
  port.on('message', (message: ToOccurrenceWorker) => {
    let bytes = 0;
    const told: SearchedFile[] = [];
    for (const file of message.files) {
      const searched = files.search(file);
      bytes += searched.bytes;
      if (searched.occurrences.length > 0 || searched.issue !== undefined) told.push(searched);
    }
    port.postMessage({ type: 'searched', told, bytes } satisfies FromOccurrenceWorker);
  });
  port.postMessage({ type: 'ready' } satisfies FromOccurrenceWorker);
}

if (parentPort !== null) main(parentPort);
