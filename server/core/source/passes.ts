/**
 * Readings of a file as they are worked with: its text with some branches hidden, the functions in it, and what names
 * mean there. What an earlier scan left is taken again where nothing has a say in it that changed.
 */
import type { Parser } from 'web-tree-sitter';
import type { Externals } from './externals';
import type { KeptReading } from './keptReadings';
import type { SourceCache } from './sourceCache';
import { FunctionIndex } from './syntax/functions';
import type { Reading } from './text/branches';
import { hiddenIn } from './text/headerBranches';
import { maskSource, type MaskedSource } from './text/mask';
import type { NameFilter } from './text/nameFilter';
import type { SourceText } from './text/sourceText';
import type { TranslationUnit } from './translationUnit';
import { Names } from './values/names';

/** One reading of the root: its text with some branches hidden, and what it says. */
export interface Pass {
  readonly reading: Reading;
  readonly masked: MaskedSource;
  readonly functions: FunctionIndex;
  readonly names: Names;
}

export interface PassSources {
  readonly root: SourceText;
  readonly cache: SourceCache;
  readonly externals: Externals;
  readonly language: 'c' | 'cpp';
}

export class PassReader {
  private readonly maskedHeaders = new Map<SourceText, MaskedSource>();

  constructor(private readonly sources: PassSources) {}

  /** One reading of a unit's root, with what of it is wanted at once. */
  read(unit: TranslationUnit, reading: Reading, wanted: NameFilter, parser: Parser | undefined): Pass {
    const isEmptyMacro = (name: string): boolean => unit.macros.isEmpty(name);
    const { masked, functions } = this.cut(reading, isEmptyMacro, wanted, parser);
    const maskedHeader = (source: SourceText): MaskedSource => this.maskedHeader(source, unit);
    const functionAt = (offset: number): ReturnType<FunctionIndex['around']> => functions.around(offset);
    const names = new Names({
      unit,
      masked,
      externals: this.sources.externals,
      functionAt,
      hidden: reading.hidden,
      maskedHeader,
      language: this.sources.language,
    });
    return { reading, masked, functions, names };
  }

  /** A header as the unit reads it, for its declarations. */
  private maskedHeader(source: SourceText, { macros }: TranslationUnit): MaskedSource {
    let masked = this.maskedHeaders.get(source);
    if (masked === undefined) {
      masked = this.sources.cache.masked(source, hiddenIn(source, macros.visitsOf(source)));
      this.maskedHeaders.set(source, masked);
    }
    return masked;
  }

  /** The root with some of its branches hidden, as an earlier scan left it if nothing has a say in it that changed. */
  private cut(
    { hidden }: Reading,
    isEmptyMacro: (name: string) => boolean,
    wanted: NameFilter,
    parser: Parser | undefined,
  ): KeptReading {
    const { kept } = this.sources.cache;
    const key = `${this.sources.language} ${parser === undefined ? 'brackets' : 'parser'}`;
    const known = kept.reading(this.sources.root, hidden, key, wanted, isEmptyMacro);
    if (known) return known;
    const { layout, text } = this.sources.root;
    const masked = maskSource(text, { layout, hidden, language: this.sources.language, isEmptyMacro, wanted });
    const reading = { masked, functions: new FunctionIndex(masked, parser) };
    kept.keep(this.sources.root, hidden, key, reading);
    return reading;
  }
}

/** C++ by extension; a header by what it contains. */
export function isCpp(source: SourceText): boolean {
  if (/\.(?:cc|cpp|cxx|hh|hpp|hxx)$/i.test(source.path)) return true;
  if (/\.c$/i.test(source.path)) return false;
  return /^[ \t]*(?:class|template|namespace|using)\b|\boperator\s*new\b/m.test(source.text);
}
