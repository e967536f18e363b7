/**
 * The machine's own pools: NtQuerySystemInformation, class 255 where the kernel knows it, else 22; totals from class 2.
 * Decoding is server/core/capture's; this file asks and complains.
 */
import { counterDelta } from '../../src/shared/counters';
import type { LiveAvailability } from '../../src/shared/monitorProtocol';
import type { MemoryTotals, Sample } from '../../src/shared/sample';
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
import type { NtdllOptions, SystemQuery } from './native';
import { openNtdll } from './native';
import { refusal, STATUS_INVALID_INFO_CLASS, STATUS_SUCCESS } from './ntStatus';
import type { PoolSource } from './poolSource';
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

class NtdllSource implements PoolSource {
  readonly info = { kind: 'ntdll', label: 'Live: this machine', live: true } as const;
  readonly #query: SystemQueryBuffer;
  readonly #basic: DecodedBasic | undefined;
  readonly #pointerSize: PointerSize;
  readonly #now: () => number;
  #infoClass: PoolTagClass = SYSTEM_POOL_TAG_INFORMATION_2;
  #previous: Float64Array | undefined;
  #pageFaultCount: number | undefined;

  constructor(options: NtdllSourceOptions) {
    this.#query = new SystemQueryBuffer(options.query ?? openNtdll(options), TAG_BUFFER);
    this.#pointerSize = process.arch === 'ia32' || process.arch === 'arm' ? 4 : 8;
    this.#now = options.now ?? Date.now;
    const basicSize = BASIC_INFORMATION_SIZE[this.#pointerSize];
    this.#basic = decodeBasic(this.#query.queryFixed(SYSTEM_BASIC_INFORMATION, basicSize).bytes);
  }

  read(): Sample {
    const rows = this.#readTags();
    return { time: this.#now(), scope: 'system', memory: this.#readTotals(), rows };
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
    const issue = decoded.issues[0];
    if (issue !== undefined) throw new PoolSourceError(`The kernel's answer can't be read: ${issue.message}.`);
    this.#previous = decoded.value;
    return decoded.value;
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
