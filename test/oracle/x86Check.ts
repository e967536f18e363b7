/**
 * Our reader of x86 and x64 code against iced-x86: length, where control goes, which registers and memory change, and the
 * operands of the instructions we follow.
 */
import type { UsedMemory, UsedRegister } from 'iced-x86';
import {
  Decoder,
  DecoderOptions,
  FlowControl,
  Formatter,
  FormatterSyntax,
  Instruction,
  InstructionInfoFactory,
  Mnemonic,
  OpAccess,
} from 'iced-x86';
import type { CodeBytes } from '../../server/core/binary/code/architecture';
import * as flows from '../../server/core/binary/code/flow';
import type { Statements } from '../../server/core/binary/code/statement';
import { LengthDecoder } from '../../server/core/binary/x86/lengthDecoder';
import { liftInstruction } from '../../server/core/binary/x86/lift';
import { stackEffect } from '../../server/core/binary/x86/stackEffect';
import { Sweeper } from '../../server/core/binary/x86/sweeper';
import { compareStatements } from './statements';
import type { Tally } from './tally';
import { Expected, generalRegister } from './x86Expected';

/** Different encodings remembered; past this the memory is emptied and some are compared again. */
const MOST_REMEMBERED = 3_000_000;
const RSP = 4;
const RBP = 5;

const FLOW_OF: ReadonlyMap<FlowControl, number> = new Map([
  [FlowControl.Next, flows.FLOW_NEXT],
  [FlowControl.Interrupt, flows.FLOW_NEXT],
  [FlowControl.XbeginXabortXend, flows.FLOW_NEXT],
  [FlowControl.ConditionalBranch, flows.FLOW_BRANCH],
  [FlowControl.UnconditionalBranch, flows.FLOW_JUMP],
  [FlowControl.Call, flows.FLOW_CALL],
  [FlowControl.Return, flows.FLOW_RETURN],
  [FlowControl.IndirectBranch, flows.FLOW_JUMP_INDIRECT],
  [FlowControl.IndirectCall, flows.FLOW_CALL_INDIRECT],
  [FlowControl.Exception, flows.FLOW_STOP],
]);

/** To the system, a hypervisor or AMD's secure loader. */
const SYSTEM_CALLS: ReadonlySet<Mnemonic> = new Set([
  ...[Mnemonic.Syscall, Mnemonic.Sysenter, Mnemonic.Vmcall, Mnemonic.Vmmcall, Mnemonic.Vmgexit, Mnemonic.Skinit],
]);

const WRITES: ReadonlySet<OpAccess> = new Set([
  OpAccess.Write,
  OpAccess.ReadWrite,
  OpAccess.CondWrite,
  OpAccess.ReadCondWrite,
]);

/** What the oracle says an instruction changes. */
interface Changes {
  readonly registers: ReadonlySet<number>;
  readonly memory: boolean;
}

export class X86Check {
  readonly #ours: LengthDecoder;
  readonly #sweeper: Sweeper;
  readonly #instruction = new Instruction();
  readonly #information = new InstructionInfoFactory();
  readonly #formatter = new Formatter(FormatterSyntax.Nasm);
  readonly #seen = new Map<string, number>();

  constructor(
    private readonly is64Bit: boolean,
    private readonly tally: Tally,
  ) {
    this.#ours = new LengthDecoder(is64Bit);
    this.#sweeper = new Sweeper(is64Bit);
  }

  /** Every instruction of a section one behind the other, as the oracle cuts it. */
  sweep(code: CodeBytes, imageBase: number, name: string): void {
    // iced-x86 copies the bytes; what it reads must end where the section does.
    const bytes = code.bytes.slice(0, code.size);
    const decoder = new Decoder(this.is64Bit ? 64 : 32, bytes, DecoderOptions.None);
    for (let offset = 0; offset < bytes.length;)
      offset += this.#compare(decoder, { ...code, bytes }, offset, imageBase, name);
    decoder.free();
  }

  /** Single instructions at the given offsets. */
  at(code: CodeBytes, offsets: Iterable<number>, imageBase: number, name: string): void {
    const bytes = code.bytes.slice(0, code.size);
    const decoder = new Decoder(this.is64Bit ? 64 : 32, bytes, DecoderOptions.None);
    for (const offset of offsets) this.#compare(decoder, { ...code, bytes }, offset, imageBase, name);
    decoder.free();
  }

  /** Bytes to go on by. */
  #compare(decoder: Decoder, code: CodeBytes, offset: number, imageBase: number, name: string): number {
    const { tally } = this;
    this.#ours.decode(code.bytes, offset);
    tally.met += 1;
    const { length, flow, target } = this.#ours;
    this.#sweeper.step(code.bytes, offset);
    const isDirect = flow === flows.FLOW_BRANCH || flow === flows.FLOW_JUMP || flow === flows.FLOW_CALL;
    if (this.#sweeper.length !== length || this.#sweeper.flow !== flow || (isDirect && this.#sweeper.target !== target))
      tally.differ(
        'the quick sweep',
        `${hexadecimal(code.bytes, offset, 15)} | ${name}+0x${(code.rva + offset).toString(16)}`,
      );
    // The bytes alone decide the length, so an encoding met before need not be asked for again.
    const key = latin1(code.bytes, offset, length);
    if (this.#seen.get(key) === length) return length;
    decoder.position = offset;
    decoder.ip = BigInt(code.rva + offset);
    const instruction = this.#instruction;
    decoder.decodeOut(instruction);
    const where = (): string =>
      `${this.#formatter.format(instruction)} | ${hexadecimal(code.bytes, offset, 15)} | ${name}+0x${(code.rva + offset).toString(16)}`;
    if (instruction.isInvalid) {
      if (this.#ours.valid && offset + length <= code.bytes.length)
        tally.explain('the oracle refuses the operands or prefixes', where());
      return 1;
    }
    tally.compared += 1;
    if (!this.#ours.valid && isNarrowBranch(instruction, this.is64Bit)) {
      tally.explain('a branch with a 16-bit target, refused by us', where());
      return instruction.length;
    }
    if (length !== instruction.length) {
      tally.differ(`length ${String(instruction.length)}, ours ${String(length)}`, where());
      return instruction.length;
    }
    this.#compareFlow(instruction, code, where);
    this.#compareMeaning(instruction, liftInstruction(this.#ours, code, offset, imageBase), imageBase, where);
    if (this.#seen.size >= MOST_REMEMBERED) this.#seen.clear();
    this.#seen.set(key, length);
    return length;
  }

  #compareFlow(instruction: Instruction, code: CodeBytes, where: () => string): void {
    let wanted = FLOW_OF.get(instruction.flowControl) ?? flows.FLOW_NEXT;
    // int 29h is __fastfail: the oracle sees an interrupt, the system ends the process.
    const isFastFail =
      instruction.flowControl === FlowControl.Interrupt && this.#ours.opcode === 0xcd && this.#ours.immediate === 0x29;
    const isBreakpoint = instruction.flowControl === FlowControl.Interrupt && this.#ours.opcode === 0xcc;
    if (isFastFail || isBreakpoint) wanted = flows.FLOW_STOP;
    // Far targets lie in another segment; a system call is to the system and comes back.
    if (instruction.isJmpFar) wanted = flows.FLOW_JUMP_INDIRECT;
    if (instruction.isCallFar) wanted = flows.FLOW_CALL_INDIRECT;
    if (SYSTEM_CALLS.has(instruction.mnemonic)) wanted = flows.FLOW_NEXT;
    const { flow, target } = this.#ours;
    if (flow !== wanted) this.tally.differ(`flow ${String(wanted)}, ours ${String(flow)}`, where());
    const isDirect = wanted === flows.FLOW_BRANCH || wanted === flows.FLOW_JUMP || wanted === flows.FLOW_CALL;
    if (!isDirect) return;
    const oracle = Number(BigInt.asUintN(32, instruction.nearBranchTarget));
    if (oracle !== (code.rva + target) >>> 0) this.tally.differ('target of a branch', where());
  }

  #compareMeaning(instruction: Instruction, ours: Statements, imageBase: number, where: () => string): void {
    const isPlain = this.#ours.flow === flows.FLOW_NEXT && !SYSTEM_CALLS.has(instruction.mnemonic);
    if (isPlain) this.#compareChanges(this.#changes(instruction), ours, instruction, where);
    const expected = new Expected(instruction, this.is64Bit, imageBase).statements();
    if (expected === undefined) return;
    this.tally.operands += 1;
    const result = compareStatements(ours, expected);
    if (result === 'open') this.tally.leftOpen += 1;
    else if (result !== 'same') {
      const detail = `${where()} | ours ${result.ours} | oracle ${result.oracle}`;
      this.tally.differ(`operands of ${Mnemonic[instruction.mnemonic] ?? '?'}`, detail);
    }
  }

  #changes(instruction: Instruction): Changes {
    const information = this.#information.info(instruction);
    const registers = new Set<number>();
    let memory = false;
    for (const used of information.usedRegisters() as UsedRegister[]) {
      const found = WRITES.has(used.access) ? generalRegister(used.register) : undefined;
      if (found !== undefined) registers.add(found.number);
      used.free();
    }
    for (const used of information.usedMemory() as UsedMemory[]) {
      memory ||= WRITES.has(used.access);
      used.free();
    }
    information.free();
    return { registers, memory };
  }

  /** A change of ours that the oracle does not see is caution; one that we do not see would be a guess. */
  #compareChanges(oracle: Changes, ours: Statements, instruction: Instruction, where: () => string): void {
    const registers = new Set<number>();
    let memory = false;
    for (const { target } of ours) {
      if (target.kind === 'register') registers.add(target.register);
      else memory = true;
    }
    for (const number of oracle.registers) {
      // cdqe, and xchg or mov of a register with itself, leave the low 32 bits as they are.
      if (!registers.has(number) && !leavesLowHalf(this.#ours))
        this.tally.differ(
          `register changes unseen by ${Mnemonic[instruction.mnemonic] ?? '?'}`,
          `${where()} | r${String(number)}`,
        );
    }
    if (oracle.memory && !memory)
      this.tally.differ(`memory changes unseen by ${Mnemonic[instruction.mnemonic] ?? '?'}`, where());
    const effect = stackEffect(this.#ours, this.is64Bit ? 8 : 4);
    const movesByZero = (this.#ours.opcode === 0x83 || this.#ours.opcode === 0x81) && this.#ours.immediate === 0;
    if ((oracle.registers.has(RSP) || oracle.registers.has(RBP)) && effect === 0 && !movesByZero) {
      this.tally.differ(
        `a stack register changes unseen at a glance by ${Mnemonic[instruction.mnemonic] ?? '?'}`,
        where(),
      );
    }
    const increment = instruction.stackPointerIncrement;
    const isDistance = effect !== 0 && Math.abs(effect) < 0x7f00;
    if (isDistance && increment !== 0 && increment !== effect)
      this.tally.differ('distance the stack pointer moves', where());
  }
}

function leavesLowHalf({ opcode, map, rex }: LengthDecoder): boolean {
  return map === 0 && ((opcode === 0x98 && (rex & 8) !== 0) || (opcode === 0x90 && (rex & 1) === 0));
}

/** In 32-bit code the operand-size prefix cuts a branch's target to 16 bits; no program does that. */
function isNarrowBranch(instruction: Instruction, is64Bit: boolean): boolean {
  const { flowControl } = instruction;
  const isBranch =
    flowControl === FlowControl.ConditionalBranch ||
    flowControl === FlowControl.UnconditionalBranch ||
    flowControl === FlowControl.Call ||
    flowControl === FlowControl.XbeginXabortXend;
  return !is64Bit && isBranch;
}

function latin1(bytes: Uint8Array, offset: number, length: number): string {
  let text = '';
  for (let index = 0; index < length; index += 1) text += String.fromCharCode(bytes[offset + index] ?? 0);
  return text;
}

function hexadecimal(bytes: Uint8Array, offset: number, most: number): string {
  return Buffer.from(bytes.subarray(offset, offset + most)).toString('hex');
}
