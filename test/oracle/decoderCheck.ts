/** Feeds images to the comparisons with the oracles, a machine at a time. Sections with bytes seen before are left out. */
import { createHash } from 'node:crypto';
import type { CodeBytes } from '../../server/core/binary/code/architecture';
import { readCodeSections } from '../../server/core/binary/code/imageCode';
import { readPeImage } from '../../server/core/binary/peImage';
import type { Machine } from '../../src/shared/facts';
import { Random } from '../fuzz/random';
import { Arm64Check } from './arm64Check';
import { Tally } from './tally';
import { X86Check } from './x86Check';

/** One random place for so many bytes of a section. */
const BYTES_A_PLACE = 16;
const NOISE_BLOCK = 1 << 16;

export interface DecoderResult {
  readonly machine: Machine;
  readonly files: number;
  readonly tally: Tally;
}

export class DecoderCheck {
  readonly #tallies = { x64: new Tally(), x86: new Tally(), arm64: new Tally() };
  readonly #files = { x64: 0, x86: 0, arm64: 0 };
  readonly #x64 = new X86Check(true, this.#tallies.x64);
  readonly #x86 = new X86Check(false, this.#tallies.x86);
  readonly #arm64 = new Arm64Check(this.#tallies.arm64);
  readonly #seen = new Set<string>();
  readonly #random: Random;

  constructor(seed: string) {
    this.#random = new Random(seed);
  }

  /** Compares the code of an image; files that are none are passed over. */
  image(bytes: Uint8Array, name: string): void {
    const image = readPeImage(bytes).value;
    if (image === undefined || image.machine === 'unknown') return;
    const { machine, imageBase } = image;
    this.#files[machine] += 1;
    for (const code of readCodeSections(image).sections) this.#code(machine, code, imageBase, name);
  }

  /** Compares bytes at random on every machine: the rare encodings that compilers don't write. */
  noise(count: number): void {
    for (const machine of ['x64', 'x86', 'arm64'] as const) {
      for (let left = count; left > 0; left -= NOISE_BLOCK) {
        const bytes = Uint8Array.from({ length: Math.min(left, NOISE_BLOCK) }, () => this.#random.below(256));
        this.#code(machine, { rva: 0x1000, size: bytes.length, bytes }, 0x400000, 'noise');
      }
    }
  }

  #code(machine: Exclude<Machine, 'unknown'>, code: CodeBytes, imageBase: number, name: string): void {
    const hash = createHash('sha256')
      .update(`${machine} ${String(code.rva)} `)
      .update(code.bytes)
      .digest('base64');
    if (this.#seen.has(hash)) return;
    this.#seen.add(hash);
    const offsets = this.#offsets(code);
    if (machine === 'arm64') {
      this.#arm64.sweep(code, name);
      this.#arm64.at(code, offsets, name);
    } else {
      const check = machine === 'x64' ? this.#x64 : this.#x86;
      check.sweep(code, imageBase, name);
      check.at(code, offsets, imageBase, name);
    }
  }

  async finish(): Promise<DecoderResult[]> {
    await this.#arm64.compare();
    return (['x64', 'x86', 'arm64'] as const)
      .map((machine) => ({ machine, files: this.#files[machine], tally: this.#tallies[machine] }))
      .filter(({ tally }) => tally.met > 0);
  }

  #offsets(code: CodeBytes): number[] {
    return Array.from({ length: Math.ceil(code.size / BYTES_A_PLACE) }, () => this.#random.below(code.size));
  }
}
