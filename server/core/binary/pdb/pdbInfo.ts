/**
 * Streams every reader needs first: the PDB info stream (identity, named streams, features) and the `/names` string
 * table. Decides nothing about whether the PDB fits an image.
 */
import type { Msf } from './msf';
import type { StreamReader } from './streamReader';

const INFO_STREAM = 1;
const HEADER_SIZE = 28;
/** First version with a GUID (VC70). */
const FIRST_GUID_VERSION = 19990604;
const FEATURE_MINIMAL_DEBUG_INFO = 0x494e494d;
const NAMES_SIGNATURE = 0xeffeeffe;
const NO_STREAM = 0xffff;
/** Real PDBs name a dozen streams. */
const MAX_NAMED_STREAMS = 4096;

export interface PdbInfo {
  /** 32 upper-case hexadecimal digits, in the order symbol stores use. */
  readonly guid: string;
  /** Number of the stream named `/names`; 0xFFFF when there is none. */
  readonly namesStream: number;
  /** Linked with /DEBUG:FASTLINK: lines and symbols stayed in the object files. */
  readonly fastLink: boolean;
}

export function readPdbInfo(msf: Msf): PdbInfo | undefined {
  const stream = msf.stream(INFO_STREAM);
  const header = stream?.record(0, HEADER_SIZE);
  if (stream === undefined || header === undefined || header.getUint32(0, true) < FIRST_GUID_VERSION) return undefined;
  const { names, end } = findNames(stream);
  let fastLink = false;
  for (let offset = end; stream.has(offset, 4); offset += 4) {
    fastLink ||= stream.u32(offset) === FEATURE_MINIMAL_DEBUG_INFO;
  }
  return { guid: formatGuid(header, 12), namesStream: names, fastLink };
}

/** GUID at `offset`: three little-endian integers, then eight bytes. */
export function formatGuid(record: DataView, offset: number): string {
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');
  let text = hex(record.getUint32(offset, true), 8);
  text += hex(record.getUint16(offset + 4, true), 4) + hex(record.getUint16(offset + 6, true), 4);
  for (let index = 8; index < 16; index++) text += hex(record.getUint8(offset + index), 2);
  return text;
}

/** Serialized hash table: strings, then present and deleted bits, then (string offset, stream) pairs. */
function findNames(stream: StreamReader): { names: number; end: number } {
  const strings = HEADER_SIZE + 4;
  let offset = strings + (stream.u32(HEADER_SIZE) ?? 0);
  const entries = Math.min(stream.u32(offset) ?? 0, MAX_NAMED_STREAMS);
  offset += 8;
  for (let bitVector = 0; bitVector < 2; bitVector++) offset += 4 + 4 * (stream.u32(offset) ?? 0);
  let names = NO_STREAM;
  for (let index = 0; index < entries && stream.has(offset, 8); index++, offset += 8) {
    const name = stream.text(strings + (stream.u32(offset) ?? 0), 16);
    if (name === '/names') names = stream.u32(offset + 4) ?? NO_STREAM;
  }
  return { names, end: offset };
}

/** Strings of the whole PDB, addressed by byte offset: source file paths, module names of cross-module imports. */
export function readNames(msf: Msf, info: PdbInfo): StreamReader | undefined {
  const stream = msf.stream(info.namesStream);
  if (stream === undefined || stream.u32(0) !== NAMES_SIGNATURE) return undefined;
  return stream.part(12, Math.min(stream.u32(8) ?? 0, stream.length - 12));
}
