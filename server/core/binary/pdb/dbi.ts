/**
 * DBI stream: the modules (object files) of the image, which module each piece of code came from, and the numbers of
 * the streams with publics, symbol records and section headers. Opens no module.
 */
import type { ParseIssue } from '../../../../src/shared/facts';
import { RangeMap } from './rangeMap';
import type { SectionMap } from './sectionMap';
import type { StreamReader } from './streamReader';

export const NO_STREAM = 0xffff;

const HEADER_SIZE = 64;
const SIGNATURE = 0xffffffff;
const MODULE_HEADER_SIZE = 64;
/** Section contributions name their module by a 16-bit number. */
const MAX_MODULES = 0xffff;
const CONTRIBUTIONS_V60 = 0xeffe0000 + 19970605;
const CONTRIBUTIONS_V2 = 0xeffe0000 + 20140516;
/** Slots of the optional debug header, an array of stream numbers. */
const DEBUG_OMAP_FROM_SOURCE = 4;
const DEBUG_SECTION_HEADERS = 5;

/** One object file: where its symbols and lines are. Sizes in bytes, in the order the parts stand in the stream. */
export interface ModuleInfo {
  readonly name: string;
  readonly stream: number;
  readonly symbolBytes: number;
  readonly c11Bytes: number;
  readonly c13Bytes: number;
}

export interface Dbi {
  readonly age: number;
  /** IMAGE_FILE_MACHINE_*. */
  readonly machine: number;
  readonly symbolRecordStream: number;
  readonly sectionHeaderStream: number;
  /** NO_STREAM unless the image was rearranged after linking. */
  readonly omapStream: number;
  readonly modules: readonly ModuleInfo[];
  readonly contributions: StreamReader | undefined;
}

export function readDbi(stream: StreamReader, issues: ParseIssue[]): Dbi | undefined {
  const header = stream.record(0, HEADER_SIZE);
  if (header === undefined || header.getUint32(0, true) !== SIGNATURE) {
    issues.push({ message: 'PDB has no DBI header of version 7' });
    return undefined;
  }
  // Substreams follow each other in this order; sizes that overshoot leave the later ones empty.
  let offset = HEADER_SIZE;
  const substream = (sizeOffset: number): StreamReader | undefined => {
    const size = header.getUint32(sizeOffset, true);
    const part = stream.part(offset, size);
    offset += size;
    if (part === undefined) issues.push({ message: `DBI substream of ${String(size)} bytes does not fit its stream` });
    return part;
  };
  const modules = substream(24);
  const contributions = substream(28);
  for (const skipped of [32, 36, 40, 52]) substream(skipped);
  const debugHeader = substream(48);
  const debugStream = (slot: number) => debugHeader?.u16(slot * 2) ?? NO_STREAM;
  return {
    age: header.getUint32(8, true),
    machine: header.getUint16(58, true),
    symbolRecordStream: header.getUint16(20, true),
    sectionHeaderStream: debugStream(DEBUG_SECTION_HEADERS),
    omapStream: debugStream(DEBUG_OMAP_FROM_SOURCE),
    modules: modules ? readModules(modules) : [],
    contributions,
  };
}

function readModules(stream: StreamReader): readonly ModuleInfo[] {
  const modules: ModuleInfo[] = [];
  let offset = 0;
  while (modules.length < MAX_MODULES) {
    const header = stream.record(offset, MODULE_HEADER_SIZE);
    if (header === undefined) break;
    const name = offset + MODULE_HEADER_SIZE;
    const objectName = stream.endOfText(name);
    modules.push({
      name: stream.text(name) ?? '',
      stream: header.getUint16(34, true),
      symbolBytes: header.getUint32(36, true),
      c11Bytes: header.getUint32(40, true),
      c13Bytes: header.getUint32(44, true),
    });
    offset = (stream.endOfText(objectName) + 3) & ~3;
  }
  return modules;
}

/** Code ranges by RVA; the value is the module's number. */
export function readContributions(dbi: Dbi, sections: SectionMap): RangeMap {
  const stream = dbi.contributions;
  const version = stream?.u32(0);
  const ranges = new RangeMap();
  if (stream === undefined || (version !== CONTRIBUTIONS_V60 && version !== CONTRIBUTIONS_V2)) return ranges;
  const size = version === CONTRIBUTIONS_V2 ? 32 : 28;
  for (let offset = 4; ; offset += size) {
    const record = stream.record(offset, size);
    if (record === undefined) break;
    const section = record.getUint16(0, true);
    if (!sections.isCode(section)) continue;
    const rva = sections.rva(section, record.getUint32(4, true));
    if (rva !== undefined) ranges.add(rva, record.getUint32(8, true), record.getUint16(16, true));
  }
  return ranges;
}
