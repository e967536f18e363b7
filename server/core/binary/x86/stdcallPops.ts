/**
 * Bytes each call of 32-bit code removes from the stack: from the callee's return instruction, from what is known of
 * the kernel's functions, or from the equations of `importPops.ts` over the functions that use an import. Unknown stays unknown.
 */
import { ALLOCATORS } from '../../tags/allocators';
import type { Architecture, CodeBytes } from '../code/architecture';
import type { DirectCalls } from '../code/directCalls';
import { FLOW_CALL } from '../code/flow';
import type { FunctionCode } from '../code/functionCode';
import type { CallPops } from '../code/functionValues';
import type { PoppedBy } from '../code/stackDepth';
import { GUARD_CHECK } from '../guardPointers';
import type { ImportedFunction } from '../importDirectory';
import { CalleePops } from './calleePops';
import type { CallEffect, LinearForm } from './importPops';
import { solvePops, stackEquations } from './importPops';
import { KERNEL_ARGUMENT_BYTES } from './kernelArguments';
import { read32 } from './lengthDecoder';
import { WIDE_ARGUMENTS } from './x86Architecture';

/** Functions whose equations are tried for one import. */
const MOST_FUNCTIONS = 12;

const catalogued: ReadonlyMap<string, number> = new Map([
  ...KERNEL_ARGUMENT_BYTES,
  [GUARD_CHECK, 0],
  ...ALLOCATORS.filter((allocator) => allocator.kind === 'param').map(
    ({ name, parameters }) => [name, (parameters.length + (WIDE_ARGUMENTS.get(name) ?? 0)) * 4] as const,
  ),
]);

/** Code at `rva` names an import's slot. */
interface Mention {
  readonly rva: number;
  readonly slot: number;
}

/** Instruction that loads an import's pointer into a register. */
interface ImportLoad {
  readonly index: number;
  readonly slot: number;
  readonly register: number;
}

export interface StdcallSurroundings {
  readonly sections: readonly CodeBytes[];
  readonly calls: DirectCalls;
  readonly imports: readonly ImportedFunction[];
  readonly imageBase: number;
  readonly sectionAt: (rva: number) => CodeBytes | undefined;
  readonly codeAt: (rva: number) => FunctionCode | undefined;
}

export class StdcallPops implements CallPops {
  readonly #callees: CalleePops;
  readonly #importBySlot: ReadonlyMap<number, ImportedFunction>;
  #mentions: readonly Mention[] | undefined;
  readonly #loads = new Map<FunctionCode, readonly ImportLoad[]>();
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
  readonly all = (code: FunctionCode): PoppedBy => {
    return (index) => {
      const effect = this.#effect(code, index);
      if (effect.kind === 'bytes') return effect.bytes;
      return effect.kind === 'import' ? this.#byImport(effect.slot) : undefined;
    };
  };

  /** The same, without the equations. */
  readonly sure = (code: FunctionCode): PoppedBy => {
    return (index) => {
      const effect = this.#effect(code, index);
      return effect.kind === 'bytes' ? effect.bytes : undefined;
    };
  };

  /** What the equations say. */
  #byImport(slot: number): number | undefined {
    this.#solved ??= solvePops(this.#equations());
    return this.#solved.get(slot);
  }

  /** Equations of the functions that use imports, a few for each import; all at once, so that no answer depends on order. */
  #equations(): LinearForm[] {
    const equations: LinearForm[] = [];
    const visited = new Set<number>();
    for (const [slot, places] of this.#places()) {
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

  /** Places in code that name an import slot, by address. */
  #findMentions(): readonly Mention[] {
    const mentions: Mention[] = [];
    const slots = [...this.#importBySlot.keys()];
    const first = slots.reduce((a, b) => Math.min(a, b), Number.MAX_SAFE_INTEGER);
    const last = slots.reduce((a, b) => Math.max(a, b), 0);
    for (const code of this.around.sections) {
      const found = this.architecture.findReferences(code, (rva) => this.#importBySlot.has(rva), first, last);
      for (const { offset, slot } of found) mentions.push({ rva: code.rva + offset, slot });
    }
    return mentions.sort((a, b) => a.rva - b.rva);
  }

  /** Mentions by import; a call of a thunk (`jmp [slot]`) uses the import as well. */
  #places(): ReadonlyMap<number, readonly number[]> {
    const places = new Map<number, number[]>();
    const thunks = new Map<number, number[]>();
    for (const { rva, slot } of (this.#mentions ??= this.#findMentions())) {
      const list = places.get(slot) ?? [];
      places.set(slot, list);
      list.push(rva);
      const code = this.around.sectionAt(rva);
      const isJump = code?.bytes[rva - code.rva - 2] === 0xff && code.bytes[rva - code.rva - 1] === 0x25;
      if (isJump) thunks.set(rva - 2, list);
    }
    if (thunks.size === 0) return places;
    for (const code of this.around.sections) {
      this.around.calls.visit(code, (offset, target) => thunks.get(target)?.push(code.rva + offset));
    }
    return places;
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
    const at = rva - (range?.code.rva ?? 0);
    if (range?.code.bytes[at] === 0xff && range.code.bytes[at + 1] === 0x15) {
      // call [slot]: nearly all of them.
      const slot = (read32(range.code.bytes, at + 2) >>> 0) - this.around.imageBase;
      return this.#importBySlot.has(slot) ? slot : undefined;
    }
    const operand = range && this.architecture.callOperand(range.code, rva - range.code.rva);
    if (operand?.kind === 'memory') {
      return operand.inImage && this.#importBySlot.has(operand.displacement) ? operand.displacement : undefined;
    }
    return operand?.kind === 'register' ? this.#loadedImport(code, index, operand.register) : undefined;
  }

  /** Import slot the register was last loaded from, in the order of addresses, with nothing else written to it since. */
  #loadedImport(code: FunctionCode, index: number, register: number): number | undefined {
    const load = this.#lastLoad(code, index, register);
    if (load === undefined) return undefined;
    for (let between = load.index + 1; between < index; between += 1) {
      for (const { target, operation, left } of code.statements(between)) {
        if (target.kind !== 'register' || target.register !== register) continue;
        // Registers restored by an early return's epilogue still hold the pointer on the path that goes on.
        const isMemory = operation === 'copy' && left?.kind === 'memory';
        if (!isMemory || left.base !== this.architecture.stackRegister) return undefined;
      }
    }
    return load.slot;
  }

  #lastLoad(code: FunctionCode, index: number, register: number): { index: number; slot: number } | undefined {
    const loads = this.#loads.get(code) ?? this.#findLoads(code);
    this.#loads.set(code, loads);
    for (let at = loads.length - 1; at >= 0; at -= 1) {
      const load = loads[at];
      if (load !== undefined && load.index < index && load.register === register) return load;
    }
    return undefined;
  }

  /** Instructions of a function that load an import's pointer into a register. */
  #findLoads(code: FunctionCode): ImportLoad[] {
    const loads: ImportLoad[] = [];
    for (const { rva, slot } of this.#mentionsIn(code)) {
      const index = code.indexContaining(rva);
      const [statement] = index === undefined ? [] : code.statements(index);
      if (index === undefined || statement?.target.kind !== 'register' || statement.operation !== 'copy') continue;
      loads.push({ index, slot, register: statement.target.register });
    }
    return loads;
  }

  *#mentionsIn(code: FunctionCode): Iterable<Mention> {
    const all = (this.#mentions ??= this.#findMentions());
    for (const range of code.ranges) {
      const [begin, end] = [range.code.rva + range.begin, range.code.rva + range.end];
      let low = 0;
      let high = all.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((all[middle]?.rva ?? 0) < begin) low = middle + 1;
        else high = middle;
      }
      for (let at = low; at < all.length; at += 1) {
        const mention = all[at];
        if (mention === undefined || mention.rva >= end) break;
        yield mention;
      }
    }
  }
}
