/**
 * The signer an image names, from its Authenticode signatures. Shown to people, never relied on: nothing is verified.
 */
import type { ImageSigner, ParseIssue } from '../../../src/shared/facts';
import { DirectoryEntry } from './peImage';
import type { PeImage } from './peImage';
import type { SignatureNames } from './signature/authenticode';
import { signatureNames } from './signature/authenticode';
import { readCertificateTable } from './signature/certificateTable';

export interface ReadSigner {
  readonly value?: ImageSigner;
  readonly issues: readonly ParseIssue[];
}

/** The first signature's signer, and the names on the others; without a value where no signature can be read. */
export function readSigner(image: PeImage): ReadSigner {
  const { signatures, issues } = readCertificateTable(image);
  const names = signatures.flatMap(signatureNames);
  const [first] = names;
  if (first === undefined)
    return { issues: issues.length > 0 && signatures.length === 0 ? issues : [...issues, ...unnamed(image)] };
  const also = [...new Set(names.map(({ name }) => name))].filter((name) => name !== first.name);
  return { value: { ...withProgram(first, names), ...(also.length === 0 ? {} : { also }) }, issues };
}

/** A name that is missing is said; whether the signature is sound is not ours to say. */
function unnamed(image: PeImage): readonly ParseIssue[] {
  const offset = image.directory(DirectoryEntry.Security)?.rva;
  if (offset === undefined) return [];
  // A damaged directory entry may lead past the file.
  return [{ message: 'a signature names no signer', ...(image.reader.has(offset, 0) ? { offset } : {}) }];
}

/** Signatures of one file with several digests name the program in one of them only, at times. */
function withProgram(first: SignatureNames, all: readonly SignatureNames[]): SignatureNames {
  const program = all.find((names) => names.name === first.name && names.program !== undefined)?.program;
  return program === undefined ? first : { ...first, program };
}
