/**
 * Requests of ours: what to paste for a tag (poollens/debuggerCommands), and the script that gives the calls of one
 * image tags of their own (poollens/retag).
 */
import type { CancellationToken } from 'vscode-languageserver/node';
import {
  ServerRequest,
  type DebuggerCommandsParams,
  type DebuggerCommandsResult,
  type RetagParams,
  type RetagResult,
} from '../../../src/shared/serverProtocol';
import { allocates } from '../../core/index/owners';
import { debuggerSections } from '../../core/report/debuggerCommands';
import { DEFAULT_TAGS } from '../../core/tags/wellKnownTags';
import { retag } from '../../scan/oneImage/retag';
import type { ServerContext } from '../context';
import type { Workspace } from '../workspace';

/** Images offered; a tag that more share tells little of any. */
const MOST_IMAGES = 8;

export function registerDebuggerCommands({ connection, workspace }: ServerContext): void {
  connection.onRequest(ServerRequest.debuggerCommands, ({ tag }: DebuggerCommandsParams): DebuggerCommandsResult => {
    const sites = workspace.index.sites(tag);
    const files = [...new Set(sites.flatMap(({ place }) => (place.kind === 'image' ? [place.file] : [])))];
    const machines = files.map((file) => workspace.index.facts(file)?.image?.machine ?? 'unknown');
    return { sections: debuggerSections(tag, sites, machines), images: imagesToTellApart(workspace, tag) };
  });
  connection.onRequest(
    ServerRequest.retag,
    async ({ tag, file }: RetagParams, token: CancellationToken): Promise<RetagResult> => {
      if (workspace.index.facts(file)?.kind !== 'image') return { problem: 'the image is not known' };
      const stop = new AbortController();
      const listening = token.onCancellationRequested(() => {
        stop.abort();
      });
      try {
        const taken = [...workspace.index.tags(), ...DEFAULT_TAGS.map((known) => known.tag)];
        return await retag({ tag, file, taken, ...workspace.symbolSearch }, stop.signal);
      } finally {
        listening.dispose();
      }
    },
  );
}

/** Images where several calls allocate with exactly this tag. */
function imagesToTellApart({ index }: Workspace, tag: number): DebuggerCommandsResult['images'] {
  const places = new Map<string, number>();
  for (const { place, role, tags } of index.sites(tag)) {
    if (place.kind !== 'image' || !allocates(role) || !tags.includes(tag)) continue;
    places.set(place.file, (places.get(place.file) ?? 0) + 1);
  }
  return [...places]
    .filter(([, count]) => count > 1)
    .slice(0, MOST_IMAGES)
    .map(([file, count]) => ({ file, places: count }));
}
