/**
 * Request of ours: where a tag's value occurs in images (poollens/occurrences), searched when somebody asks, with
 * progress and cancel. What is found is answered and forgotten: it never reaches the index or the diagnostics.
 */
import { ProgressType, type CancellationToken } from 'vscode-languageserver/node';
import { withoutProtection } from '../../../src/shared/poolTag';
import {
  ServerRequest,
  type OccurrencesParams,
  type OccurrencesProgress,
  type OccurrencesResult,
} from '../../../src/shared/serverProtocol';
import type { TagOccurrence } from '../../../src/shared/tagOccurrence';
import { isTelling } from '../../core/binary/occurrence/tagNeedle';
import { occurrenceModules } from '../../core/index/occurrenceModules';
import { ownersOf } from '../../core/index/owners';
import { discoverFiles } from '../../scan/files/discoverFiles';
import { systemImageRoots } from '../../scan/files/systemImages';
import { searchOccurrences, type ImageFile } from '../../scan/occurrence/occurrenceSearch';
import type { ServerContext } from '../context';
import type { Workspace } from '../workspace';

const MS_BETWEEN_REPORTS = 100;
/** Drivers in an answer: a list longer than this tells nobody anything. */
const MOST_MODULES = 200;

export function registerOccurrences({ connection, workspace }: ServerContext): void {
  connection.onRequest(
    ServerRequest.occurrences,
    async (params: OccurrencesParams, token: CancellationToken): Promise<OccurrencesResult> => {
      const stop = new AbortController();
      const cancelled = token.onCancellationRequested(() => {
        stop.abort();
      });
      // A request cancelled before its turn has a token that tells so and never fires.
      if (token.isCancellationRequested) stop.abort();
      const { progressToken } = params;
      let last = 0;
      const report = (progress: OccurrencesProgress): void => {
        const now = performance.now();
        if (progressToken === undefined || now - last < MS_BETWEEN_REPORTS) return;
        last = now;
        void connection.sendProgress(new ProgressType<OccurrencesProgress>(), progressToken, progress);
      };
      try {
        return await search(workspace, params.tag, report, stop.signal);
      } finally {
        cancelled.dispose();
      }
    },
  );
}

async function search(
  workspace: Workspace,
  wanted: number,
  report: (progress: OccurrencesProgress) => void,
  signal: AbortSignal,
): Promise<OccurrencesResult> {
  const started = performance.now();
  const tag = withoutProtection(wanted);
  if (!isTelling(tag)) return { modules: [], moreModules: 0, files: 0, unreadable: 0, milliseconds: 0, telling: false };
  const found: TagOccurrence[] = [];
  let unreadable = 0;
  const { files } = await searchOccurrences(
    await images(workspace, signal),
    { tags: [tag], ...workspace.symbolSearch },
    {
      found: (occurrences) => {
        for (const occurrence of occurrences) found.push(occurrence);
      },
      issue: () => {
        unreadable += 1;
      },
      progress: (done, total) => {
        report({ done, total });
      },
    },
    signal,
  );
  const modules = occurrenceModules(found, {
    known: ownersOf(workspace.index, tag).map((owner) => owner.module),
    imageOf: (file) => workspace.index.facts(file)?.image,
  });
  return {
    modules: modules.slice(0, MOST_MODULES),
    moreModules: Math.max(0, modules.length - MOST_MODULES),
    files,
    unreadable,
    milliseconds: Math.round(performance.now() - started),
    telling: true,
  };
}

/** Every image of the workspace and its scan folders, and on Windows the system's drivers; each once. */
async function images(workspace: Workspace, signal: AbortSignal): Promise<ImageFile[]> {
  const system = systemImageRoots(process.platform, process.env).map((path) => ({ path }));
  // A scan that has ended has found the images already; walking a large tree again would take longer than the search.
  const known = workspace.status().state === 'idle' && workspace.scansEverything;
  const roots = known ? system : [...workspace.roots('all'), ...system];
  const { files } = await discoverFiles(roots, { signal });
  const all = [
    ...(known ? workspace.index.files() : []).map(({ file, kind, size }) => ({ path: file, kind, size })),
    ...files,
  ].filter(({ kind }) => kind === 'image');
  return [...new Map(all.map(({ path, size }) => [path, { path, size }])).values()];
}
