/**
 * The attribute certificate table of an image (WIN_CERTIFICATE entries): where its signatures lie in the file.
 * Gives their bytes; what stands in them is `authenticode.ts`.
 */
import type { ParseIssue } from '../../../../src/shared/facts';
import { DirectoryEntry } from '../peImage';
import type { PeImage } from '../peImage';

const WIN_CERT_TYPE_PKCS_SIGNED_DATA = 2;
const HEADER_SIZE = 8;
/** Real tables have one to three entries. */
const MOST_ENTRIES = 16;

export interface CertificateTable {
  /** One PKCS #7 structure each, perhaps with padding behind it. */
  readonly signatures: readonly Uint8Array[];
  readonly issues: readonly ParseIssue[];
}

/** The signatures of an image, in the order of the table. The directory holds a file offset: the table is not loaded. */
export function readCertificateTable(image: PeImage): CertificateTable {
  const directory = image.directory(DirectoryEntry.Security);
  if (directory === undefined) return { signatures: [], issues: [] };
  const { reader } = image;
  const start = directory.rva;
  const end = start + directory.size;
  const signatures: Uint8Array[] = [];
  let at = start;
  for (let entry = 0; entry < MOST_ENTRIES && at + HEADER_SIZE <= end; entry += 1) {
    const [length, type] = [reader.u32(at), reader.u16(at + 6)];
    // Zeros behind the last entry are padding.
    if (length === 0 && entry > 0) break;
    const bytes = length === undefined ? undefined : reader.slice(at + HEADER_SIZE, length - HEADER_SIZE);
    if (bytes === undefined || at + HEADER_SIZE + bytes.length > end) {
      return {
        signatures,
        issues: [{ message: 'certificate table passes the end of the file', offset: Math.min(start, reader.length) }],
      };
    }
    if (type === WIN_CERT_TYPE_PKCS_SIGNED_DATA) signatures.push(bytes);
    at += HEADER_SIZE + ((bytes.length + 7) & ~7);
  }
  return { signatures, issues: [] };
}
