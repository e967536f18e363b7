/**
 * What a kernel-mode build of the WDK defines and its headers say, for trees that are read without them:
 * an x64 release driver for the newest Windows. Build settings of the project come before these.
 */
import type { PoolTag } from '../../../../src/shared/poolTag';

/** Macros that hold in such a build. Source: the WDK's build targets and sdkddkver.h. */
export const WDK_DEFINES: ReadonlyMap<string, string> = new Map([
  ['_WIN32', '1'],
  ['_WIN64', '1'],
  ['_AMD64_', '1'],
  ['AMD64', '1'],
  ['_M_AMD64', '100'],
  ['_M_X64', '100'],
  ['_MSC_VER', '1940'],
  ['_MSC_FULL_VER', '194033811'],
  ['_KERNEL_MODE', '1'],
  ['WINNT', '1'],
  ['STD_CALL', '1'],
  ['DEPRECATE_DDK_FUNCTIONS', '1'],
  ['NT_INST', '0'],
  ['DBG', '0'],
  ['POOL_TAGGING', '1'],
  ['_WIN32_WINNT', '0x0A00'],
  ['WINVER', '0x0A00'],
  ['NTDDI_VERSION', '0x0A000010'],
  // winnt.h, wdm.h: comparing the first two is how code asks for the byte order.
  ['REG_DWORD', '4'],
  ['REG_DWORD_LITTLE_ENDIAN', '4'],
  ['REG_DWORD_BIG_ENDIAN', '5'],
  ['PROTECTED_POOL', '0x80000000'],
  ...Object.entries({
    WIN2K: 0x05000000,
    WINXP: 0x05010000,
    WS03: 0x05020000,
    VISTA: 0x06000000,
    LONGHORN: 0x06000000,
    WIN6: 0x06000000,
    WIN7: 0x06010000,
    WIN8: 0x06020000,
    WINBLUE: 0x06030000,
    WIN10: 0x0a000000,
    WIN10_TH2: 0x0a000001,
    WIN10_RS1: 0x0a000002,
    WIN10_RS2: 0x0a000003,
    WIN10_RS3: 0x0a000004,
    WIN10_RS4: 0x0a000005,
    WIN10_RS5: 0x0a000006,
    WIN10_19H1: 0x0a000007,
    WIN10_VB: 0x0a000008,
    WIN10_MN: 0x0a000009,
    WIN10_FE: 0x0a00000a,
    WIN10_CO: 0x0a00000b,
    WIN10_NI: 0x0a00000c,
    WIN10_CU: 0x0a00000d,
    WIN11_ZN: 0x0a00000e,
    WIN11_GA: 0x0a00000f,
    WIN11_GE: 0x0a000010,
  }).map(([name, value]): [string, string] => [`NTDDI_${name}`, `0x${value.toString(16)}`]),
  ...Object.entries({
    WIN2K: 0x0500,
    WINXP: 0x0501,
    WS03: 0x0502,
    VISTA: 0x0600,
    LONGHORN: 0x0600,
    WIN7: 0x0601,
    WIN8: 0x0602,
    WINBLUE: 0x0603,
    WIN10: 0x0a00,
  }).map(([name, value]): [string, string] => [`_WIN32_WINNT_${name}`, `0x${value.toString(16)}`]),
]);

/** Macros that such a build does not define: other machines, other compilers, tools that only read the headers. */
export const WDK_UNDEFINED: ReadonlySet<string> = new Set([
  ...[
    '_X86_',
    '_M_IX86',
    'i386',
    '_IA64_',
    '_M_IA64',
    '_ARM_',
    '_M_ARM',
    '_ARM64_',
    '_M_ARM64',
    '_ARM64EC_',
    '_M_ARM64EC',
  ],
  ...['__GNUC__', '__clang__', '__MINGW32__', '__CYGWIN__', '__INTEL_COMPILER', '__linux__', '__unix__', '__APPLE__'],
  ...['RC_INVOKED', 'MIDL_PASS', '__midl', '_PREFAST_', '_PREFIX_', '__EDG__', '__cplusplus_cli', '_MANAGED'],
  ...['SORTPP_PASS', '__ANALYZER__', 'Q_MOC_RUN', '__INTELLISENSE__', 'JSON_HEDLEY_VERSION'],
]);

/** Tags that exist only as macros of WDK headers. Source: classpnp.h. */
export const WDK_TAGS: ReadonlyMap<string, PoolTag> = new Map(
  Object.entries({
    CLASS_TAG_AUTORUN_DISABLE: 'ALcS',
    CLASS_TAG_FILE_OBJECT_EXTENSION: 'FLcS',
    CLASS_TAG_MEDIA_CHANGE_DETECTION: 'MLcS',
    CLASS_TAG_MOUNT: 'mLcS',
    CLASS_TAG_RELEASE_QUEUE: 'qLcS',
    CLASS_TAG_POWER: 'WLcS',
    CLASS_TAG_WMI: 'wLcS',
    CLASS_TAG_FAILURE_PREDICT: 'fLcS',
    CLASS_TAG_DEVICE_CONTROL: 'OIcS',
    CLASS_TAG_MODE_DATA: 'oLcS',
    CLASS_TAG_MULTIPATH: 'mPcS',
    CLASS_TAG_LOCK_TRACKING: 'TLcS',
    CLASS_TAG_LB_PROVISIONING: 'PLcS',
    CLASS_TAG_MANAGE_DATASET: 'MDcS',
    CLASS_TAG_ZONE_INFO: 'ZIcS',
  }).map(([name, literal]): [string, PoolTag] => [
    name,
    [...literal].reduce((value, letter) => ((value << 8) | letter.charCodeAt(0)) >>> 0, 0),
  ]),
);
