/**
 * A kernel for unit tests: answers NtQuerySystemInformation with the buffer contract, as test/windows' double does in C.
 */
import type { SystemQuery } from '../../../server/monitor/native';

export const MISMATCH = 0xc0000004;
export const INVALID_CLASS = 0xc0000003;

export interface FakeKernel {
  /** Tags in the table now. */
  tags: number;
  /** Tags that appear with each call. */
  grow: number;
  /** Class 255 is known. */
  wide: boolean;
  /** What classes 22 and 255 answer instead. */
  status: number;
  /** Added to the count in the answer, to lie. */
  lie: number;
  pageFaults: number;
  /** Sessions with pools, three tags each; class 67. */
  sessions: readonly number[];
  /** What class 67 answers instead. */
  sessionStatus: number;
  /** Class 66: tag, address (bit 0: nonpaged) and size. */
  big: readonly (readonly [tag: number, address: bigint, bytes: number])[];
  /** Every call: class and length. */
  readonly calls: (readonly [infoClass: number, length: number])[];
  readonly query: SystemQuery;
}

export function fakeKernel(settings: Partial<FakeKernel> = {}): FakeKernel {
  const kernel: FakeKernel = {
    tags: 10,
    grow: 0,
    wide: false,
    status: 0,
    lie: 0,
    pageFaults: 1000,
    sessions: [],
    sessionStatus: 0,
    big: [],
    calls: [],
    query: (infoClass, buffer, returned) => answer(kernel, infoClass, buffer, returned),
    ...settings,
  };
  return kernel;
}

function answer(kernel: FakeKernel, infoClass: number, buffer: Uint8Array, returned: Uint32Array): number {
  kernel.calls.push([infoClass, buffer.length]);
  if (infoClass === 22 || (infoClass === 255 && kernel.wide)) return answerTags(kernel, infoClass, buffer, returned);
  if (infoClass === 66) return answerBig(kernel, buffer, returned);
  if (infoClass === 67) return answerSessions(kernel, buffer, returned);
  if (infoClass === 0) return answerFixed(buffer, returned, 0x40, true, [8, 4096], [0xc, 1024]);
  if (infoClass === 2)
    return answerFixed(buffer, returned, 0x158, false, [0x3c, kernel.pageFaults], [0x74, 7], [0x70, 5]);
  return INVALID_CLASS;
}

function answerTags(kernel: FakeKernel, infoClass: number, buffer: Uint8Array, returned: Uint32Array): number {
  if (kernel.status !== 0) return kernel.status;
  kernel.tags += kernel.grow;
  const entry = infoClass === 22 ? 0x28 : 56;
  const needed = 8 + entry * kernel.tags;
  // Below the formal structure the kernel reports that structure's size only.
  returned[0] = buffer.length < 8 + entry ? 8 + entry : needed;
  if (buffer.length < needed) return MISMATCH;
  const view = new DataView(buffer.buffer, buffer.byteOffset);
  view.setUint32(0, kernel.tags + kernel.lie, true);
  for (let index = 0; index < kernel.tags; index++) {
    view.setUint32(8 + entry * index, 0x41414141 + index, true);
    view.setUint32(8 + entry * index + (infoClass === 22 ? 4 : 8), 100 + index, true);
  }
  return 0;
}

function answerBig({ big }: FakeKernel, buffer: Uint8Array, returned: Uint32Array): number {
  const needed = 8 + 0x18 * big.length;
  returned[0] = Math.max(0x20, needed);
  if (buffer.length < returned[0]) return MISMATCH;
  const view = new DataView(buffer.buffer, buffer.byteOffset);
  view.setUint32(0, big.length, true);
  for (const [index, [tag, address, bytes]] of big.entries()) {
    view.setBigUint64(8 + 0x18 * index, address, true);
    view.setBigUint64(0x10 + 0x18 * index, BigInt(bytes), true);
    view.setUint32(0x18 + 0x18 * index, tag, true);
  }
  return 0;
}

/** Session n has the tags AAAA, BBBB and one of its own, with n + 1 allocations each. */
function answerSessions(kernel: FakeKernel, buffer: Uint8Array, returned: Uint32Array): number {
  if (kernel.sessionStatus !== 0) return kernel.sessionStatus;
  const size = 0x10 + 3 * 0x28;
  returned[0] = size * kernel.sessions.length;
  if (buffer.length < returned[0]) return MISMATCH;
  const view = new DataView(buffer.buffer, buffer.byteOffset);
  for (const [index, session] of kernel.sessions.entries()) {
    const at = index * size;
    view.setBigUint64(at, BigInt(index === kernel.sessions.length - 1 ? 0 : size), true);
    view.setUint32(at + 8, session, true);
    view.setUint32(at + 0xc, 3, true);
    for (const [row, tag] of [0x41414141, 0x42424242, 0x30303030 + session].entries()) {
      view.setUint32(at + 0x10 + 0x28 * row, tag, true);
      view.setUint32(at + 0x14 + 0x28 * row, session + 1, true);
    }
  }
  return 0;
}

function answerFixed(
  buffer: Uint8Array,
  returned: Uint32Array,
  size: number,
  exact: boolean,
  ...fields: readonly (readonly [offset: number, value: number])[]
): number {
  returned[0] = size;
  if (buffer.length < size || (exact && buffer.length !== size)) return MISMATCH;
  const view = new DataView(buffer.buffer, buffer.byteOffset);
  for (const [offset, value] of fields) view.setUint32(offset, value, true);
  return 0;
}
