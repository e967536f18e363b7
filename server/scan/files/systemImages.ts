/**
 * Where Windows keeps the images that allocate from the pools: its drivers folder, the kernel and the kernel's helpers.
 * Names places; whether they are there is for the reader to see.
 */
import { win32 } from 'node:path';

/** Images of kernel mode that lie outside the drivers folder. */
const KERNEL_IMAGES = [
  'ntoskrnl.exe',
  'hal.dll',
  'ci.dll',
  'win32k.sys',
  'win32kbase.sys',
  'win32kfull.sys',
  'cdd.dll',
];

/** Absolute paths of a folder and of files; none where this is no Windows. */
export function systemImageRoots(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const windows = env['SystemRoot'] ?? env['windir'];
  if (platform !== 'win32' || windows === undefined || !/^[A-Za-z]:\\/.test(windows)) return [];
  const system = win32.join(windows, 'System32');
  return [win32.join(system, 'drivers'), ...KERNEL_IMAGES.map((name) => win32.join(system, name))];
}
