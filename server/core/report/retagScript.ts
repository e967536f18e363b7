/**
 * WinDbg script that gives every place of a loaded driver a tag of its own, so that the pool tables tell which place
 * leaks: the documented last resort. Each constant is looked at before it is changed, so that a driver of another build
 * is left alone; the undo is part of the text. Nothing is said of instruction caches: no document asks for it, and the
 * kernel's side of the debugger sweeps them after a write (as ReactOS' kd64 does, whose r68907 says why).
 */
import { tagToHex } from '../../../src/shared/poolTag';
import type { Retag } from '../binary/retag';
import { addressText, commentText, findText, moduleText, usedText } from './debuggerText';

/** The script's lines; undefined where the debugger has no name for the module. */
export function retagScript({ file, tag, places }: Retag): readonly string[] | undefined {
  const module = moduleText(file);
  if (module === undefined) return undefined;
  const change = (rva: number, from: number, to: number): string => {
    const address = addressText(module, rva);
    const other = `.echo PoolLens: ${address} holds something else, left alone`;
    return `.if (dwo(${address}) == ${tagToHex(from)}) { ed ${address} ${tagToHex(to)} } .else { ${other} }`;
  };
  return [
    `$$ A tag of its own for every place of ${commentText(module)} that allocates with ${commentText(usedText(tag))}`,
    '$$ Changes the loaded code until the driver is loaded again. Blocks that exist already keep their old tag.',
    ...places.flatMap((place) => [
      `$$ ${commentText(usedText(place.tag))} is ${commentText(place.sites.map(siteText).join(', '))}`,
      change(place.rva, place.from, place.to),
    ]),
    '$$ Which place grows, and its blocks',
    ...places.flatMap((place) => [`!poolused 2 ${usedText(place.tag)}`, `!poolfind ${findText(place.tag)}`]),
    '$$ Undo',
    ...places.map((place) => change(place.rva, place.to, place.from)),
  ];
}

function siteText({ place, api, via }: Retag['places'][number]['sites'][number]): string {
  const where = place.kind === 'image' ? (place.function ?? `0x${place.rva.toString(16)}`) : '';
  return `${where} (${via ?? api})`;
}
