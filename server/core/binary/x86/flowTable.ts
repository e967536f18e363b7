/**
 * Where control goes after an x86 or x64 instruction, by opcode. Source: Intel SDM volume 2.
 */
import {
  FLOW_BRANCH,
  FLOW_CALL,
  FLOW_CALL_INDIRECT,
  FLOW_JUMP,
  FLOW_JUMP_INDIRECT,
  FLOW_NEXT,
  FLOW_RETURN,
  FLOW_STOP,
} from '../code/flow';

/** Opcodes 0F xx stand behind the one-byte opcodes. */
export const SECOND_MAP = 256;

/** Besides the flows: ModRM's middle field decides, or the immediate. */
export const BY_MODRM = 8;
export const BY_IMMEDIATE = 9;

function makeTable(): Uint8Array {
  const table = new Uint8Array(SECOND_MAP * 2).fill(FLOW_NEXT);
  const set = (flow: number, ...opcodes: readonly number[]): void => {
    for (const opcode of opcodes) table[opcode] = flow;
  };
  table.fill(FLOW_BRANCH, 0x70, 0x80).fill(FLOW_BRANCH, 0xe0, 0xe4);
  table.fill(FLOW_BRANCH, SECOND_MAP + 0x80, SECOND_MAP + 0x90);
  set(FLOW_CALL, 0xe8);
  set(FLOW_JUMP, 0xe9, 0xeb);
  set(FLOW_CALL_INDIRECT, 0x9a);
  set(FLOW_JUMP_INDIRECT, 0xea);
  // ret, far ret, iret; sysret, sysexit, rsm.
  set(FLOW_RETURN, 0xc2, 0xc3, 0xca, 0xcb, 0xcf, SECOND_MAP + 0x07, SECOND_MAP + 0x35, SECOND_MAP + 0xaa);
  // int3; ud2, ud1, ud0.
  set(FLOW_STOP, 0xcc, SECOND_MAP + 0x0b, SECOND_MAP + 0xb9, SECOND_MAP + 0xff);
  set(BY_MODRM, 0xff);
  set(BY_IMMEDIATE, 0xcd);
  return table;
}

export const FLOW_TABLE = makeTable();

/** Flow of opcode FF by ModRM's middle field: inc, dec, call, far call, jmp, far jmp, push. */
export function flowOfGroup5(middle: number): number {
  if (middle === 2 || middle === 3) return FLOW_CALL_INDIRECT;
  return middle === 4 || middle === 5 ? FLOW_JUMP_INDIRECT : FLOW_NEXT;
}

/** Flow of int by its number: 29h is __fastfail, which does not return. */
export function flowOfInterrupt(number: number): number {
  return number === 0x29 ? FLOW_STOP : FLOW_NEXT;
}

/** Whether the flow leads to the address the instruction names. */
export function isDirect(flow: number): boolean {
  return flow >= FLOW_BRANCH && flow <= FLOW_CALL;
}
