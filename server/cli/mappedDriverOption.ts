/**
 * PoolMon's `/g [FILE]`: the pooltag.txt that names the drivers. Without a FILE, the one in the current folder, else the one
 * that the Debugging Tools for Windows installed.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { mappedDriver, type MappedDriver } from '../core/report/mappedDriver';
import { installedPoolTagFiles } from '../scan/files/installedPoolTagFile';
import { UsageError, type Io } from './command';
import { loadPoolTagFile } from './poolTagOption';

const HERE = 'pooltag.txt';

/** @param named As given; empty for none. Throws UsageError where there is no file, or it can't be read. */
export async function loadMappedDrivers(named: string, io: Io): Promise<MappedDriver> {
  const places = named === '' ? [HERE, ...installedPoolTagFiles(process.platform, process.env)] : [named];
  const path = named === '' ? places.find((place) => existsSync(resolve(io.cwd, place))) : named;
  if (path === undefined)
    throw new UsageError(`watch: /g found no ${HERE} here and none installed: name one behind it`);
  return mappedDriver(await loadPoolTagFile(path, io));
}
