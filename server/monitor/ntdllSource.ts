/**
 * The machine's own pools: NtQuerySystemInformation, class 255 where the kernel knows it, else 22; sessions from class 67;
 * totals from class 2; big allocations from class 66. Decoding is server/core/capture's; this file asks and complains.
 */
import { counterDelta } from '../../src/shared/counters';
import type { ParseIssue } from '../../src/shared/facts';
import type { BigAllocationsResult, LiveAvailability, ScopesResult } from '../../src/shared/monitorProtocol';
import {
  ALL_SESSIONS_SCOPE,
  MOST_BIG_ALLOCATIONS,
  sessionOfScope,
  sessionScope,
  SYSTEM_SCOPE,
} from '../../src/shared/monitorProtocol';
import type { PoolTag } from '../../src/shared/poolTag';
import type { MemoryTotals, Sample } from '../../src/shared/sample';
import { decodeBigPool, SYSTEM_BIG_POOL_INFORMATION } from '../core/capture/systemBigPoolInformation';
import type { DecodedBasic } from '../core/capture/systemPerformanceInformation';
import {
  BASIC_INFORMATION_SIZE,
  decodeBasic,
  decodePerformance,
  PERFORMANCE_INFORMATION_MAX_SIZE,
  SYSTEM_BASIC_INFORMATION,
  SYSTEM_PERFORMANCE_INFORMATION,
} from '../core/capture/systemPerformanceInformation';
import type { PointerSize, PoolTagClass } from '../core/capture/systemPoolTagInformation';
import {
  decodePoolTags,
  SYSTEM_POOL_TAG_INFORMATION,
  SYSTEM_POOL_TAG_INFORMATION_2,
} from '../core/capture/systemPoolTagInformation';
import type { SessionPools } from '../core/capture/systemSessionPoolTagInformation';
import {
  decodeSessionPools,
  sumSessions,
  SYSTEM_SESSION_POOL_TAG_INFORMATION,
} from '../core/capture/systemSessionPoolTagInformation';
import type { NtdllOptions, SystemQuery } from './native';
import { openNtdll } from './native';
import { refusal, STATUS_INVALID_INFO_CLASS, STATUS_SUCCESS } from './ntStatus';
import type { LiveQueries, PoolSource } from './poolSource';
import { PoolSourceError } from './poolSource';
import { SystemQueryBuffer } from './systemQuery';

export interface NtdllSourceOptions extends NtdllOptions {
  /** Default: ntdll's NtQuerySystemInformation. */
  readonly query?: SystemQuery;
  /** Milliseconds since 1970. Default: the clock. */
  readonly now?: () => number;
}

/** About 6,500 tags; grows by itself. */
const TAG_BUFFER = 256 * 1024;
/** About 43,000 allocations; grows by itself. */
const BIG_POOL_BUFFER = 1024 * 1024;

/** Opens the live source and reads once, so that a refusal shows at once. Throws PoolSourceError. */
export function openNtdllSource(options: NtdllSourceOptions = {}): PoolSource {
  const source = new NtdllSource(options);
  source.read();
  return source;
}

/** Whether the live source works here, found out by trying. */
export function liveAvailability(options: NtdllSourceOptions = {}): LiveAvailability {
  try {
    openNtdllSource(options).close();
    return { available: true };
  } catch (error) {
    if (!(error instanceof PoolSourceError)) throw error;
    return {
      available: false,
      reason: error.message,
      ...(error.ntstatus === undefined ? {} : { ntstatus: error.ntstatus }),
    };
  }
}

class NtdllSource implements PoolSource, LiveQueries {
  readonly info = { kind: 'ntdll', label: 'Live: this machine', live: true } as const;
  readonly queries: LiveQueries = this;
  readonly #kernel: SystemQuery;
  readonly #query: SystemQueryBuffer;
  readonly #basic: DecodedBasic | undefined;
  readonly #pointerSize: PointerSize;
  readonly #now: () => number;
  #infoClass: PoolTagClass = SYSTEM_POOL_TAG_INFORMATION_2;
  #scope = SYSTEM_SCOPE;
  #previous: Float64Array | undefined;
  #pageFaultCount: number | undefined;

  constructor(options: NtdllSourceOptions) {
    this.#kernel = options.query ?? openNtdll(options);
    this.#query = new SystemQueryBuffer(this.#kernel, TAG_BUFFER);
    this.#pointerSize = process.arch === 'ia32' || process.arch === 'arm' ? 4 : 8;
    this.#now = options.now ?? Date.now;
    const basicSize = BASIC_INFORMATION_SIZE[this.#pointerSize];
    this.#basic = decodeBasic(this.#query.queryFixed(SYSTEM_BASIC_INFORMATION, basicSize).bytes);
  }

  read(): Sample {
    const rows = this.#scope === SYSTEM_SCOPE ? this.#readTags() : this.#readSessionTags();
    return { time: this.#now(), scope: this.#scope, memory: this.#readTotals(), rows };
  }

  scopes(): ScopesResult {
    try {
      const sessions = this.#readSessions().map(({ session }) => sessionScope(session));
      return { scopes: [SYSTEM_SCOPE, ...(sessions.length === 0 ? [] : [ALL_SESSIONS_SCOPE, ...sessions])] };
    } catch (error) {
      if (!(error instanceof PoolSourceError)) throw error;
      return { scopes: [SYSTEM_SCOPE], reason: error.message };
    }
  }

  setScope(scope: string): void {
    if (scope !== SYSTEM_SCOPE && scope !== ALL_SESSIONS_SCOPE && sessionOfScope(scope) === undefined) {
      throw new PoolSourceError(`"${scope}" is no scope: expected system, all sessions, or session and its number`);
    }
    // Refused here, while somebody waits for the answer, and not at the next reading.
    if (scope !== SYSTEM_SCOPE) this.#rowsOfSessions(scope, this.#readSessions());
    this.#scope = scope;
    this.#previous = undefined;
  }

  bigAllocations(tag: PoolTag): BigAllocationsResult {
    // A buffer of its own: the list may take many megabytes, and is asked for rarely.
    const { status, bytes } = new SystemQueryBuffer(this.#kernel, BIG_POOL_BUFFER).query(SYSTEM_BIG_POOL_INFORMATION);
    if (status !== STATUS_SUCCESS) throw refusal('the list of big allocations', status);
    const decoded = decodeBigPool(bytes, this.#pointerSize, tag, MOST_BIG_ALLOCATIONS);
    assertReadable(decoded.issues);
    const allocations = [...decoded.value].sort((a, b) => b.bytes - a.bytes);
    return { allocations, count: decoded.count, bytes: decoded.bytes };
  }

  close(): void {
    this.#previous = undefined;
  }

  #readTags(): Float64Array {
    let result = this.#query.query(this.#infoClass);
    if (result.status === STATUS_INVALID_INFO_CLASS && this.#infoClass === SYSTEM_POOL_TAG_INFORMATION_2) {
      this.#infoClass = SYSTEM_POOL_TAG_INFORMATION;
      result = this.#query.query(this.#infoClass);
    }
    if (result.status !== STATUS_SUCCESS) throw refusal('pool tag statistics', result.status);
    const decoded = decodePoolTags(result.bytes, this.#infoClass, this.#pointerSize, this.#previous);
    assertReadable(decoded.issues);
    this.#previous = decoded.value;
    return decoded.value;
  }

  #readSessionTags(): Float64Array {
    return this.#rowsOfSessions(this.#scope, this.#readSessions());
  }

  #readSessions(): readonly SessionPools[] {
    const { status, bytes } = this.#query.query(SYSTEM_SESSION_POOL_TAG_INFORMATION);
    if (status !== STATUS_SUCCESS) throw refusal('the pools of sessions', status);
    const { value, issues } = decodeSessionPools(bytes, this.#pointerSize);
    assertReadable(issues);
    return value;
  }

  #rowsOfSessions(scope: string, sessions: readonly SessionPools[]): Float64Array {
    if (scope === ALL_SESSIONS_SCOPE) return sumSessions(sessions);
    const wanted = sessionOfScope(scope);
    const found = sessions.find(({ session }) => session === wanted);
    if (found !== undefined) return found.rows;
    const others = sessions.map(({ session }) => session).join(', ');
    throw new PoolSourceError(
      others === '' ? 'No session has pools of its own.' : `There is no session ${wanted}; there are ${others}.`,
    );
  }

  /** Totals are a courtesy: without them the tags are still shown. */
  #readTotals(): MemoryTotals {
    const { bytes } = this.#query.queryFixed(SYSTEM_PERFORMANCE_INFORMATION, PERFORMANCE_INFORMATION_MAX_SIZE);
    const decoded = decodePerformance(bytes, this.#basic?.pageSize ?? 4096);
    if (decoded === undefined) return this.#basic === undefined ? {} : { totalBytes: this.#basic.totalBytes };
    const before = this.#pageFaultCount;
    this.#pageFaultCount = decoded.pageFaultCount;
    return {
      ...(this.#basic === undefined ? {} : { totalBytes: this.#basic.totalBytes }),
      ...decoded.memory,
      // As PoolMon: the count since the reading before.
      ...(before === undefined ? {} : { pageFaults: counterDelta(before, decoded.pageFaultCount) }),
    };
  }
}

function assertReadable(issues: readonly ParseIssue[]): void {
  const issue = issues[0];
  if (issue !== undefined) throw new PoolSourceError(`The kernel's answer can't be read: ${issue.message}.`);
}
