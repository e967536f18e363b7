/**
 * Control Flow Guard's two function pointers, from the load configuration directory.
 * Source: calling conventions of the guard functions as clang documents them.
 */
import type { GuardPointers } from './code/indirection';
import { loadConfigurationPointer } from './loadConfiguration';
import type { PeImage } from './peImage';

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
  const check = loadConfigurationPointer(image, image.is64Bit ? 0x70 : 0x48);
  const dispatch = image.is64Bit ? loadConfigurationPointer(image, 0x78) : undefined;
  if (check === undefined && dispatch === undefined) return undefined;
  return {
    ...(check === undefined ? {} : { check }),
    ...(dispatch === undefined ? {} : { dispatch }),
    targetRegister: targetRegister(image),
  };
}
