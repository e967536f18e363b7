/** Every parser the fuzzer feeds. A new parser of bytes or text joins here. */
import type { FuzzTarget } from './target';
import { codeTarget } from './targets/code';
import { imageTarget } from './targets/image';
import { kernelTarget } from './targets/kernel';
import { pdbTarget } from './targets/pdb';
import { recordingTarget } from './targets/recording';
import { signatureTarget } from './targets/signature';
import { sourceTarget } from './targets/source';
import { captureTarget, poolTagTarget, projectTarget } from './targets/text';
import { versionTarget } from './targets/version';

export const TARGETS: readonly FuzzTarget[] = [
  imageTarget,
  codeTarget,
  versionTarget,
  signatureTarget,
  pdbTarget,
  captureTarget,
  poolTagTarget,
  projectTarget,
  recordingTarget,
  kernelTarget,
  sourceTarget,
];
