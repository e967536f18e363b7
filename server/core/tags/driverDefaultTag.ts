/**
 * The tag KMDF gives a driver that sets no DriverPoolTag: made from the name of its service. Source: the documentation of
 * WDF_DRIVER_CONFIG. It stands in no file of the driver, so the service must be known.
 */
import type { PoolTag } from '../../../src/shared/poolTag';

const FALLBACK = 0x72447846; // FxDr

/** The first four characters of a service's name, those behind a leading WDF in any case; with fewer left it is `FxDr`. */
export function driverDefaultTag(service: string): PoolTag {
  const characters = service.replace(/^wdf/i, '').slice(0, 4);
  const codes = [...characters].map((character) => character.charCodeAt(0));
  if (codes.length < 4 || codes.some((code) => code < 0x20 || code > 0x7e)) return FALLBACK;
  return codes.reduce((tag, code, at) => (tag | (code << (8 * at))) >>> 0, 0);
}
