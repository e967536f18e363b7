/**
 * Who made an image, in words: its version resource's company and its signature's names. Claims of the file, said as such.
 */
import type { ImageMaker } from '../../../src/shared/facts';

/** `Fabrikam GmbH, signed by Fabrikam GmbH (not verified)`; a signature of Microsoft's portal also names whom it is for. */
export function makerText({ company, signer }: ImageMaker): string {
  const parts = company === undefined ? [] : [company];
  if (signer !== undefined) {
    const program = signer.program === undefined || signer.program === company ? '' : ` for ${signer.program}`;
    parts.push(`signed by ${signer.name}${program} (not verified)`);
  }
  return parts.join(', ');
}
