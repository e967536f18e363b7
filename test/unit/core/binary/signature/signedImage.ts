/**
 * Writes Authenticode signatures and images that bear them, for tests. The digests and keys are nonsense: nobody verifies.
 * Written from the standards, independently of the reader it tests.
 */
import { buildImage } from '../imageBuilder';

export type Bytes = readonly number[];

/** One element: tag, length, content. */
export function der(tag: number, ...content: readonly Bytes[]): number[] {
  const body = content.flat();
  const length: number[] = [];
  for (let rest = body.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
  return [tag, ...(body.length < 0x80 ? [body.length] : [0x80 + length.length, ...length]), ...body];
}

export const sequence = (...content: readonly Bytes[]): number[] => der(0x30, ...content);
export const set = (...content: readonly Bytes[]): number[] => der(0x31, ...content);

export function oid(text: string): number[] {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const base128 = (value: number): number[] =>
    value < 0x80 ? [value] : [...base128(Math.floor(value / 128)).map((byte) => byte | 0x80), value % 128];
  return der(6, [first * 40 + second], ...rest.map(base128));
}

const latin = (text: string): number[] => [...Buffer.from(text, 'latin1')];
export const wide = (text: string): number[] => [...Buffer.from(text, 'utf16le').swap16()];
export const utf8 = (text: string): number[] => der(12, [...Buffer.from(text)]);
export const printableString = (text: string): number[] => der(19, latin(text));
export const bmpString = (text: string): number[] => der(30, wide(text));

/** Parts of a Name: object identifier and encoded text. */
export function name(...parts: readonly (readonly [string, Bytes])[]): number[] {
  return sequence(...parts.map(([type, value]) => set(sequence(oid(type), value))));
}

export const CN = '2.5.4.3';
export const O = '2.5.4.10';
const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'), der(5));

export interface TestCertificate {
  readonly serial: number;
  readonly issuer: Bytes;
  readonly subject: Bytes;
}

export function certificate({ serial, issuer, subject }: TestCertificate, version = true): number[] {
  const validity = sequence(der(23, latin('200101000000Z')), der(23, latin('300101000000Z')));
  const key = sequence(SHA256, der(3, [0, 1, 2, 3]));
  const fields = [der(2, [serial]), SHA256, issuer, validity, subject, key];
  const toBeSigned = sequence(...(version ? [der(0xa0, der(2, [2]))] : []), ...fields);
  return sequence(toBeSigned, SHA256, der(3, [0, 1]));
}

export interface TestSignature {
  readonly certificates: readonly Bytes[];
  readonly signer: TestCertificate;
  readonly program?: Bytes;
  readonly nested?: readonly Bytes[];
}

/** SpcString with the text in UTF-16, or in ASCII. */
export const programText = (text: string, ascii = false): number[] =>
  ascii ? der(0x81, latin(text)) : der(0x80, wide(text));

export function signature({ certificates, signer, program, nested }: TestSignature): number[] {
  const opus = program && sequence(oid('1.3.6.1.4.1.311.2.1.12'), set(sequence(der(0xa0, program))));
  const digest = sequence(oid('1.2.840.113549.1.9.4'), set(der(4, [1, 2, 3])));
  const info = sequence(
    der(2, [1]),
    sequence(signer.issuer, der(2, [signer.serial])),
    SHA256,
    der(0xa0, digest, ...(opus === undefined ? [] : [opus])),
    SHA256,
    der(4, [9, 9]),
    ...(nested === undefined ? [] : [der(0xa1, sequence(oid('1.3.6.1.4.1.311.2.4.1'), set(...nested)))]),
  );
  const content = sequence(oid('1.3.6.1.4.1.311.2.1.4'));
  const signedData = sequence(der(2, [1]), set(SHA256), content, der(0xa0, ...certificates), set(info));
  return sequence(oid('1.2.840.113549.1.7.2'), der(0xa0, signedData));
}

/** File offset of the security directory's entry in a built x64 image. */
export const SECURITY_ENTRY = 0x98 + 112 + 4 * 8;

const image = buildImage({ machine: 'x64', code: () => [0xc3] });
/** Where the certificate table begins. */
export const TABLE_OFFSET = image.length;

/** An image with a certificate table of these entries: type 2 unless said otherwise. */
export function signedImage(
  entries: readonly (Bytes | { readonly type: number; readonly bytes: Bytes })[],
): Uint8Array {
  const table = entries.flatMap((entry) => {
    const { type, bytes } = 'type' in entry ? entry : { type: 2, bytes: entry };
    const length = 8 + bytes.length;
    const padding = new Array<number>((8 - (length % 8)) % 8).fill(0);
    return [length & 0xff, (length >> 8) & 0xff, length >> 16, 0, 0, 2, type, 0, ...bytes, ...padding];
  });
  const file = new Uint8Array(image.length + table.length);
  file.set(image);
  file.set(table, image.length);
  const view = new DataView(file.buffer);
  view.setUint32(SECURITY_ENTRY, image.length, true);
  view.setUint32(SECURITY_ENTRY + 4, table.length, true);
  return file;
}
