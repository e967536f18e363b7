/**
 * Tags and names as WinDbg's command line takes them. Commands are pasted by people into a debugger of their machine, so
 * nothing hostile may end a string, a comment or a command: what is not plainly safe goes in as a number.
 */
import { baseName } from '../../../src/shared/baseName';
import { tagBytes, tagSpellings, tagToHex, type PoolTag } from '../../../src/shared/poolTag';

/** Whether the four characters mean nothing to a command line: no quotes, wildcards, separators or blanks. */
export function isPlainTag(tag: PoolTag): boolean {
  return tagBytes(tag).every((byte) => /[A-Za-z0-9_]/.test(String.fromCharCode(byte)));
}

/** `Fred`, else the number: what `!poolfind` takes (lower case 0x only). */
export function findText(tag: PoolTag): string {
  return isPlainTag(tag) ? tagSpellings(tag).text : tagToHex(tag);
}

/** For `!poolused`, which takes no numbers: `?` stands for every character that is not plain. */
export function usedText(tag: PoolTag): string {
  const characters = tagBytes(tag).map((byte) => String.fromCharCode(byte));
  return characters.map((character) => (/[A-Za-z0-9_]/.test(character) ? character : '?')).join('');
}

/** As `ed` takes it: the reversed spelling `'derF'`, else the number. */
export function editText(tag: PoolTag): string {
  return isPlainTag(tag) ? tagSpellings(tag).literal : tagToHex(tag);
}

/** `46 72 65 64`. */
export function byteText(tag: PoolTag): string {
  return tagBytes(tag)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(' ');
}

/** Text for a `$$` comment, which ends at a semicolon or a new line. */
export function commentText(text: string): string {
  return text.replace(/[^A-Za-z0-9_:+~.@?$\-(), ]/g, '_').slice(0, 120);
}

/** How the debugger calls a loaded module; undefined where its name would read as a number or as nothing. */
export function moduleText(file: string): string | undefined {
  const name = baseName(file)
    .replace(/\.[^.]*$/, '')
    .replace(/[^A-Za-z0-9_]/g, '_');
  if (/^(?:ntoskrnl|ntkrnl\w*)$/i.test(name)) return 'nt';
  return !/^[A-Za-z_]/.test(name) || /^[0-9a-f_]+$/i.test(name) ? undefined : name;
}

/** `demo+0x1234`. */
export function addressText(module: string, rva: number): string {
  return `${module}+0x${rva.toString(16)}`;
}
