/**
 * Our reader of ARM64 code against capstone: where control goes, which registers and memory change, and the operands of
 * the instructions we follow. All instructions are four bytes, so different words are compared once each.
 */
import { Arm64Architecture } from '../../server/core/binary/arm64/arm64Architecture';
import type { CodeBytes } from '../../server/core/binary/code/architecture';
import * as flows from '../../server/core/binary/code/flow';
import type { Statement, Statements } from '../../server/core/binary/code/statement';
import { expectedOf, numberOf, registerOf, splitOperands } from './arm64Text';
import type { CapstoneHandle, CapstoneInstruction } from './capstone';
import { openArm64 } from './capstone';
import { compareStatements } from './statements';
import type { Tally } from './tally';

/** Words are compared in blocks laid out at this RVA, so that relative operands have room both ways. */
const BLOCK_RVA = 0x10000000;
const BLOCK_WORDS = 4096;
const SP = 31;
/**
 * Registers capstone wrongly counts as changed: the link register by a system call, the step of a structure store. Signing
 * a return address changes its upper half alone.
 */
const ORACLE_ERRORS: ReadonlySet<string> = new Set([
  ...['svc', 'st1', 'st2', 'st3', 'st4', 'ld1', 'ld2', 'ld3', 'ld4'],
  ...['pacibsp', 'autibsp', 'paciasp', 'autiasp', 'pacibz', 'autibz', 'paciaz', 'autiaz'],
]);
const COMPARISONS: ReadonlySet<string> = new Set(['cmp', 'cmn', 'tst', 'ccmp', 'ccmn']);

interface Swept {
  readonly flow: number;
  readonly target: number;
  readonly stackEffect: number;
}

export class Arm64Check {
  readonly #architecture = new Arm64Architecture();
  /** Word → where it was first seen. */
  readonly #words = new Map<number, string>();
  #capstone: CapstoneHandle | undefined;

  constructor(private readonly tally: Tally) {}

  /** Notes every word of a section; `compare` asks the oracle. */
  sweep(code: CodeBytes, name: string): void {
    for (let offset = 0; offset + 4 <= code.size; offset += 4) this.#note(code, offset, name);
  }

  at(code: CodeBytes, offsets: Iterable<number>, name: string): void {
    for (const offset of offsets) if (offset + 4 <= code.size) this.#note(code, offset, name);
  }

  #note(code: CodeBytes, offset: number, name: string): void {
    const word = new DataView(code.bytes.buffer, code.bytes.byteOffset + offset, 4).getUint32(0, true);
    this.tally.met += 1;
    if (!this.#words.has(word)) this.#words.set(word, `${name}+0x${(code.rva + offset).toString(16)}`);
  }

  /** Compares all words noted so far. */
  async compare(): Promise<void> {
    this.#capstone = await openArm64();
    const words = [...this.#words];
    for (let from = 0; from < words.length; from += BLOCK_WORDS) this.#block(words.slice(from, from + BLOCK_WORDS));
    this.#words.clear();
    this.#capstone.close();
  }

  #block(words: readonly (readonly [word: number, place: string])[]): void {
    const bytes = new Uint8Array(Uint32Array.from(words, ([word]) => word).buffer);
    const code: CodeBytes = { rva: BLOCK_RVA, size: bytes.length, bytes };
    const swept: Swept[] = [];
    this.#architecture.sweep(code, 0, bytes.length, {
      add: (offset, flow, target) => {
        swept.push({ flow, target, stackEffect: this.#architecture.stackEffect(code, offset) });
      },
    });
    for (const [index, [word, place]] of words.entries()) {
      const ours = swept[index];
      if (ours === undefined) continue;
      const found = this.#capstone?.one(bytes.subarray(index * 4, index * 4 + 4), BLOCK_RVA + index * 4);
      const text = found === undefined ? '?' : `${found.mnemonic} ${found.operands}`;
      const where = `${text} | ${word.toString(16).padStart(8, '0')} | ${place}`;
      if (found === undefined) this.tally.explain('the oracle knows no such instruction', where);
      else this.#compare(found, ours, this.#architecture.lift(code, index * 4), where);
    }
  }

  #compare(oracle: CapstoneInstruction, swept: Swept, ours: Statements, where: string): void {
    const { tally } = this;
    tally.compared += 1;
    const operands = splitOperands(oracle.operands);
    const wanted = flowOf(oracle.mnemonic);
    if (swept.flow !== wanted)
      tally.differ(`flow ${String(wanted)}, ours ${String(swept.flow)} (${oracle.mnemonic})`, where);
    const isDirect = wanted === flows.FLOW_BRANCH || wanted === flows.FLOW_JUMP || wanted === flows.FLOW_CALL;
    const target = numberOf(operands.at(-1));
    if (isDirect && target !== (swept.target + BLOCK_RVA) >>> 0) tally.differ('target of a branch', where);
    if (wanted === flows.FLOW_NEXT) this.#compareChanges(oracle, operands, ours, swept.stackEffect, where);
    const expected = expectedOf(oracle.mnemonic, operands);
    if (expected === undefined) return;
    tally.operands += 1;
    const result = compareStatements(ours, expected);
    if (result === 'open') tally.leftOpen += 1;
    else if (result !== 'same')
      tally.differ(`operands of ${oracle.mnemonic}`, `${where} | ours ${result.ours} | oracle ${result.oracle}`);
  }

  #compareChanges(
    oracle: CapstoneInstruction,
    operands: readonly string[],
    ours: Statements,
    effect: number,
    where: string,
  ): void {
    const written = new Set<number>();
    // capstone counts the first operand of a comparison as written.
    for (const name of COMPARISONS.has(oracle.mnemonic) ? [] : oracle.writes) {
      const found = registerOf(name);
      if (found !== undefined && !found.isZero) written.add(found.number);
    }
    const seen = new Set(
      ours.flatMap(({ target }: Statement) => (target.kind === 'register' ? [target.register] : [])),
    );
    for (const number of written) {
      if (ORACLE_ERRORS.has(oracle.mnemonic)) this.tally.explain(`the oracle's registers of ${oracle.mnemonic}`, where);
      else if (!seen.has(number) && !leavesLowHalf(oracle.mnemonic, operands)) {
        this.tally.differ(`register changes unseen (${oracle.mnemonic})`, `${where} | x${String(number)}`);
      }
    }
    const stores = /^(st(?!xp|g\b)|cas|swp)/.test(oracle.mnemonic);
    if (stores && !ours.some(({ target }) => target.kind === 'memory')) {
      this.tally.differ(`memory changes unseen (${oracle.mnemonic})`, where);
    }
    if ((written.has(SP) || written.has(29)) && effect === 0) {
      this.tally.differ(`a stack register changes unseen at a glance (${oracle.mnemonic})`, where);
    }
  }
}

/** movk into the upper half changes nothing of the low 32 bits, which is all that is followed. */
function leavesLowHalf(mnemonic: string, operands: readonly string[]): boolean {
  return mnemonic === 'movk' && /lsl #(32|48)/.test(operands[2] ?? '');
}

function flowOf(mnemonic: string): number {
  if (mnemonic === 'b') return flows.FLOW_JUMP;
  if (mnemonic === 'bl') return flows.FLOW_CALL;
  if (/^(b\.\w\w|bc\.\w\w|cbn?z|tbn?z)$/.test(mnemonic)) return flows.FLOW_BRANCH;
  if (/^br(aaz?|abz?)?$/.test(mnemonic)) return flows.FLOW_JUMP_INDIRECT;
  if (/^blr(aaz?|abz?)?$/.test(mnemonic)) return flows.FLOW_CALL_INDIRECT;
  if (/^(ret(aa|ab)?|eret(aa|ab)?|drps)$/.test(mnemonic)) return flows.FLOW_RETURN;
  return mnemonic === 'brk' || mnemonic === 'hlt' || mnemonic === 'udf' ? flows.FLOW_STOP : flows.FLOW_NEXT;
}
