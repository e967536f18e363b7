/**
 * What NtQuerySystemInformation returns for the pools of sessions → rows per session: class 67.
 * Layout: ntexapi.h of the public Windows headers (phnt); entries are those of class 22. Decodes only.
 */
import type { ParseIssue } from '../../../src/shared/facts';
import type { PointerSize } from './systemPoolTagInformation';
import { mergeRepeatedTags, poolTagRows, POOL_TAG_ENTRY_SIZE } from './systemPoolTagInformation';

/** SystemSessionPoolTagInformation. */
export const SYSTEM_SESSION_POOL_TAG_INFORMATION = 67;

/** Pools of one session. */
export interface SessionPools {
  readonly session: number;
  /** Rows of ROW_STRIDE numbers, every tag once. */
  readonly rows: Float64Array;
}

export interface DecodedSessions {
  readonly value: readonly SessionPools[];
  readonly issues: readonly ParseIssue[];
}

/** SIZE_T NextEntryOffset, ULONG SessionId, ULONG Count, entries. */
const HEADER = { 4: 0xc, 8: 0x10 } as const;

/**
 * Decodes the chain of sessions; one without any tag is left out. An entry that passes the end of the answer ends the
 * chain, with an issue.
 */
export function decodeSessionPools(bytes: Uint8Array, pointerSize: PointerSize): DecodedSessions {
  const header = HEADER[pointerSize];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const value: SessionPools[] = [];
  const issues: ParseIssue[] = [];
  for (let at = 0; bytes.length > 0;) {
    if (at + header > bytes.length) {
      issues.push({
        message: 'the next session lies behind the end of the answer',
        offset: Math.min(at, bytes.length),
      });
      break;
    }
    const session = view.getUint32(at + pointerSize, true);
    const announced = view.getUint32(at + pointerSize + 4, true);
    const next = view.getUint32(at, true);
    const far = pointerSize === 8 && view.getUint32(at + 4, true) !== 0;
    const end = next === 0 || far ? bytes.length : Math.min(bytes.length, at + next);
    const room = Math.max(0, Math.floor((end - at - header) / POOL_TAG_ENTRY_SIZE[pointerSize]));
    if (announced > room) {
      const message = `the kernel announced ${announced} tags of session ${session} and returned room for ${room}`;
      issues.push({ message, offset: at });
    }
    const rows = poolTagRows(bytes.subarray(at + header, end), pointerSize, Math.min(announced, room));
    if (rows.length > 0) value.push({ session, rows: mergeRepeatedTags(rows) });
    if (next === 0 || far) break;
    // Never backwards or in place: a chain that does not move on would not end.
    if (next < header) {
      issues.push({ message: `session ${session} is followed by itself`, offset: at });
      break;
    }
    at += next;
  }
  return { value, issues };
}

/** The pools of all sessions as one table; a tag of several is summed. */
export function sumSessions(sessions: readonly SessionPools[]): Float64Array {
  const all = new Float64Array(sessions.reduce((length, { rows }) => length + rows.length, 0));
  let at = 0;
  for (const { rows } of sessions) {
    all.set(rows, at);
    at += rows.length;
  }
  return mergeRepeatedTags(all);
}
