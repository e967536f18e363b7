/**
 * Loads koffi, the FFI library: from `native/koffi` beside the bundle where a package carries it, else from npm.
 * The path is decided at run time, so that a bundler leaves it alone. Nothing else here knows koffi.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as KoffiModule from 'koffi';
import { PoolSourceError } from './poolSource';

type Koffi = Pick<typeof KoffiModule, 'load'>;

/**
 * NtQuerySystemInformation. `returned[0]` receives the length the kernel reports; the result is the NTSTATUS as an
 * unsigned number.
 */
export type SystemQuery = (infoClass: number, buffer: Uint8Array, returned: Uint32Array) => number;

export interface NtdllOptions {
  /** Default: this process's. */
  readonly platform?: NodeJS.Platform;
  /** Default: `ntdll.dll`, which Windows has loaded already. Tests name a double. */
  readonly library?: string;
}

/** Binds NtQuerySystemInformation. Throws PoolSourceError with one sentence when that can't be done here. */
export function openNtdll(options: NtdllOptions = {}): SystemQuery {
  const platform = options.platform ?? process.platform;
  if (platform !== 'win32') {
    throw new PoolSourceError(`Live pool statistics come from the Windows kernel; this is ${platformName(platform)}.`);
  }
  const koffi = loadKoffi();
  try {
    const call = koffi
      .load(options.library ?? 'ntdll.dll')
      .func('__stdcall', 'NtQuerySystemInformation', 'uint32', ['uint32', 'void *', 'uint32', 'void *']);
    return (infoClass, buffer, returned) => {
      const status: unknown = call(infoClass, buffer, buffer.byteLength, returned);
      return typeof status === 'number' ? status >>> 0 : 0xffffffff;
    };
  } catch (error) {
    throw new PoolSourceError(`NtQuerySystemInformation can't be called: ${firstLine(error)}`);
  }
}

function loadKoffi(): Koffi {
  const require = createRequire(__filename);
  const beside = join(__dirname, 'native', 'koffi', 'index.cjs');
  try {
    const loaded: unknown = require(existsSync(beside) ? beside : 'koffi');
    if (isKoffi(loaded)) return loaded;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND' && !existsSync(beside);
    throw new PoolSourceError(
      missing
        ? `This package of PoolLens has no native part for ${process.platform}-${process.arch}: install the one made for it.`
        : `The native part of PoolLens can't be loaded: ${firstLine(error)}`,
    );
  }
  throw new PoolSourceError("The native part of PoolLens can't be loaded: it is not koffi.");
}

function isKoffi(value: unknown): value is Koffi {
  return typeof value === 'object' && value !== null && 'load' in value && typeof value.load === 'function';
}

function platformName(platform: NodeJS.Platform): string {
  const names: Partial<Record<NodeJS.Platform, string>> = { linux: 'Linux', darwin: 'macOS' };
  return names[platform] ?? platform;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? text;
}
