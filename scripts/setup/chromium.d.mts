/** Flags that keep it quiet and let it run in a container. */
export const chromiumFlags: readonly string[];
/** Absolute path of a Chromium; installs Debian's if there is none. Throws one clear line. */
export function ensureChromium(): string;
