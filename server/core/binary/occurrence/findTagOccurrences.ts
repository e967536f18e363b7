/**
 * Where a tag's value occurs in an image: as a constant of an instruction, or as four bytes somewhere. What findstr
 * sees, and the ARM64 constants it can't see; whether any of it is about pool memory is not known here.
 */
import { baseName } from '../../../../src/shared/baseName';
import { withoutProtection, type PoolTag } from '../../../../src/shared/poolTag';
import type { TagOccurrence } from '../../../../src/shared/tagOccurrence';
import type { ImageCode } from '../code/imageCode';
import { ownPart } from '../codeParts';
import { readExports } from '../exportDirectory';
import { readHybridMetadata } from '../hybridMetadata';
import { FunctionNames, LazyPdb, type LoadPdb } from '../imageNames';
import { openCode } from '../openCode';
import { readPeImage, type ImageSection, type PeImage } from '../peImage';
import { LengthDecoder } from '../x86/lengthDecoder';
import { constantsMade, literalLoads, TagHalves } from './arm64Constant';
import { TagNeedle } from './tagNeedle';
import { immediateOwner } from './x86Immediate';

/** Of one tag in one file: more of them tell nothing, and a hostile file is nothing else. */
const MOST_OCCURRENCES = 1000;

export interface OccurrenceOptions {
  /** Absolute path, for the answer. */
  readonly file: string;
  readonly loadPdb?: LoadPdb;
}

/** File offset of what is found, and for an instruction its address. */
interface Found {
  readonly tag: PoolTag;
  readonly offset: number;
  readonly instruction?: number;
}

/**
 * Occurrences of the tags, in the order of their offsets, constants before bytes; at most 1,000 of a tag. Bytes that
 * are part of a constant are not listed again. A file that is no PE image, or a damaged one, has bytes only.
 */
export function findTagOccurrences(
  bytes: Uint8Array,
  tags: readonly PoolTag[],
  options: OccurrenceOptions,
): TagOccurrence[] {
  const raw = tags.flatMap((tag) => {
    const needle = new TagNeedle(tag);
    return needle.offsetsIn(bytes, MOST_OCCURRENCES).map((offset): Found => ({ tag: needle.tag, offset }));
  });
  const image = readPeImage(bytes).value;
  if (image === undefined || (raw.length === 0 && image.machine !== 'arm64'))
    return raw.map((hit) => plain(hit, options));
  return new ImageOccurrences(image, options).describe(raw, tags);
}

function plain({ tag, offset }: Found, { file }: OccurrenceOptions): TagOccurrence {
  return { tag, evidence: 'bytes', file, offset };
}

/** The image behind the hits; the code, of the processor its headers name, is opened only for what may be code. */
class ImageOccurrences {
  constructor(
    private readonly image: PeImage,
    private readonly options: OccurrenceOptions,
  ) {}

  describe(raw: readonly Found[], tags: readonly PoolTag[]): TagOccurrence[] {
    if (!this.#mayBeCode(raw, tags)) return raw.map((hit) => this.#bytes(hit));
    const { image } = this;
    const exports = readExports(image);
    const part = ownPart(image, readHybridMetadata(image).value);
    const code = part && openCode(part, [], [image.entryPoint, ...exports.map((entry) => entry.rva)], {})?.code;
    if (code === undefined) return raw.map((hit) => this.#bytes(hit));
    const names = new FunctionNames(
      image,
      exports,
      new LazyPdb(image, this.options.loadPdb),
      baseName(this.options.file),
    );
    const found = image.machine === 'arm64' ? this.#arm64(code, raw, tags) : this.#x86(code, raw);
    const rank = ({ evidence }: TagOccurrence): number => (evidence === 'constant' ? 0 : 1);
    return found
      .map((hit) => this.#constant(hit, names, code) ?? this.#bytes(hit))
      .sort((a, b) => rank(a) - rank(b) || a.offset - b.offset);
  }

  /** Whether some hit lies in code, or the code has a move of half a tag. */
  #mayBeCode(raw: readonly Found[], tags: readonly PoolTag[]): boolean {
    if (raw.some((hit) => this.#sectionAt(hit.offset)?.executable === true)) return true;
    if (this.image.machine !== 'arm64') return false;
    const halves = new TagHalves(tags.map(withoutProtection));
    const { bytes } = this.image.reader;
    return this.image.sections.some(
      ({ executable, rawOffset, rawSize }) =>
        executable && halves.standIn(bytes.subarray(rawOffset, rawOffset + rawSize), 0),
    );
  }

  #x86(code: ImageCode, raw: readonly Found[]): Found[] {
    const decoder = new LengthDecoder(this.image.is64Bit);
    return raw.map((hit) => {
      const rva = rvaOf(this.#sectionAt(hit.offset), hit.offset);
      const instruction = rva === undefined ? undefined : immediateOwner(code, decoder, rva);
      return instruction === undefined ? hit : { ...hit, instruction };
    });
  }

  #arm64(code: ImageCode, raw: readonly Found[], tags: readonly PoolTag[]): Found[] {
    const wanted = new Set(tags.map(withoutProtection));
    const halves = new TagHalves([...wanted]);
    const literals = new Map<number, Found>();
    for (const hit of raw) {
      const rva = rvaOf(this.#sectionAt(hit.offset), hit.offset);
      if (rva !== undefined) literals.set(rva, hit);
    }
    const loaded = new Set<Found>();
    const made: Found[] = [];
    for (const section of code.sections) {
      for (const [literal, loads] of literals.size === 0 ? [] : literalLoads(section, (rva) => literals.has(rva))) {
        const hit = literals.get(literal);
        if (hit === undefined) continue;
        loaded.add(hit);
        for (const rva of loads) made.push({ ...hit, instruction: rva });
      }
      for (const { rva, value } of constantsMade(code, section, halves, (v) => wanted.has(withoutProtection(v)))) {
        made.push({ tag: withoutProtection(value), offset: this.image.offsetOf(rva) ?? 0, instruction: rva });
      }
    }
    const kept = [...wanted].flatMap((tag) => made.filter((hit) => hit.tag === tag).slice(0, MOST_OCCURRENCES));
    return [...kept, ...raw.filter((hit) => !loaded.has(hit))];
  }

  #sectionAt(offset: number): ImageSection | undefined {
    return this.image.sections.find((s) => offset >= s.rawOffset && offset < s.rawOffset + s.rawSize);
  }

  #constant({ tag, offset, instruction }: Found, names: FunctionNames, code: ImageCode): TagOccurrence | undefined {
    if (instruction === undefined) return undefined;
    const { file } = this.options;
    const place = names.place(file, instruction, (rva) => code.functions.functionAt(rva)?.entry);
    const at = this.image.offsetOf(instruction) ?? offset;
    const section = this.#sectionAt(at);
    return {
      tag,
      evidence: 'constant',
      file,
      offset: at,
      rva: instruction,
      ...(section === undefined ? {} : { section: section.name }),
      ...(place.function === undefined ? {} : { function: place.function }),
      ...(place.source === undefined ? {} : { source: place.source }),
    };
  }

  #bytes(hit: Found): TagOccurrence {
    const section = this.#sectionAt(hit.offset);
    const rva = rvaOf(section, hit.offset);
    return {
      ...plain(hit, this.options),
      ...(rva === undefined || section === undefined ? {} : { rva, section: section.name }),
    };
  }
}

function rvaOf(section: ImageSection | undefined, offset: number): number | undefined {
  return section === undefined ? undefined : section.rva + (offset - section.rawOffset);
}
