/**
 * Bytes each call of 32-bit code removes from the stack: from the callee's return instruction, the catalogue of allocators,
 * or the equations of `importPops.ts` over the functions that use an import. Unknown stays unknown.
 */
import { ALLOCATORS } from '../../tags/allocators';
import type { Architecture, CodeBytes } from '../code/architecture';
import { FLOW_CALL } from '../code/flow';
import type { FunctionCode } from '../code/functionCode';
import type { PoppedBy } from '../code/stackDepth';
import type { ImportedFunction } from '../importDirectory';
import { CalleePops } from './calleePops';
import type { CallEffect, LinearForm } from './importPops';
import { solvePops, stackEquations } from './importPops';
import { WIDE_ARGUMENTS } from './x86Architecture';

/** Functions whose equations are tried for one import. */
const MOST_FUNCTIONS = 12;

const catalogued = new Map(
  ALLOCATORS.filter((allocator) => allocator.kind === 'param').map(({ name, parameters }) => [
    name,
    (parameters.length + (WIDE_ARGUMENTS.get(name) ?? 0)) * 4,
  ]),
);

export interface StdcallSurroundings {
  readonly sections: readonly CodeBytes[];
  readonly imports: readonly ImportedFunction[];
  readonly imageBase: number;
  readonly sectionAt: (rva: number) => CodeBytes | undefined;
  readonly codeAt: (rva: number) => FunctionCode | undefined;
}

export class StdcallPops {
  readonly #callees: CalleePops;
  readonly #importBySlot: ReadonlyMap<number, ImportedFunction>;
  /** Bytes removed by imports; worked out when the first one outside the catalogue is met. */
  #solved: ReadonlyMap<number, number> | undefined;

  constructor(
    private readonly architecture: Architecture,
    private readonly around: StdcallSurroundings,
  ) {
    this.#callees = new CalleePops(around.sectionAt, around.imageBase);
    this.#importBySlot = new Map(around.imports.map((imported) => [imported.slot, imported]));
  }

  /** For each call of a function, what it removes. */
  readonly of = (code: FunctionCode): PoppedBy => {
    return (index) => {
      const effect = this.#effect(code, index);
      if (effect.kind === 'bytes') return effect.bytes;
      return effect.kind === 'import' ? this.#byImport(effect.slot) : undefined;
    };
  };

  /** Catalogue first, then what the equations say. */
  #byImport(slot: number): number | undefined {
    const name = this.#importBySlot.get(slot)?.name;
    const known = name === undefined ? undefined : catalogued.get(name);
    if (known !== undefined) return known;
    this.#solved ??= solvePops(this.#equations());
    return this.#solved.get(slot);
  }

  /** Equations of the functions that use imports, a few for each import; all at once, so that no answer depends on order. */
  #equations(): LinearForm[] {
    const equations: LinearForm[] = [];
    const visited = new Set<number>();
    for (const [slot, places] of this.#findMentions()) {
      const name = this.#importBySlot.get(slot)?.name;
      if (name !== undefined && catalogued.has(name)) continue;
      let used = 0;
      for (const rva of places) {
        const code = used < MOST_FUNCTIONS ? this.around.codeAt(rva) : undefined;
        if (code === undefined) continue;
        used += 1;
        if (visited.has(code.entry)) continue;
        visited.add(code.entry);
        equations.push(...stackEquations(code, (index) => this.#effect(code, index)));
      }
    }
    return equations;
  }

  #findMentions(): ReadonlyMap<number, readonly number[]> {
    const mentions = new Map<number, number[]>();
    const slots = [...this.#importBySlot.keys()];
    const first = slots.reduce((a, b) => Math.min(a, b), Number.MAX_SAFE_INTEGER);
    const last = slots.reduce((a, b) => Math.max(a, b), 0);
    for (const code of this.around.sections) {
      const found = this.architecture.findReferences(code, (rva) => this.#importBySlot.has(rva), first, last);
      for (const { offset, slot } of found) {
        const places = mentions.get(slot);
        if (places === undefined) mentions.set(slot, [code.rva + offset]);
        else places.push(code.rva + offset);
      }
    }
    this.#addThunkCallers(mentions);
    return mentions;
  }

  /** Calls of a thunk (`jmp [slot]`) use the import as well. */
  #addThunkCallers(mentions: ReadonlyMap<number, number[]>): void {
    const thunks = new Map<number, number[]>();
    for (const places of mentions.values()) {
      for (const place of places) {
        const code = this.around.sectionAt(place);
        const isJump = code?.bytes[place - code.rva - 2] === 0xff && code.bytes[place - code.rva - 1] === 0x25;
        if (isJump) thunks.set(place - 2, places);
      }
    }
    if (thunks.size === 0) return;
    for (const code of this.around.sections) {
      this.architecture.findCalls(code, (offset, target) => thunks.get(target)?.push(code.rva + offset));
    }
  }

  #effect(code: FunctionCode, index: number): CallEffect {
    const effect = code.flow(index) === FLOW_CALL ? this.#callees.byFunction(code.target(index)) : undefined;
    if (effect !== undefined && effect.kind !== 'import') return effect;
    const slot = effect?.slot ?? this.#importSlot(code, index);
    if (slot === undefined) return { kind: 'unknown' };
    const name = this.#importBySlot.get(slot)?.name;
    const bytes = name === undefined ? undefined : catalogued.get(name);
    return bytes === undefined ? { kind: 'import', slot } : { kind: 'bytes', bytes };
  }

  /** Import an indirect call goes to: in its operand, or last loaded into its register in the order of addresses. */
  #importSlot(code: FunctionCode, index: number): number | undefined {
    const rva = code.address(index);
    const range = code.rangeAt(rva);
    const operand = range && this.architecture.callOperand(range.code, rva - range.code.rva);
    if (operand?.kind === 'memory') {
      return operand.inImage && this.#importBySlot.has(operand.displacement) ? operand.displacement : undefined;
    }
    if (operand?.kind !== 'register') return undefined;
    for (let before = index - 1; before >= 0; before -= 1) {
      for (const { target, operation, left } of code.statements(before)) {
        if (target.kind !== 'register' || target.register !== operand.register) continue;
        const isLoad = operation === 'copy' && left?.kind === 'memory' && left.inImage;
        // Registers restored by an early return's epilogue still hold the pointer on the path that goes on.
        const isRestore =
          operation === 'copy' && left?.kind === 'memory' && left.base === this.architecture.stackRegister;
        if (isLoad) return this.#importBySlot.has(left.displacement) ? left.displacement : undefined;
        if (!isRestore) return undefined;
      }
    }
    return undefined;
  }
}
