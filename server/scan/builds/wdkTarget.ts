/**
 * Macros that the WDK's build targets derive from a project's configuration and properties: machine, checked or free
 * build, the Windows that is targeted. Source: WindowsDriver.common.targets, WindowsDriver.x64.props and their like.
 */
import type { BuildChoice } from './msbuild';

export interface TargetMacros {
  readonly defines: Readonly<Record<string, string>>;
  readonly undefines: readonly string[];
}

const OF_X64 = ['_WIN64', '_AMD64_', 'AMD64', '_M_AMD64', '_M_X64'];

/** What a platform defines where it differs from x64. */
const MACHINES: Readonly<Record<string, TargetMacros>> = {
  x64: { defines: {}, undefines: [] },
  win32: { defines: { _X86_: '1', i386: '1', _M_IX86: '600' }, undefines: OF_X64 },
  x86: { defines: { _X86_: '1', i386: '1', _M_IX86: '600' }, undefines: OF_X64 },
  arm64: {
    defines: { _ARM64_: '1', ARM64: '1', _M_ARM64: '1' },
    undefines: OF_X64.filter((name) => name !== '_WIN64'),
  },
  arm: { defines: { _ARM_: '1', ARM: '1', _M_ARM: '7' }, undefines: OF_X64 },
};

/** The project's TargetVersion → _WIN32_WINNT. */
const WINDOWS: Readonly<Record<string, number>> = {
  vista: 0x0600,
  windows7: 0x0601,
  windows8: 0x0602,
  'windowsv6.3': 0x0603,
};

/** Macros of a configuration; `property` gives the project's own, empty where it sets none. */
export function targetMacros(choice: BuildChoice, property: (name: string) => string): TargetMacros {
  const machine = MACHINES[choice.platform.toLowerCase()] ?? { defines: {}, undefines: [] };
  const windows = WINDOWS[property('TargetVersion').toLowerCase()];
  const version =
    windows === undefined
      ? {}
      : { _WIN32_WINNT: hex(windows, 4), WINVER: hex(windows, 4), NTDDI_VERSION: hex(windows << 16, 8) };
  const checked = isChecked(choice, property('UseDebugLibraries'));
  return {
    defines: { ...machine.defines, ...version, ...(checked ? { DBG: '1' } : {}) },
    undefines: [...machine.undefines, ...(isUserMode(property) ? OF_KERNEL : [])],
  };
}

/** What the WDK's defaults say of drivers only. */
const OF_KERNEL = ['_KERNEL_MODE', 'WINNT', 'STD_CALL', 'DEPRECATE_DDK_FUNCTIONS', 'NT_INST', 'POOL_TAGGING'];

/** A program, a DLL or a user-mode driver; a project that says too little is taken for a driver. */
function isUserMode(property: (name: string) => string): boolean {
  const toolset = property('PlatformToolset');
  if (/^WindowsKernelModeDriver/i.test(toolset) || /^(?:KMDF|WDM)$/i.test(property('DriverType'))) return false;
  if (/^WindowsUserModeDriver/i.test(toolset) || /^UMDF$/i.test(property('DriverType'))) return true;
  return /^(?:Application|DynamicLibrary)$/i.test(property('ConfigurationType')) && toolset !== '';
}

function isChecked({ configuration }: BuildChoice, useDebugLibraries: string): boolean {
  if (/^(?:true|false)$/i.test(useDebugLibraries)) return useDebugLibraries.toLowerCase() === 'true';
  return /debug|checked|\bchk\b/i.test(configuration);
}

function hex(value: number, digits: number): string {
  return `0x${(value >>> 0).toString(16).padStart(digits, '0')}`;
}
