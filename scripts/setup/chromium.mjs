// Chromium for the browser tests: the one on the PATH, else Debian's.
import { ensurePrograms, findProgram } from './apt.mjs';

/** Flags that keep it quiet and let it run in a container. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Absolute path of a Chromium. */
export function ensureChromium() {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'chrome']) {
    const found = findProgram(name);
    if (found !== undefined) return found;
  }
  return ensurePrograms(['chromium'], ['chromium'])[0];
}
