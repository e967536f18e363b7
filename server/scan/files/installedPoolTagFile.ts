/**
 * Where the Debugging Tools and the WDK put their pooltag.txt on Windows, newest kits first. Says where to look; nothing
 * is searched for in other folders, and no other machine is asked.
 */
import { win32 } from 'node:path';

const ARCHITECTURES = ['x64', 'x86', 'arm64'];

/**
 * Absolute paths at which an installed pooltag.txt may lie, best first; none on other systems.
 * @param environment `ProgramFiles(x86)` and `ProgramFiles` of it are read.
 */
export function installedPoolTagFiles(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  if (platform !== 'win32') return [];
  const folders = [environment['ProgramFiles(x86)'], environment['ProgramFiles']].filter(
    (folder): folder is string => folder !== undefined && win32.isAbsolute(folder) && !/^[\\/]{2}/.test(folder),
  );
  return [...new Set(folders)].flatMap((folder) => [
    ...['10', '8.1', '8.0'].flatMap((kit) =>
      ARCHITECTURES.map((machine) =>
        win32.join(folder, 'Windows Kits', kit, 'Debuggers', machine, 'triage/pooltag.txt'),
      ),
    ),
    ...['x64', 'x86'].map((machine) =>
      win32.join(folder, `Debugging Tools for Windows (${machine})`, 'triage/pooltag.txt'),
    ),
  ]);
}
