/**
 * poollens/disassemble: the function around an address of an image as text, with the places marked that the index knows,
 * and the sources' lines where those sources are at hand.
 */
import { readFileSync, statSync } from 'node:fs';
import type { CancellationToken } from 'vscode-languageserver/node';
import type { TagSite } from '../../../src/shared/facts';
import {
  ServerRequest,
  type DisassembleParams,
  type DisassembleResult,
  type Disassembly,
} from '../../../src/shared/serverProtocol';
import type { Listing } from '../../core/binary/disassembly/listing';
import { listingText } from '../../core/binary/disassembly/listingText';
import { decodeText } from '../../scan/files/decodeText';
import { disassembly } from '../../scan/oneImage/disassembly';
import type { ServerContext } from '../context';
import { localLine } from '../localSource';
import type { Workspace } from '../workspace';

const LARGEST_SOURCE = 8 << 20;
const CHANGED = 'the file has changed since it was scanned: places found then are not marked';

export function registerDisassembly({ connection, workspace }: ServerContext): void {
  connection.onRequest(
    ServerRequest.disassemble,
    async (params: DisassembleParams, token: CancellationToken): Promise<DisassembleResult> => {
      const { file, rva, site } = params;
      if (typeof file !== 'string' || !Number.isInteger(rva) || rva < 0 || rva > 0xffffffff) {
        return { problem: 'no address of an image was asked for' };
      }
      const stop = new AbortController();
      const listening = token.onCancellationRequested(() => {
        stop.abort();
      });
      try {
        const facts = workspace.index.facts(file);
        const sites = withSite(facts?.sites ?? [], site);
        const sha256 = facts?.sha256 === undefined ? {} : { sha256: facts.sha256 };
        const request = { file, rva, sites, ...sha256, ...workspace.symbolSearch };
        const { value, problem, changed } = await disassembly(request, stop.signal);
        if (value === undefined) return { problem: problem ?? 'nothing to show' };
        return { disassembly: toText(workspace, value, params, changed ? [CHANGED] : []) };
      } finally {
        listening.dispose();
      }
    },
  );
}

/** Evidence found on demand is in no index. */
function withSite(sites: readonly TagSite[], site: TagSite | undefined): readonly TagSite[] {
  if (site?.place.kind !== 'image') return sites;
  const { rva } = site.place;
  return sites.some(({ place }) => place.kind === 'image' && place.rva === rva) ? sites : [...sites, site];
}

function toText(
  workspace: Workspace,
  listing: Listing,
  { file, rva }: DisassembleParams,
  notes: readonly string[],
): Disassembly {
  const { name, machine, entry, whole, source } = listing;
  const lines = new LocalLines(workspace, file);
  const sourceText = (path: string, line: number): string | undefined => lines.text(path, line);
  const base = { name, machine, anchor: whole ? entry : rva, ...listingText(listing, { rva, sourceText, notes }) };
  if (source === undefined) return base;
  const local = localLine(workspace, file, source);
  return { ...base, source, ...(local === undefined ? {} : { local }) };
}

/** Lines of the sources a PDB names, for one listing. */
class LocalLines {
  readonly #files = new Map<string, readonly string[]>();

  constructor(
    private readonly workspace: Workspace,
    private readonly image: string,
  ) {}

  text(pdbPath: string, line: number): string | undefined {
    let lines = this.#files.get(pdbPath);
    if (lines === undefined) {
      const [only, ...others] = this.workspace.sourceMapping().find(pdbPath, this.image);
      lines = only === undefined || others.length > 0 ? [] : readLines(only);
      this.#files.set(pdbPath, lines);
    }
    return lines[line];
  }
}

function readLines(file: string): readonly string[] {
  try {
    return statSync(file).size > LARGEST_SOURCE ? [] : decodeText(readFileSync(file)).split(/\r\n|\r|\n/);
  } catch {
    return [];
  }
}
