/**
 * How documents with code of an image are named, so that extension and server agree: a path for people to read, and in
 * the query what the server must be asked for. Nothing is ever opened by the path.
 */
const LONGEST_NAME = 80;

export interface ImageAddress {
  /** Absolute path of the image. */
  readonly file: string;
  readonly rva: number;
}

/** What stands behind the image's path: `!ToasterAlloc`, kept from looking like a folder. */
export function imageDocumentSuffix(name: string): string {
  return `!${name.replace(/[/\\\p{Cc}]/gu, '_').slice(0, LONGEST_NAME)}`;
}

export function imageQuery({ file, rva }: ImageAddress): string {
  return JSON.stringify({ file, rva });
}

/** The address a query stands for; undefined when it is none of ours. */
export function parseImageQuery(query: string): ImageAddress | undefined {
  try {
    const { file, rva } = JSON.parse(query) as Readonly<Record<string, unknown>>;
    return typeof file === 'string' && typeof rva === 'number' ? { file, rva } : undefined;
  } catch {
    return undefined;
  }
}
