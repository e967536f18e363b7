/**
 * Sites in the code of one file: direct calls, calls of wrappers, `new`, and uses of macros that lead to an allocator.
 */
import type { FunctionIndex } from '../syntax/functions';
import type { MaskedSource } from '../text/mask';
import type { Place } from '../values/place';
import { calledAllocator, isDeclarator } from './calls';
import { macroUse } from './macroSites';
import { callSite, type RawSite, type SiteReader } from './rawSites';
import { callAt } from './wrapperCalls';

/** Tokens of arguments that may be read for each token of the file; hostile nesting ends here. */
const MOST_WORK = 64;
const LEAST_WORK = 1_000_000;
/** Opening macros costs more than reading arguments. */
const MACRO_WORK = 16;
const MOST_USE_TOKENS = 2_000;

/** Sites in the code of a masked text. */
export function readCodeSites(masked: MaskedSource, functions: FunctionIndex, reader: SiteReader): RawSite[] {
  const { tokens, match } = masked;
  const found: RawSite[] = [];
  let work = LEAST_WORK + MOST_WORK * tokens.length;
  for (let at = 0; at < tokens.length && work > 0; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'name') continue;
    const isMacro = reader.macros.has(token.text);
    if (!isMacro && token.text !== 'new' && !calledAllocator(token.text) && reader.wrappers(token.text).length === 0)
      continue;
    if (functions.isDefinitionName(token)) continue;
    const definition = functions.around(token.start);
    const place: Place = { offset: token.start, ...(definition && { function: definition }) };
    const close = tokens[at + 1]?.text === '(' ? (match[at + 1] ?? -1) : -1;
    work -= Math.max(0, close - at) * (isMacro ? MACRO_WORK : 1);
    if (work <= 0) reader.giveUp(token.start);
    if (isMacro && close - at <= MOST_USE_TOKENS) {
      const site = macroUse(tokens, at, close, place, reader);
      if (site) {
        found.push(site);
        continue;
      }
    }
    const call = callAt(tokens, match, at, place, reader);
    if (call === undefined) continue;
    if (call.isObject !== true && isDeclarator(tokens, at, definition !== undefined)) continue;
    found.push(callSite(call, token, place, reader));
  }
  return found;
}
