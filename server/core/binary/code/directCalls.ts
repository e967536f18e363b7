/**
 * Direct calls and jumps of an image's code, found once and asked for many times: by the target they lead to.
 * Exact or not: the caller checks instruction boundaries.
 */
import type { Architecture, CallList, CodeBytes } from './architecture';

/** Parallel lists, ascending by offset. */
interface Found {
  readonly offsets: number[];
  readonly targets: number[];
  readonly isCall: boolean[];
}

export class DirectCalls implements CallList {
  readonly #lists = new Map<CodeBytes, Found>();

  readonly #first: number;
  readonly #end: number;

  constructor(
    private readonly architecture: Architecture,
    readonly sections: readonly CodeBytes[],
  ) {
    this.#first = Math.min(...sections.map((code) => code.rva));
    this.#end = Math.max(...sections.map((code) => code.rva + code.size));
  }

  /** Hands over each of a section's; `offset` in the section, `target` an RVA that may be code. */
  visit(code: CodeBytes, add: (offset: number, target: number, isCall: boolean) => void): void {
    const { offsets, targets, isCall } = this.#listOf(code);
    for (let at = 0; at < offsets.length; at += 1) add(offsets[at] ?? 0, targets[at] ?? 0, isCall[at] === true);
  }

  #listOf(code: CodeBytes): Found {
    const known = this.#lists.get(code);
    if (known !== undefined) return known;
    const list: Found = { offsets: [], targets: [], isCall: [] };
    this.architecture.findCalls(code, this.#first, this.#end, (offset, target, isCall) => {
      list.offsets.push(offset);
      list.targets.push(target);
      list.isCall.push(isCall);
    });
    this.#lists.set(code, list);
    return list;
  }
}
