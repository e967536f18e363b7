/**
 * Control Flow Guard's two function pointers, from the load configuration directory.
 * Source: PE specification, "The Load Configuration Structure"; calling conventions of the guard functions as clang documents them.
 */
import type { GuardPointers } from './code/indirection';
import type { PeImage } from './peImage';
import { DirectoryEntry } from './peImage';

/** What debuggers call the check function; it takes no arguments from the stack. */
export const GUARD_CHECK = '_guard_check_icall';

const RAX = 0;
const ECX = 1;
const X15 = 15;

function targetRegister({ machine }: PeImage): number {
  if (machine === 'arm64') return X15;
  return machine === 'x86' ? ECX : RAX;
}

/** RVAs of the guard's pointers; undefined when the image names none inside itself. */
export function readGuardPointers(image: PeImage): GuardPointers | undefined {
  const directory = image.directory(DirectoryEntry.LoadConfiguration);
  // The structure says its own size; the directory's is a constant in old images.
  const size = directory === undefined ? undefined : image.u32(directory.rva);
  if (directory === undefined || size === undefined) return undefined;
  const pointerAt = (offset: number, width: number): number | undefined => {
    const address = offset + width <= size ? image.pointer(directory.rva + offset) : undefined;
    const rva = address === undefined ? 0 : address - image.imageBase;
    return image.sectionAt(rva) === undefined ? undefined : rva;
  };
  const check = image.is64Bit ? pointerAt(0x70, 8) : pointerAt(0x48, 4);
  const dispatch = image.is64Bit ? pointerAt(0x78, 8) : undefined;
  if (check === undefined && dispatch === undefined) return undefined;
  return {
    ...(check === undefined ? {} : { check }),
    ...(dispatch === undefined ? {} : { dispatch }),
    targetRegister: targetRegister(image),
  };
}
