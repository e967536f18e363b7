/**
 * The only place where positions are converted: facts count lines and UTF-16 columns from 0, as LSP does.
 */
import type { Location, Position, Range } from 'vscode-languageserver/node';
import type { Place, SourceLocation, TextPosition, TextRange } from '../../src/shared/facts';
import { uriOfKey } from './uris';

export function toPosition({ line, column }: TextPosition): Position {
  return { line, character: column };
}

export function toRange({ start, end }: TextRange): Range {
  return { start: toPosition(start), end: toPosition(end) };
}

export function toLocation({ file, range }: SourceLocation): Location {
  return { uri: uriOfKey(file), range: toRange(range) };
}

/** A place without a range of its own: the file's beginning, or the start of a line. */
export function lineLocation(file: string, line = 0, column = 0): Location {
  const at = { line, character: column };
  return { uri: uriOfKey(file), range: { start: at, end: at } };
}

/** What to select for a place: the tag's expression, else the called name; the whole file for an image. */
export function placeLocation(place: Place): Location {
  if (place.kind === 'image') return lineLocation(place.file);
  return toLocation({ file: place.file, range: place.tagRange ?? place.range });
}

/** Whether a position lies in a range or at its end, where a cursor stands behind a word. */
export function contains(range: TextRange, { line, character }: Position): boolean {
  const afterStart = line > range.start.line || (line === range.start.line && character >= range.start.column);
  const beforeEnd = line < range.end.line || (line === range.end.line && character <= range.end.column);
  return afterStart && beforeEnd;
}
