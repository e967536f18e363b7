/**
 * Big allocations of a tag as a text that is at once a list to read and lines to paste into WinDbg. Pure.
 */
import type { BigAllocation, BigAllocationsResult } from '../shared/monitorProtocol';
import { tagSpellings } from '../shared/poolTag';

/** `$$` begins a comment of the debugger; a semicolon ends the command before. */
export function bigAllocationText(tag: number, source: string, time: Date, result: BigAllocationsResult): string {
  // A semicolon ends a comment: what follows would be a command.
  const { text, literal } = tagSpellings(tag);
  const name = `${text} (${literal})`.replaceAll(';', '\\x3b');
  const { allocations, count, bytes } = result;
  const head = [
    `$$ Pool tag ${name}: ${count} big allocations, ${bytes} bytes`,
    `$$ ${source.replace(/[\u0000-\u001f;]/g, ' ')}, ${time.toISOString()}`,
    '$$ Each line can be pasted into WinDbg.',
    ...(count > allocations.length ? [`$$ The first ${allocations.length} of them, largest first.`] : []),
  ];
  const width = Math.max(0, ...allocations.map((one) => String(one.bytes).length));
  return [...head, '', ...allocations.map((one) => poolLine(one, width)), ''].join('\n');
}

function poolLine({ address, bytes, paged }: BigAllocation, width: number): string {
  // From another machine: what is no address is not made a command.
  const safe = /^0x[0-9a-f]{1,16}$/.test(address) ? `!pool ${address}` : '$$ no address';
  return `${safe}; $$ ${String(bytes).padStart(width)} bytes, ${paged ? 'paged' : 'nonpaged'}`;
}
