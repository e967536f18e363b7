/**
 * Chooses the architecture for an image and opens its code for the search. Decides nothing about tags.
 */
import type { ParseIssue } from '../../../src/shared/facts';
import { Arm64Architecture } from './arm64/arm64Architecture';
import { Arm64Knowledge } from './arm64/arm64Knowledge';
import type { Architecture } from './code/architecture';
import { DirectCalls } from './code/directCalls';
import { FunctionMap } from './code/functionMap';
import { NOTHING_POPPED } from './code/functionValues';
import type { MachineKnowledge } from './code/imageCode';
import type { CodeSections } from './code/imageCode';
import { ImageCode, readCodeSections } from './code/imageCode';
import type { Indirection } from './code/indirection';
import type { CodePart } from './codeParts';
import { readRuntimeFunctions } from './exceptionDirectory';
import type { ImportedFunction } from './importDirectory';
import type { PeImage } from './peImage';
import type { StdcallSurroundings } from './x86/stdcallPops';
import { StdcallPops } from './x86/stdcallPops';
import { X86Architecture } from './x86/x86Architecture';
import { X86Knowledge } from './x86/x86Knowledge';

export interface OpenedCode {
  readonly code: ImageCode;
  readonly issues: readonly ParseIssue[];
}

/** The part's code under its architecture; undefined for a machine that is not supported. */
export function openCode(
  { image, ranges }: CodePart,
  imports: readonly ImportedFunction[],
  starts: readonly number[],
  indirection: Indirection,
): OpenedCode | undefined {
  const architecture = architectureOf(image);
  if (architecture === undefined) return undefined;
  const { sections, issues } = codeIn(readCodeSections(image), ranges);
  const calls = new DirectCalls(architecture, sections);
  const functions = new FunctionMap(sections, readRuntimeFunctions(image), architecture, calls, starts);
  const surroundings: StdcallSurroundings = {
    sections,
    calls,
    imports,
    imageBase: image.imageBase,
    sectionAt: (rva) => functions.sectionAt(rva),
    codeAt: (rva) => code.analyse(rva)?.code,
  };
  const knowledge = knowledgeOf(image, architecture, surroundings);
  const code: ImageCode = new ImageCode(image, architecture, calls, functions, imports, knowledge, indirection);
  return { code, issues };
}

/** Of the sections, what lies in the ranges. */
function codeIn({ sections, issues }: CodeSections, ranges: CodePart['ranges']): CodeSections {
  if (ranges === undefined) return { sections, issues };
  const cut = sections.flatMap(({ rva, size, bytes }) =>
    ranges.flatMap((range) => {
      const [begin, end] = [Math.max(range.begin - rva, 0), Math.min(range.end - rva, size)];
      return begin < end ? [{ rva: rva + begin, size: end - begin, bytes: bytes.subarray(begin, end) }] : [];
    }),
  );
  return { sections: cut, issues };
}

function architectureOf({ machine, imageBase }: PeImage): Architecture | undefined {
  switch (machine) {
    case 'x64':
      return new X86Architecture(true, imageBase);
    case 'x86':
      return new X86Architecture(false, imageBase);
    case 'arm64':
      return new Arm64Architecture();
    case 'unknown':
      return undefined;
  }
}

function knowledgeOf(image: PeImage, architecture: Architecture, around: StdcallSurroundings): MachineKnowledge {
  if (image.machine === 'arm64') return new Arm64Knowledge(image);
  const pops = architecture.calleePops ? new StdcallPops(architecture, around) : NOTHING_POPPED;
  return new X86Knowledge(image, architecture, pops);
}
