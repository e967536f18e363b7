// System programs through apt-get, for the parts of the tests that npm cannot bring. Says in one line what is missing
// where there is no apt-get or no right to use it.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Absolute path of a program on the PATH, or undefined. */
export function findProgram(name) {
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    for (const extension of extensions) {
      const file = path.join(folder, name + extension);
      if (folder !== '' && fs.existsSync(file)) return file;
    }
  }
  return undefined;
}

function runApt(prefix, options) {
  const [command = 'apt-get', ...rest] = [...prefix, 'apt-get', ...options];
  execFileSync(command, rest, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/**
 * Installs the packages unless every program is there.
 * @param {readonly string[]} programs Names on the PATH that must exist afterwards.
 * @param {readonly string[]} packages Debian packages that bring them.
 * @returns {string[]} Absolute paths of the programs, in order.
 */
export function ensurePrograms(programs, packages) {
  const missing = programs.filter((name) => findProgram(name) === undefined);
  if (missing.length > 0) {
    const hint = `${missing.join(', ')} not found; install: apt-get install ${packages.join(' ')}`;
    if (findProgram('apt-get') === undefined) throw new Error(hint);
    const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
    console.log(`installing ${packages.join(' ')} with apt-get`);
    try {
      runApt(prefix, ['update', '-qq']);
      runApt(prefix, ['install', '-y', '-qq', '--no-install-recommends', ...packages]);
    } catch {
      throw new Error(hint);
    }
  }
  return programs.map((name) => {
    const found = findProgram(name);
    if (found === undefined) throw new Error(`${name} is still not on the PATH after installing ${packages.join(' ')}`);
    return found;
  });
}
