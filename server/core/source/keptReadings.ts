/**
 * What scans read off the texts they were asked for, kept for the next scan of a text: when only its surroundings changed
 * (a header, the rest of its project), nothing is read off it again. Bounded: what was used last stays.
 */
import type { FunctionIndex } from './syntax/functions';
import { editedLayout } from './text/editedLayout';
import type { MaskedSource } from './text/mask';
import type { NameFilter } from './text/nameFilter';
import type { Span } from './text/quietBodies';
import { SourceText } from './text/sourceText';

/** One reading of a text: what some of its branches hide, masked and divided into functions. */
export interface KeptReading {
  readonly masked: MaskedSource;
  readonly functions: FunctionIndex;
}

interface Kept {
  readonly source: SourceText;
  readonly readings: Map<string, KeptReading>;
}

export class KeptReadings {
  /** In the order of their last use. */
  private readonly files = new Map<string, Kept>();
  private units = 0;

  /** `mostUnits` of text are kept, in UTF-16 units; what was read from it takes a few times that. */
  constructor(private readonly mostUnits: number) {}

  /** The text of a file that is to be scanned, with what is known of it. `header`: the same file as others include it. */
  source(path: string, text: string, header: SourceText | undefined): SourceText {
    const kept = this.files.get(path);
    if (kept?.source.text === text) {
      this.files.delete(path);
      this.files.set(path, kept);
      return kept.source;
    }
    this.forget(path);
    const source = header?.text === text ? header : new SourceText(path, text, kept && editedLayout(kept.source, text));
    if (text.length > this.mostUnits) return source;
    this.files.set(path, { source, readings: new Map() });
    this.units += text.length;
    for (const oldest of this.files.keys()) {
      if (this.units <= this.mostUnits || oldest === path) break;
      this.forget(oldest);
    }
    return source;
  }

  /** A reading made before, if it would come out the same now. `how`: what else it depends on. */
  reading(
    source: SourceText,
    hidden: readonly Span[],
    how: string,
    wanted: NameFilter,
    isEmptyMacro: (name: string) => boolean,
  ): KeptReading | undefined {
    const known = this.readings(source)?.get(keyOf(hidden, how));
    return known?.masked.restart(wanted, isEmptyMacro) === true ? known : undefined;
  }

  keep(source: SourceText, hidden: readonly Span[], how: string, reading: KeptReading): void {
    this.readings(source)?.set(keyOf(hidden, how), reading);
  }

  private readings(source: SourceText): Map<string, KeptReading> | undefined {
    const kept = this.files.get(source.path);
    return kept?.source === source ? kept.readings : undefined;
  }

  private forget(path: string): void {
    this.units -= this.files.get(path)?.source.text.length ?? 0;
    this.files.delete(path);
  }
}

function keyOf(hidden: readonly Span[], how: string): string {
  return `${how} ${hidden.map(({ start, end }) => `${String(start)}-${String(end)}`).join()}`;
}
