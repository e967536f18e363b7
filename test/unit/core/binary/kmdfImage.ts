/** The data of a small KMDF driver for tests: WDF_BIND_INFO, the table's pointer or room for it, guard pointers. */
import type { ImageParts, TestMachine } from './imageBuilder';
import { le32, le64, VARIABLES_RVA, WIDE_BASE, X86_BASE } from './imageBuilder';

/** RVAs in .data. */
export const TABLE_POINTER = VARIABLES_RVA + 0x38;
export const COMPONENT_NAME = VARIABLES_RVA + 0x40;
export const TABLE_COPY = VARIABLES_RVA + 0x100;
const LOAD_CONFIGURATION = VARIABLES_RVA + 0xf00;
export const GUARD_CHECK = VARIABLES_RVA + 0xfa0;
export const GUARD_DISPATCH = VARIABLES_RVA + 0xfa8;
/** From here on a test may put its own bytes. */
export const OWN_DATA = VARIABLES_RVA + 0x1000;

export interface BindInfo {
  readonly size?: number;
  readonly minor?: number;
  readonly count?: number;
  /** RVA. */
  readonly table?: number;
  readonly name?: string;
  /** Bytes at OWN_DATA. */
  readonly own?: readonly number[];
  readonly imports?: ImageParts['imports'];
}

export function address(machine: TestMachine, rva: number): number[] {
  return machine === 'x86' ? le32(X86_BASE + rva) : le64(WIDE_BASE + rva);
}

/** What `buildImage` needs beside the code. */
export function kmdfParts(machine: TestMachine, info: BindInfo = {}): Partial<ImageParts> {
  const bytes: number[] = [];
  const put = (rva: number, value: readonly number[]): void => {
    while (bytes.length < rva - VARIABLES_RVA) bytes.push(0);
    bytes.splice(rva - VARIABLES_RVA, value.length, ...value);
  };
  const wide = machine !== 'x86';
  const { minor = 15, count = 444 } = info;
  const table = info.table ?? (minor <= 9 ? TABLE_COPY : TABLE_POINTER);
  put(VARIABLES_RVA, [
    ...(wide ? le64 : le32)(info.size ?? (wide ? 0x30 : 0x20)),
    ...address(machine, COMPONENT_NAME),
    ...[1, minor, 7600, count].flatMap(le32),
    ...address(machine, table),
  ]);
  put(
    COMPONENT_NAME,
    [...`${info.name ?? 'KmdfLibrary'}\0`].flatMap((letter) => [letter.charCodeAt(0), 0]),
  );
  put(LOAD_CONFIGURATION, le32(0x94));
  put(LOAD_CONFIGURATION + (wide ? 0x70 : 0x48), [...address(machine, GUARD_CHECK)]);
  if (wide) put(LOAD_CONFIGURATION + 0x78, address(machine, GUARD_DISPATCH));
  put(OWN_DATA, info.own ?? [0]);
  return {
    variables: bytes,
    loadConfiguration: LOAD_CONFIGURATION,
    imports: info.imports ?? [{ module: 'WDFLDR.SYS', functions: ['WdfVersionBind', 'WdfVersionUnbind'] }],
  };
}

/** Name under which the assembler's `slot` and `absolute` find an RVA. */
export function at(rva: number): string {
  return `@${rva.toString(16)}`;
}
