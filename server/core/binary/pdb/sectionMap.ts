/**
 * Section headers as the DBI's optional debug header keeps them: turns `section:offset` of symbols into RVAs.
 * Reads the copy inside the PDB only; the image is not needed.
 */
import type { StreamReader } from './streamReader';

const HEADER_SIZE = 40;
/** The Windows loader takes no more. */
const MAX_SECTIONS = 96;
const CODE_OR_EXECUTE = 0x20000020;

interface Section {
  readonly rva: number;
  readonly size: number;
  readonly code: boolean;
}

export class SectionMap {
  constructor(private readonly sections: readonly Section[]) {}

  /** RVA of an offset in a section (numbered from 1), or undefined when the section does not reach that far. */
  rva(section: number, offset: number): number | undefined {
    const found = this.sections[section - 1];
    return found && offset <= found.size ? found.rva + offset : undefined;
  }

  /** Whether the section holds code. */
  isCode(section: number): boolean {
    return this.sections[section - 1]?.code === true;
  }

  /** End of the section that holds `rva`, or `rva` itself when none does. */
  endAfter(rva: number): number {
    const found = this.sections.find((section) => rva >= section.rva && rva - section.rva < section.size);
    return found ? found.rva + found.size : rva;
  }
}

export function readSectionMap(stream: StreamReader): SectionMap {
  const sections: Section[] = [];
  for (let index = 0; index < MAX_SECTIONS; index++) {
    const header = stream.record(index * HEADER_SIZE, HEADER_SIZE);
    if (header === undefined) break;
    const rva = header.getUint32(12, true);
    const size = Math.max(header.getUint32(8, true), header.getUint32(16, true));
    sections.push({ rva, size, code: (header.getUint32(36, true) & CODE_OR_EXECUTE) !== 0 });
  }
  return new SectionMap(sections);
}
