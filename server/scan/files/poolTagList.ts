/**
 * The pooltag.txt that counts: the one the setting names, else the one that is installed. Read when first asked for and
 * again when it is another file, so that nobody pays for it who never asks. Never throws.
 */
import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { parsePoolTagFile, type PoolTagFile } from '../../core/tags/poolTagFile';
import { decodeText } from './decodeText';
import { installedPoolTagFiles } from './installedPoolTagFile';
import { describeFileError, isUncOrDevicePath } from './paths';
import { readBounded } from './readBounded';

/** The real file has half a megabyte. */
const MOST_BYTES = 32 * 2 ** 20;

export interface PoolTagList {
  readonly file: PoolTagFile;
  /** Absolute. */
  readonly path: string;
}

export interface PoolTagListAnswer {
  readonly list?: PoolTagList;
  /** Why the file that the setting names is not read, in one line. */
  readonly problem?: string;
  /** Another text means another list. */
  readonly revision: string;
}

export class PoolTagLists {
  readonly #installed: readonly string[];
  #kept: PoolTagListAnswer = { revision: '' };

  /** @param installed Where to look when no file is named. */
  constructor(installed: readonly string[] = installedPoolTagFiles(process.platform, process.env)) {
    this.#installed = installed;
  }

  /** The list for a setting; an empty one means the list that is installed. */
  find(setting: string): PoolTagListAnswer {
    if (setting !== '') return this.#named(setting);
    for (const path of this.#installed) {
      const stamp = stampOf(path);
      if (stamp !== undefined) return this.#read(path, stamp);
    }
    return (this.#kept = { revision: '' });
  }

  #named(path: string): PoolTagListAnswer {
    const refused = (why: string): PoolTagListAnswer => ({ problem: `${path}: ${why}`, revision: `refused ${path}` });
    // Opening \\host\share hands that host the user's credentials.
    if (isUncOrDevicePath(path)) return refused('lies on another machine');
    if (!isAbsolute(path)) return refused('is no absolute path');
    const stamp = stampOf(path);
    return stamp === undefined ? refused('is no file') : this.#read(path, stamp);
  }

  #read(path: string, stamp: string): PoolTagListAnswer {
    const revision = `${path} ${stamp}`;
    if (this.#kept.revision === revision) return this.#kept;
    try {
      const file = parsePoolTagFile(decodeText(readBounded(path, MOST_BYTES))).value;
      this.#kept = { list: { file, path }, revision };
    } catch (error) {
      this.#kept = { problem: `${path}: ${describeFileError(error)}`, revision };
    }
    return this.#kept;
  }
}

/** What changes when the file does; undefined when there is none. */
function stampOf(path: string): string | undefined {
  try {
    const stats = statSync(path);
    return stats.isFile() ? `${String(stats.size)} ${String(stats.mtimeMs)}` : undefined;
  } catch {
    return undefined;
  }
}
