/**
 * Images that hold code of two processors: ARM64EC (x64 headers, ARM64 code inside), ARM64X (ARM64 headers, both views)
 * and CHPE (x86 headers). The metadata that the load configuration points at says which ranges are which.
 * Sources: "Arm64X PE files" and "Overview of Arm64EC ABI conventions" (Microsoft Learn), LLVM's object/COFF.h.
 */
import type { HybridForm, Machine, ParseIssue } from '../../../src/shared/facts';
import { loadConfigurationPointer } from './loadConfiguration';
import type { DataDirectory, PeImage } from './peImage';

/** Code of one processor, RVAs, end excluded. */
export interface MachineRange {
  readonly machine: 'x86' | 'x64' | 'arm64';
  readonly begin: number;
  readonly end: number;
}

export interface HybridMetadata {
  readonly form: HybridForm;
  /** Ascending, without overlaps. */
  readonly ranges: readonly MachineRange[];
  /** Second import address table, laid out as the first: ARM64EC code calls through it. */
  readonly auxiliaryImports?: number;
  /** .pdata of the ARM64 code, which the exception directory of an ARM64EC image does not describe. */
  readonly arm64Functions?: DataDirectory;
}

export interface ReadHybrid {
  /** Undefined for an image of one processor. */
  readonly value?: HybridMetadata;
  readonly issues: readonly ParseIssue[];
}

/** Offsets of CHPEMetadataPointer in the load configuration. */
const POINTER_64 = 0xc8;
const POINTER_32 = 0x7c;
/** The largest system DLLs have some dozen ranges. */
const MOST_RANGES = 1024;
const RANGE_SIZE = 8;

const FORMS: Readonly<Record<Machine, HybridForm | undefined>> = {
  x86: 'chpe',
  x64: 'arm64ec',
  arm64: 'arm64x',
  unknown: undefined,
};

/** What a range's low bits say: in 64-bit images 0 ARM64, 1 ARM64EC, 2 x64; in x86 images bit 0 means ARM64. */
function rangeMachine(bits: number, is64Bit: boolean): MachineRange['machine'] | undefined {
  if (!is64Bit) return (bits & 1) === 0 ? 'x86' : 'arm64';
  return bits < 2 ? 'arm64' : bits === 2 ? 'x64' : undefined;
}

function readRanges(image: PeImage, table: number, count: number): MachineRange[] | undefined {
  const found: MachineRange[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = table + index * RANGE_SIZE;
    const [start, length] = [image.u32(at), image.u32(at + 4)];
    if (start === undefined || length === undefined) return undefined;
    // In x86 images the address takes all bits but the lowest.
    const addressBits = image.is64Bit ? 0xfffffffc : 0xfffffffe;
    const machine = rangeMachine(start & 3, image.is64Bit);
    const begin = (start & addressBits) >>> 0;
    const previous = found.at(-1);
    if (machine === undefined || (previous !== undefined && begin < previous.end)) return undefined;
    const end = begin + length;
    // ARM64 and ARM64EC code are one to a decoder.
    if (previous?.machine === machine && previous.end === begin) found[found.length - 1] = { ...previous, end };
    else if (length > 0) found.push({ machine, begin, end });
  }
  return found;
}

/** Reads the metadata. With an issue, the code can't be told apart. */
export function readHybridMetadata(image: PeImage): ReadHybrid {
  const form = FORMS[image.machine];
  const at = loadConfigurationPointer(image, image.is64Bit ? POINTER_64 : POINTER_32);
  if (form === undefined || at === undefined) return { issues: [] };
  const [table, count] = [image.u32(at + 4), image.u32(at + 8)];
  const readable = table !== undefined && count !== undefined && count <= MOST_RANGES;
  const ranges = readable ? readRanges(image, table, count) : undefined;
  if (ranges === undefined || ranges.length === 0) {
    const offset = image.offsetOf(at);
    const message = `the map of its ${hybridName(form)} code can't be read: calls are not searched`;
    return { value: { form, ranges: [] }, issues: [offset === undefined ? { message } : { message, offset }] };
  }
  if (form === 'chpe') {
    return {
      value: { form, ranges },
      issues: [{ message: 'calls in the ARM64 code of this CHPE image are not searched' }],
    };
  }
  const [auxiliary, functions, size] = [image.u32(at + 0x2c), image.u32(at + 0x40), image.u32(at + 0x44)];
  return {
    value: {
      form,
      ranges,
      ...(auxiliary === undefined || auxiliary === 0 ? {} : { auxiliaryImports: auxiliary }),
      ...(functions === undefined || size === undefined ? {} : { arm64Functions: { rva: functions, size } }),
    },
    issues: [],
  };
}

/** As people write it. */
function hybridName(form: HybridForm): string {
  return { arm64ec: 'ARM64EC', arm64x: 'ARM64X', chpe: 'CHPE' }[form];
}
