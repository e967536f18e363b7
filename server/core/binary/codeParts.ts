/**
 * The parts of an image that are searched for calls, one for each processor whose code it holds: one in all but hybrid
 * images. A part is the image as that processor sees it.
 */
import type { HybridMetadata, MachineRange } from './hybridMetadata';
import type { ImportedFunction } from './importDirectory';
import type { PeImage } from './peImage';
import { DirectoryEntry } from './peImage';

export interface CodePart {
  readonly image: PeImage;
  /** Where its code lies; undefined: in all executable sections. */
  readonly ranges?: readonly MachineRange[];
  /** Another processor's code calls into it, through thunks that are not followed. */
  readonly calledFromOutside: boolean;
}

/** The parts; a CHPE image has one, its x86 code. */
export function codeParts(image: PeImage, hybrid: HybridMetadata | undefined): readonly CodePart[] {
  if (hybrid === undefined) return [{ image, calledFromOutside: false }];
  const machines = hybrid.form === 'chpe' ? (['x86'] as const) : (['arm64', 'x64'] as const);
  return machines.flatMap((machine): CodePart[] => {
    const ranges = hybrid.ranges.filter((range) => range.machine === machine);
    if (ranges.length === 0) return [];
    const part = machine === image.machine ? image : image.as(machine, withExceptions(image, hybrid));
    return [{ image: part, ranges, calledFromOutside: ranges.length < hybrid.ranges.length }];
  });
}

/** The part of the processor that the headers name; undefined when no code of it is known. */
export function ownPart(image: PeImage, hybrid: HybridMetadata | undefined): CodePart | undefined {
  return codeParts(image, hybrid).find((part) => part.image.machine === image.machine);
}

/** The directories as the other processor has them: its own .pdata, or none where only the loader's fixups name it. */
function withExceptions(image: PeImage, { arm64Functions }: HybridMetadata): PeImage['directories'] {
  const own = image.machine === 'x64' ? arm64Functions : undefined;
  return image.directories.map((directory, index) =>
    index === Number(DirectoryEntry.Exception) ? (own ?? { rva: 0, size: 0 }) : directory,
  );
}

/** Imports with those of the auxiliary table beside them: its slots lie as those of the first. */
export function withAuxiliaryImports(
  image: PeImage,
  imports: readonly ImportedFunction[],
  hybrid: HybridMetadata | undefined,
): readonly ImportedFunction[] {
  const table = image.directory(DirectoryEntry.ImportAddressTable);
  const auxiliary = hybrid?.auxiliaryImports;
  if (auxiliary === undefined || table === undefined) return imports;
  const mirrored = imports
    .filter(({ slot }) => slot >= table.rva && slot < table.rva + table.size)
    .map((imported) => ({ ...imported, slot: imported.slot - table.rva + auxiliary }));
  return [...imports, ...mirrored];
}
