/**
 * Tags on their way into the parameters of wrappers: what each call of a project's files passes, followed through any
 * number of wrappers and pointers to them. Knows keys only; reads nothing.
 */
import { isNothing, NO_VALUE, unite, type TagValue } from './values/evaluate';

/** A tag that reaches a wrapper's parameter, or the parameter of another wrapper that is passed on to it. */
export interface Flow {
  /** `wrapperKey` of the callee. */
  readonly to: string;
  readonly parameter: number;
  readonly tags: readonly number[];
  readonly reasons: readonly string[];
  /** Parameters of wrappers that are passed on, mostly of the calling one: keys and positions. */
  readonly from?: readonly { readonly key: string; readonly index: number }[];
  /** Why it is not known what comes, when nothing is seen to come from any of these. */
  readonly otherwise?: string;
}

const MOST_PARAMETERS = 64;

/** Everything that reaches each wrapper's parameters, through any number of wrappers; `known`: what does so elsewhere. */
export function resolveFlows(
  flows: readonly Flow[],
  known: ReadonlyMap<string, readonly TagValue[]> = new Map(),
): Map<string, TagValue[]> {
  const reaching = new Map<string, TagValue[]>();
  const set = (to: string, parameter: number, value: TagValue): void => {
    const values = reaching.get(to) ?? [];
    while (values.length <= parameter) values.push(NO_VALUE);
    values[parameter] = value;
    reaching.set(to, values);
  };
  const counted = flows.filter(({ parameter }) => parameter <= MOST_PARAMETERS);
  // What flows in by itself is joined once, however many calls there are.
  for (const [to, parameters] of directValues(counted))
    for (const [parameter, values] of parameters) set(to, parameter, unite(values));
  const passing = counted.filter((flow) => flow.from !== undefined);
  const fed = fedBy(passing);
  // Until nothing changes: sets only grow, and hold so many values at most.
  const passOn = (): void => {
    const open = new Set(passing);
    for (const flow of open) {
      open.delete(flow);
      const { to, parameter, from } = flow;
      const passed = (from ?? []).map(({ key, index }) => reaching.get(key)?.[index] ?? NO_VALUE);
      const before = reaching.get(to)?.[parameter] ?? NO_VALUE;
      const after = unite([before, ...passed]);
      if (after.tags.length === before.tags.length && after.reasons.length === before.reasons.length) continue;
      set(to, parameter, after);
      for (const next of fed.get(placeOf(to, parameter)) ?? []) open.add(next);
    }
  };
  passOn();
  const isReached = (key: string, index: number): boolean =>
    [reaching, known].some((map) => !isNothing(map.get(key)?.[index] ?? NO_VALUE));
  const unseen = passing.filter(
    ({ from, otherwise }) => otherwise !== undefined && from?.some(({ key, index }) => isReached(key, index)) === false,
  );
  for (const { to, parameter, otherwise } of unseen) {
    const before = reaching.get(to)?.[parameter] ?? NO_VALUE;
    set(to, parameter, unite([before, { ...NO_VALUE, reasons: [otherwise ?? ''] }]));
  }
  if (unseen.length > 0) passOn();
  return reaching;
}

function placeOf(key: string, index: number): string {
  return `${key} ${String(index)}`;
}

/** Parameter of a wrapper → flows that pass on what reaches it. */
function fedBy(passing: readonly Flow[]): Map<string, Flow[]> {
  const fed = new Map<string, Flow[]>();
  for (const flow of passing) {
    for (const { key, index } of flow.from ?? []) {
      const place = placeOf(key, index);
      const list = fed.get(place);
      if (list) list.push(flow);
      else fed.set(place, [flow]);
    }
  }
  return fed;
}

function directValues(flows: readonly Flow[]): Map<string, Map<number, TagValue[]>> {
  const direct = new Map<string, Map<number, TagValue[]>>();
  for (const { to, parameter, tags, reasons } of flows) {
    let parameters = direct.get(to);
    if (parameters === undefined) direct.set(to, (parameters = new Map<number, TagValue[]>()));
    const value: TagValue = { tags, parameters: [], reasons };
    const values = parameters.get(parameter);
    if (values) values.push(value);
    else parameters.set(parameter, [value]);
  }
  return direct;
}
