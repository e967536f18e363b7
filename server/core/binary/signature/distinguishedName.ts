/**
 * The name to show for an X.501 Name: its common name, else its organisation. Decoded by asn1js.
 * Texts come out as one line without control characters: they are printed on terminals.
 */
import { BaseStringBlock, Constructed, fromBER, ObjectIdentifier } from 'asn1js';
import type { BaseBlock } from 'asn1js';
import { latin1 } from '../byteReader';

const COMMON_NAME = '2.5.4.3';
const ORGANIZATION = '2.5.4.10';
/** A name has some forty elements in four levels. */
const LIMITS = { maxDepth: 16, maxNodes: 1024, parseEmbedded: false };
const LONGEST_ENCODING = 4096;
const LONGEST_NAME = 256;

/** Thousands of drivers bear the names of a few signers, and decoding one costs more than the rest of a signature. */
const known = new Map<string, string | undefined>();
const MOST_KNOWN = 512;

/** The name's text; undefined when it has neither part or can't be read. */
export function shownName(name: Uint8Array): string | undefined {
  if (name.length > LONGEST_ENCODING) return undefined;
  const key = latin1(name, 0, name.length);
  if (known.has(key)) return known.get(key);
  if (known.size >= MOST_KNOWN) known.clear();
  const text = readName(name);
  known.set(key, text);
  return text;
}

/** Name ::= SEQUENCE OF SET OF SEQUENCE { type, value } */
function readName(name: Uint8Array): string | undefined {
  const parts = partsOf(decode(name)).flatMap(partsOf);
  for (const wanted of [COMMON_NAME, ORGANIZATION]) {
    // The last one is the most specific.
    const [, value] = partsOf(parts.findLast((part) => oidOf(partsOf(part)[0]) === wanted));
    const text = value instanceof BaseStringBlock ? shownText(value.getValue()) : undefined;
    if (text !== undefined) return text;
  }
  return undefined;
}

/** One line without control, formatting and unpaired characters; undefined when nothing is left. */
export function shownText(text: string): string | undefined {
  const line = text
    .slice(0, LONGEST_NAME)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ')
    .trim();
  return line === '' ? undefined : line;
}

function decode(bytes: Uint8Array): BaseBlock | undefined {
  try {
    const { offset, result } = fromBER(Uint8Array.from(bytes), LIMITS);
    return offset < 0 ? undefined : result;
  } catch {
    // It reports errors in its result; a case it misses must not end a scan.
    return undefined;
  }
}

function partsOf(block: BaseBlock | undefined): readonly BaseBlock[] {
  return block instanceof Constructed ? block.valueBlock.value : [];
}

function oidOf(block: BaseBlock | undefined): string | undefined {
  return block instanceof ObjectIdentifier ? block.valueBlock.toString() : undefined;
}
