/** Scans an assembled image and reads the result as short lines, for tests. */
import { scanImage } from '../../../../server/core/binary/scanImage';
import type { TagSite } from '../../../../src/shared/facts';
import { tagToText } from '../../../../src/shared/poolTag';
import { assemble } from './assembler';
import type { ImageParts } from './imageBuilder';
import { buildImage } from './imageBuilder';

export type Pieces = Parameters<typeof assemble>[0];

const KERNEL = [
  'ExAllocatePoolWithTag',
  'ExAllocatePool2',
  'ExFreePoolWithTag',
  'ExAllocatePool',
  'ExInitializeNPagedLookasideList',
  'KeQueryTick',
];

export interface Scanned {
  readonly sites: readonly TagSite[];
  readonly labels: ReadonlyMap<string, number>;
  /** `label: api tag|tag (evidence)`, or the reason after `?`; the label that stands at the call, else its RVA. */
  readonly lines: readonly string[];
}

/** Builds and scans an image that imports the usual allocators. */
export function scan(machine: ImageParts['machine'], pieces: Pieces, more: Partial<ImageParts> = {}): Scanned {
  let labels: ReadonlyMap<string, number> = new Map();
  const image = buildImage({
    machine,
    imports: [{ module: 'ntoskrnl.exe', functions: KERNEL }],
    code: (slot) => {
      const assembled = assemble(pieces, slot);
      labels = assembled.labels;
      return assembled.bytes;
    },
    ...more,
  });
  const { sites } = scanImage(image, { file: '/drivers/toaster.sys' });
  return { sites, labels, lines: sites.map((site) => describe(site, labels)) };
}

function describe(site: TagSite, labels: ReadonlyMap<string, number>): string {
  const rva = site.place.kind === 'image' ? site.place.rva : -1;
  const name = [...labels].find(([, at]) => at === rva)?.[0] ?? `0x${rva.toString(16)}`;
  const tags = site.tags.map(tagToText).join('|');
  const via = site.via === undefined ? '' : ` via ${site.via}`;
  return `${name}: ${site.api} ${tags}${site.unresolved === undefined ? '' : `? ${site.unresolved}`} (${site.evidence})${via}`;
}
