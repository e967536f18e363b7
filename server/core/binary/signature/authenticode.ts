/**
 * Who an Authenticode signature names: the certificate that the signer information points at, its issuer, the program.
 * VERIFIES NOTHING: no digest, no chain, no date. A name from here is a claim of the file.
 * Sources: RFC 5652 (CMS), RFC 5280 (certificates), Microsoft's "Windows Authenticode Portable Executable Signature Format".
 */
import { decodeUtf8 } from '../pdb/utf8';
import type { DerElement } from './der';
import { childrenOf, childWith, contextTag, readElement, sameBytes } from './der';
import { shownName, shownText } from './distinguishedName';

/** Names on one signature. */
export interface SignatureNames {
  /** Common name of the signing certificate's subject; its organisation where it has none. */
  readonly name: string;
  /** The same of the certificate's issuer. */
  readonly issuer?: string;
  /** What the signer calls the program (SpcSpOpusInfo): in a signature by Microsoft's portal, the driver's maker. */
  readonly program?: string;
}

/** 1.2.840.113549.1.7.2 */
const SIGNED_DATA = Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02);
/** 1.3.6.1.4.1.311.2.1.12 */
const SPC_SP_OPUS_INFO = Uint8Array.of(0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x0c);
/** 1.3.6.1.4.1.311.2.4.1 */
const NESTED_SIGNATURE = Uint8Array.of(0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x04, 0x01);
const PRIMITIVE_CONTEXT_0 = 0x80;
/** A second digest algorithm is one nested signature; more than a few are no real file. */
const MOST_SIGNATURES = 16;
const MOST_SIGNERS = 8;
const MOST_CERTIFICATES = 64;
const LONGEST_PROGRAM = 512;

/** Names of a signature's signers, then those of the signatures nested in it. Empty when it can't be read. */
export function signatureNames(bytes: Uint8Array): readonly SignatureNames[] {
  const found: SignatureNames[] = [];
  const root = readElement(bytes);
  const waiting: DerElement[] = root === undefined ? [] : [root];
  for (let index = 0; index < Math.min(waiting.length, MOST_SIGNATURES); index += 1) {
    const signedData = signedDataOf(waiting[index]);
    const certificates = childrenOf(childWith(signedData, contextTag(0))).slice(0, MOST_CERTIFICATES);
    for (const signer of childrenOf(childrenOf(signedData).at(-1)).slice(0, MOST_SIGNERS)) {
      const names = signerNames(signer, certificates);
      if (names !== undefined) found.push(names);
      waiting.push(...attributeValues(childWith(signer, contextTag(1)), NESTED_SIGNATURE));
    }
  }
  return found;
}

/** ContentInfo ::= SEQUENCE { contentType, [0] content } */
function signedDataOf(contentInfo: DerElement | undefined): DerElement | undefined {
  const [type] = childrenOf(contentInfo);
  if (type === undefined || !sameBytes(type.content, SIGNED_DATA)) return undefined;
  return childrenOf(childWith(contentInfo, contextTag(0)))[0];
}

/** SignerInfo ::= SEQUENCE { version, SEQUENCE { issuer, serialNumber }, digestAlgorithm, [0] signedAttrs, … } */
function signerNames(signer: DerElement, certificates: readonly DerElement[]): SignatureNames | undefined {
  const [issuer, serialNumber] = childrenOf(childrenOf(signer)[1]);
  if (issuer === undefined || serialNumber === undefined) return undefined;
  const fields = certificates
    .map(certificateFields)
    .find((one) => one && sameBytes(one.serialNumber, serialNumber.bytes) && sameBytes(one.issuer, issuer.bytes));
  const name = fields && shownName(fields.subject);
  if (name === undefined) return undefined;
  const issuerName = shownName(issuer.bytes);
  const program = programName(childWith(signer, contextTag(0)));
  return {
    name,
    ...(issuerName === undefined ? {} : { issuer: issuerName }),
    ...(program === undefined ? {} : { program }),
  };
}

interface CertificateFields {
  readonly serialNumber: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
}

/** TBSCertificate ::= SEQUENCE { [0] version OPTIONAL, serialNumber, signature, issuer, validity, subject, … } */
function certificateFields(certificate: DerElement): CertificateFields | undefined {
  const all = childrenOf(childrenOf(certificate)[0]);
  const [serialNumber, , issuer, , subject] = all[0]?.tag === contextTag(0) ? all.slice(1) : all;
  if (serialNumber === undefined || issuer === undefined || subject === undefined) return undefined;
  return { serialNumber: serialNumber.bytes, issuer: issuer.bytes, subject: subject.bytes };
}

/** SpcSpOpusInfo ::= SEQUENCE { [0] EXPLICIT SpcString { [0] BMPString or [1] IA5String, both implicit } OPTIONAL, … } */
function programName(signedAttributes: DerElement | undefined): string | undefined {
  const [info] = attributeValues(signedAttributes, SPC_SP_OPUS_INFO);
  const [choice] = childrenOf(childWith(info, contextTag(0)));
  if (choice === undefined) return undefined;
  const bytes = choice.content.subarray(0, LONGEST_PROGRAM);
  return shownText(choice.tag === PRIMITIVE_CONTEXT_0 ? utf16(bytes) : narrowText(bytes));
}

/** Attribute ::= SEQUENCE { type, SET OF value } */
function attributeValues(attributes: DerElement | undefined, type: Uint8Array): readonly DerElement[] {
  for (const attribute of childrenOf(attributes)) {
    const [identifier, values] = childrenOf(attribute);
    if (identifier !== undefined && sameBytes(identifier.content, type)) return childrenOf(values);
  }
  return [];
}

/** ASCII by the standard; osslsigncode puts UTF-8 there. */
function narrowText(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes, 0, bytes.length);
  return text.includes('\ufffd') ? String.fromCharCode(...bytes) : text;
}

/** Big-endian, as ASN.1 has it. */
function utf16(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    text += String.fromCharCode(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  }
  return text;
}
