/**
 * Pointers of the load configuration directory, as RVAs. Source: PE specification, "The Load Configuration Structure".
 */
import type { PeImage } from './peImage';
import { DirectoryEntry } from './peImage';

/** The RVA a pointer field leads to; undefined when the structure is too short for it or it leads out of the image. */
export function loadConfigurationPointer(image: PeImage, fieldOffset: number): number | undefined {
  const directory = image.directory(DirectoryEntry.LoadConfiguration);
  // The structure says its own size; the directory's is a constant in old images.
  const size = directory === undefined ? undefined : image.u32(directory.rva);
  if (directory === undefined || size === undefined || fieldOffset + (image.is64Bit ? 8 : 4) > size) return undefined;
  const address = image.pointer(directory.rva + fieldOffset);
  const rva = address === undefined ? 0 : image.rvaOf(address);
  return image.sectionAt(rva) === undefined ? undefined : rva;
}
